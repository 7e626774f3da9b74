// How relevance passes attention: what all attention-map methods share, and in what they differ, as data (docs/methods.md).

using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>φ: what of the gradient of attention counts.</summary>
public enum GradientPart
{
    /// <summary>Where it is positive: what raised the target (GAE, ULTra, TokenTM).</summary>
    Positive,

    /// <summary>Its absolute value: what moved the target either way.</summary>
    Absolute,

    /// <summary>The gradient as it is: signed.</summary>
    Full,

    /// <summary>One: attention alone.</summary>
    One,
}

/// <summary>u[values' stream] += u[queries' stream]·Abar at every attention, Abar = mean over heads of φ(G) ⊙ A·W.</summary>
/// <remarks>Rows of all streams go down together with the gradient; what is not set here is as in Chefer, Gur and Wolf 2021 (arXiv:2103.15679), eqs. 5 and
/// 6.</remarks>
sealed record Propagation
{
    /// <summary>r ← r·(I + mean over heads of (G)⁺ ⊙ A) at every attention.</summary>
    public static Propagation Gradient { get; } = new();

    /// <summary>φ.</summary>
    public GradientPart Part { get; init; } = GradientPart.Positive;

    /// <summary>How much of its own row the stream of the queries keeps.</summary>
    public float Identity { get; init; } = 1;

    /// <summary>What every token of a stream starts with at the top, beside the 1 of the target's own token.</summary>
    public Func<TokenStream, float> Start { get; init; } = _ => 0;

    /// <summary>Whether relevance is taken up at a step; at others it goes down as it is.</summary>
    public Func<AttentionStep, bool> Passes { get; init; } = _ => true;

    /// <summary>W: what the columns of each head are scaled by, [B, H, K], or null.</summary>
    public Func<AttentionStep, Tensor?> Columns { get; init; } = _ => null;

    /// <summary>What the rows of each A are scaled by, [B, Q], or null: the same for all heads.</summary>
    public Func<AttentionStep, Tensor?> Queries { get; init; } = _ => null;

    /// <summary>What the row of the queries' stream is scaled by before it enters the stage of a step, [B, Q], or null; the same for all steps of a
    /// stage.</summary>
    public Func<AttentionStep, Tensor?> Entering { get; init; } = _ => null;

    /// <summary>What the row of a stream is scaled by below the lowest step, [B, N], or null.</summary>
    public Func<TokenStream, Tensor?> Below { get; init; } = _ => null;

    /// <summary>The same through block <paramref name="block"/> and those above it alone.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such block.</exception>
    public Propagation From(Trace trace, int block)
    {
        if (block == 0) return this;
        CheckFirstBlock(trace, block);
        HashSet<AttentionStep> through = [.. trace.Steps.Skip(block)];
        if (trace.Readout?.Pooling is { } pooling) through.Add(pooling.Step);
        return this with { Passes = step => Passes(step) && through.Contains(step), Entering = step => through.Contains(step) ? Entering(step) : null };
    }

    /// <exception cref="ArgumentOutOfRangeException">There is no such block.</exception>
    internal static void CheckFirstBlock(Trace trace, int block)
    {
        _ = trace.Stream; // blocks have one order only where there is one stream
        if (block < 0 || block >= trace.Steps.Count)
            throw new ArgumentOutOfRangeException(nameof(block), $"first block {block}: the model has blocks 0 to {trace.Steps.Count - 1}.");
    }
}
