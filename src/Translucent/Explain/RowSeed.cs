// Cotangents that are zero but at a few tokens: where a sweep from next tokens, spans or pooled texts begins.

using Translucent.Autodiff;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>The cotangents of targets first .. first + count at a value [B, N, C], zero at first.</summary>
/// <remarks>Rows alone where all items have them at the same tokens, else whole values. Targets with fewer tokens than others are filled up with rows of
/// zeros, so that the same targets have the same rows whatever the chunk.</remarks>
sealed class RowSeed
{
    readonly Func<int, int, IReadOnlyList<int>> _tokens;
    readonly int _first, _items, _length, _rows; // 0 rows: whole values

    /// <param name="trace">The pass.</param>
    /// <param name="at">The value.</param>
    /// <param name="targets">T, all of them.</param>
    /// <param name="first">The first target that is seeded.</param>
    /// <param name="count">How many are.</param>
    /// <param name="tokens">(target, item): where its rows are.</param>
    public RowSeed(Trace trace, Var at, int targets, int first, int count, Func<int, int, IReadOnlyList<int>> tokens)
    {
        (_tokens, _first) = (tokens, first);
        Arena arena = trace.Tape.Arena;
        (_items, _length) = (at.Value.Shape[0], at.Value.Shape[1]);
        int most = Enumerable.Range(0, targets).Max(t => tokens(t, 0).Count);
        bool alike = Enumerable.Range(0, targets).All(t => Enumerable.Range(1, _items - 1).All(b => tokens(t, b).SequenceEqual(tokens(t, 0))));
        if (!alike || most >= _length)
        {
            Cotangent = new Cotangent(arena.RentZeroed(count, _items, _length, at.Value.Width));
            return;
        }
        _rows = most;
        int[] places = [.. Enumerable.Range(first, count).SelectMany(t => tokens(t, 0).Concat(Enumerable.Repeat(tokens(t, 0)[0], most - tokens(t, 0).Count)))];
        Cotangent = new Cotangent(arena.RentZeroed(count, _items, most, at.Value.Width), places);
    }

    public Cotangent Cotangent { get; }

    /// <summary>The row of token number <paramref name="j"/> of a target.</summary>
    public Span<float> this[int target, int item, int j] => _rows > 0
        ? Cotangent.Values.Row(((target - _first) * _items + item) * _rows + j)
        : Cotangent.Values.Row(((target - _first) * _items + item) * _length + _tokens(target, item)[j]);
}
