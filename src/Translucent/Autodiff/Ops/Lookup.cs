// Embedding lookup: where a text becomes numbers.

using Translucent.Files;
using Translucent.Tensors;

namespace Translucent.Autodiff.Ops;

/// <summary>y[b, n] = factor·table[ids[b][n]] + positions[first + n].</summary>
/// <remarks>
/// <code>
/// table [V, C], in any number format   positions [first + N or more, C], or none   y [B, N, C]
/// pull  nothing: ids have no derivative, and tables are frozen; what flows into the tokens before positions are added can be observed in float64
/// </code>
/// </remarks>
sealed class Lookup : Op
{
    readonly Matrix _table;
    readonly Tensor? _positions;
    readonly int[][] _ids;
    readonly float _factor;
    readonly int _first;

    /// <summary>The operation; it has no inputs: apply it with <see cref="On"/>.</summary>
    /// <exception cref="ArgumentException">Sequences differ in length or are empty, an id is not in the table, or there are not enough positions.</exception>
    public Lookup(Matrix table, IReadOnlyList<int[]> ids, Tensor? positions = null, float factor = 1, int first = 0)
    {
        int length = ids.Count > 0 ? ids[0].Length : 0;
        if (length == 0 || ids.Any(s => s.Length != length))
            throw new ArgumentException($"lookup: {ids.Count} sequences of {string.Join(", ", ids.Select(s => s.Length).Distinct().Order())} ids, "
                + "expected one or more of one length.");
        foreach (int id in ids.SelectMany(s => s))
            if (id < 0 || id >= table.Rows) throw new TranslucentException($"texts: token id {id}, expected 0 to {table.Rows - 1}.");
        if (positions is not null && (positions.Width != table.Columns || positions.Rows < first + length))
            throw new ArgumentException($"lookup: positions {positions}, expected [{first + length} or more, {table.Columns}].");
        (_table, _positions, _ids, _factor, _first) = (table, positions, [.. ids.Select(s => s.ToArray())], factor, first);
    }

    /// <summary>N.</summary>
    public int Length => _ids[0].Length;

    internal override string? Site => Embed.InnerSite;

    /// <summary>Looks the ids up and records it on a tape.</summary>
    public Var On(Tape tape) => tape.Record(this, []);

    internal override int[] OutputShape(ReadOnlySpan<Tensor> x) => [_ids.Length, Length, _table.Columns];

    internal override Tensor Forward(ReadOnlySpan<Tensor> x, Arena arena, out Tensor[] kept)
    {
        kept = [];
        Tensor y = arena.Rent(_ids.Length, Length, _table.Columns);
        for (int row = 0; row < y.Rows; row++)
        {
            _table.CopyRow(_ids[row / Length][row % Length], y.Row(row));
            if (_factor != 1) TensorPrimitives.Multiply(y.Row(row), _factor, y.Row(row));
            if (_positions is not null) TensorPrimitives.Add(y.Row(row), _positions.Row(_first + row % Length), y.Row(row));
        }
        return y;
    }

    internal override void Pull(Call call, Cotangent g, Walk walk) { }

    internal override PreciseMatrix PreciseForward(PreciseCall call) => _positions is null ? Tokens(call) : PreciseMatrix.Sum(Tokens(call), Positions());

    internal override PreciseMatrix?[] PrecisePull(PreciseCall call, PreciseMatrix g)
    {
        call.Inside?.Invoke(g);
        return [];
    }

    /// <summary>The sum rule for tokens and positions; the branch of the tokens can be observed.</summary>
    internal PreciseRule Shares(bool rescaled) => (call, r) =>
    {
        call.Inside?.Invoke(_positions is null ? r : Add.Share(call.Compute, Tokens(call), Positions(), r, rescaled)[0]);
        return [];
    };

    PreciseMatrix Tokens(PreciseCall call)
    {
        PreciseMatrix tokens = PreciseMatrix.Uninitialized(Length, _table.Columns);
        for (int n = 0; n < Length; n++) _table.Widen(checked(_ids[call.Item][n] * _table.Columns), tokens.Row(n));
        if (_factor != 1) TensorPrimitives.Multiply(tokens.Span, (double)_factor, tokens.Span);
        return tokens;
    }

    PreciseMatrix Positions() => PreciseMatrix.Widen(_positions!.Span.Slice(_first * _positions.Width, Length * _positions.Width), _positions.Width);
}
