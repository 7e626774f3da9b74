// What an operation is: a forward map and its vector-Jacobian product ("pull") for many targets at once.

using Translucent.Tensors;

namespace Translucent.Autodiff;

/// <summary>A differentiable operation.</summary>
public abstract class Op
{
    /// <summary>The name of the attention probabilities inside this operation, when it has some that can be observed.</summary>
    internal virtual string? Site => null;

    /// <summary>Computes the output.</summary>
    /// <param name="x">The inputs, [B, ..] each.</param>
    /// <param name="arena">Lends the output and whatever is kept.</param>
    /// <param name="kept">What the pull will need beside inputs and output; empty when it needs nothing more.</param>
    internal abstract Tensor Forward(ReadOnlySpan<Tensor> x, Arena arena, out Tensor[] kept);

    /// <summary>Adds to the cotangents of the inputs what follows from the cotangent of the output.</summary>
    /// <param name="call">The recorded application.</param>
    /// <param name="g">The cotangent of <c>call.Y</c>, one per target.</param>
    /// <param name="walk">Says which inputs are needed and takes their cotangents.</param>
    internal abstract void Pull(Call call, Cotangent g, Walk walk);

    /// <summary>Applies the operation and records it.</summary>
    public Var Apply(params ReadOnlySpan<Var> x) => x[0].Tape.Record(this, x);

    internal const int RowsPerItem = 32; // rows of a row-wise operation that one work item takes

    /// <summary>Runs <paramref name="body"/>(first, end) over 0 .. rows-1 in parallel pieces.</summary>
    internal static void ForRows(int rows, Action<int, int> body)
    {
        int items = (rows + RowsPerItem - 1) / RowsPerItem;
        Threads.For(items, i => body(i * RowsPerItem, Math.Min(rows, (i + 1) * RowsPerItem)));
    }
}
