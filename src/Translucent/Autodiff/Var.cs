// The nouns of the tape: a value, and the recorded application that made it.

using Translucent.Tensors;

namespace Translucent.Autodiff;

/// <summary>A value on a tape.</summary>
sealed class Var
{
    readonly Tensor _value;

    internal Var(Tape tape, int index, Tensor value) => (Tape, Index, _value) = (tape, index, value);

    /// <summary>The tape that holds this value.</summary>
    public Tape Tape { get; }

    /// <summary>The value; it throws when it is read after the tape is disposed, so copy what outlives it.</summary>
    /// <exception cref="ObjectDisposedException">The tape is disposed.</exception>
    public Tensor Value
    {
        get
        {
            Tape.ThrowIfDisposed();
            return _value;
        }
    }

    /// <summary>Its place among the values of the tape, in the order in which they were computed.</summary>
    internal int Index { get; }

    /// <summary>Names this value as a site, for instance <c>blocks.3.attn.out</c>; returns the value itself.</summary>
    public Var At(string site)
    {
        Tape.Name(site, this);
        return this;
    }
}

/// <summary>One recorded application of an operation: its inputs, its outputs, and what the forward pass kept for the pull.</summary>
/// <param name="Op">The operation.</param>
/// <param name="X">Its inputs.</param>
/// <param name="Outputs">What it made: one value, or those of a <see cref="Recomputed"/>.</param>
/// <param name="Kept">What <see cref="Op.Forward"/> chose to keep beside input and output.</param>
sealed record Call(Op Op, Var[] X, Var[] Outputs, Tensor[] Kept)
{
    /// <summary>The output.</summary>
    public Var Y => Outputs[0];

    /// <summary>The name of the value inside it that can be observed, or null.</summary>
    public string? Site => Op.Site;
}

/// <summary>One application in float64, for one item of the batch: a value [B, R, C] is the matrix [R, C], [B, C] is [1, C], pixels are [3·H, W].</summary>
/// <param name="X">The inputs.</param>
/// <param name="Item">Which item of the batch.</param>
/// <param name="Compute">What to compute on.</param>
sealed record PreciseCall(PreciseMatrix[] X, int Item, Compute Compute)
{
    /// <summary>The output; on the way down only.</summary>
    public PreciseMatrix Y { get; init; } = null!;

    /// <summary>T, how many targets go down together.</summary>
    public int Targets { get; init; } = 1;

    /// <summary>What made the first input, or null for a leaf.</summary>
    public Op? Maker { get; init; }

    /// <summary>The observer of what is inside the operation, or null when there is none.</summary>
    public Action<PreciseMatrix>? Inside { get; init; }
}
