// A recorded forward pass computed a second time in float64, for relevance propagation: float32 relevance can be off by a fifth
// (the rules divide by totals that nearly cancel), float64 relevance is not.

using Translucent.Tensors;

namespace Translucent.Autodiff;

/// <summary>The values of a tape in float64, for one item of the batch, from the leaves up.</summary>
/// <remarks>
/// A value [B, R, C] of the tape is here the matrix [R, C] of one item; pixels [B, 3, H, W] are [3·H, W], and [B, C] is [1, C]. Weights
/// are those of the tape, widened exactly. Attention probabilities are not kept. A recomputed part is a single
/// call here too: the walk down computes its inside again.
/// </remarks>
sealed class PreciseValues
{
    readonly PreciseMatrix?[] _values;
    readonly Op?[] _makers;
    readonly int _item;

    /// <summary>Computes everything on <paramref name="tape"/> again.</summary>
    public PreciseValues(Tape tape, int item) : this(tape, item, [], []) { }

    PreciseValues(Tape tape, int item, Var[] leaves, PreciseMatrix[] given)
    {
        (Tape, _item) = (tape, item);
        _values = new PreciseMatrix?[tape.Count];
        _makers = new Op?[tape.Count];
        for (int i = 0; i < leaves.Length; i++) _values[leaves[i].Index] = given[i];
        foreach (Call call in tape.Calls)
        {
            tape.Stop.ThrowIfCancellationRequested();
            PreciseMatrix[] made = call.Op is Recomputed part ? Results(part, call) : [call.Op.PreciseForward(Of(call))];
            for (int i = 0; i < made.Length; i++) (_values[call.Outputs[i].Index], _makers[call.Outputs[i].Index]) = (made[i], call.Op);
        }
    }

    /// <summary>The tape whose values these are.</summary>
    public Tape Tape { get; }

    /// <summary>A value in float64.</summary>
    public PreciseMatrix this[Var v] => _values[v.Index] ??= Leaf(v.Value);

    /// <summary>The operation that made a value, or null for a leaf.</summary>
    public Op? MakerOf(Var v) => _makers[v.Index];

    /// <summary>What an operation sees of one application.</summary>
    public PreciseCall Of(Call call) => new(Array.ConvertAll(call.X, x => this[x]), _item, Tape.Arena.Compute);

    /// <summary>The values of the inside of a recomputed part, recorded on <paramref name="inner"/> from the leaves <paramref name="x"/>.</summary>
    public PreciseValues Inside(Tape inner, Call part, Var[] x) => new(inner, _item, x, Array.ConvertAll(part.X, v => this[v]));

    /// <summary>Carries T targets down, in float64.</summary>
    /// <param name="from">Where the targets are.</param>
    /// <param name="seed">[T·rows, width] there.</param>
    /// <param name="watch">What to hand out, and to whom.</param>
    /// <param name="rules">What is carried, and how.</param>
    /// <exception cref="InvalidOperationException">An operation has no float64 form, or the scheme no rule for it.</exception>
    public void Sweep(Var from, PreciseMatrix seed, Watch watch, Rulebook rules) =>
        new PreciseWalk(this, seed.Rows / this[from].Rows, watch, rules).Run([(from, seed)]);

    PreciseMatrix[] Results(Recomputed part, Call call)
    {
        using Tape inner = Tape.Inside(Tape.Stop);
        Var[] x = Array.ConvertAll(call.X, v => inner.Leaf(v.Value)), y = part.Body(x);
        PreciseValues values = Inside(inner, call, x);
        return Array.ConvertAll(y, v => values[v]);
    }

    PreciseMatrix Leaf(Tensor value)
    {
        int length = value.Length / value.Shape[0];
        return PreciseMatrix.Widen(value.Span.Slice(_item * length, length), value.Width);
    }
}
