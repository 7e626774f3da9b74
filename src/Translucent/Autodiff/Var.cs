// The nouns of the tape: a value, and the recorded application that made it.

using Translucent.Tensors;

namespace Translucent.Autodiff;

/// <summary>A value on a tape.</summary>
public sealed class Var
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

/// <summary>One recorded application of an operation: its inputs, its output, and what the forward pass kept for the pull.</summary>
/// <param name="Op">The operation.</param>
/// <param name="X">Its inputs.</param>
/// <param name="Y">Its output.</param>
/// <param name="Kept">What <see cref="Op.Forward"/> chose to keep beside input and output.</param>
/// <param name="Site">The name of the attention probabilities inside a fused attention, else null.</param>
sealed record Call(Op Op, Var[] X, Var Y, Tensor[] Kept, string? Site);
