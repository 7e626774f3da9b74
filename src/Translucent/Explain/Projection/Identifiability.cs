// How well a class can be read off tokens (Vilas et al. 2023, arXiv:2310.18969, section 4): rank, rate, and change from block to block.

using Translucent.Tensors;

namespace Translucent.Explain.Projection;

/// <summary>Numbers about one class in scores [.., N, Classes] as <see cref="ClassProjection.Scores"/> gives them.</summary>
/// <remarks>A patch token is one that comes after the <c>prefix</c> tokens (class, distillation, registers).</remarks>
static class Identifiability
{
    /// <summary>1 − rank/Classes, rank 0 for the highest score and of equal scores for the lower class: [.., N], from 1/Classes to 1.</summary>
    /// <param name="scores">[.., N, Classes].</param>
    /// <param name="cls">The class.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public static Tensor Of(Tensor scores, int cls)
    {
        CheckClass(scores, cls);
        Tensor identifiability = new(scores.Shape[..^1]);
        for (int i = 0; i < scores.Rows; i++) identifiability.Span[i] = (float)(1 - (double)Rank(scores.Row(i), cls) / scores.Width);
        return identifiability;
    }

    /// <summary>The share of patch tokens that stand for the class, its score being their highest: [L, B] for scores [L, B, N, Classes].</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    /// <exception cref="ArgumentException">The scores have another shape, or no token comes after the prefix.</exception>
    public static Tensor Rate(Tensor scores, int cls, int prefix)
    {
        CheckShape(scores);
        CheckClass(scores, cls);
        return Share(scores, prefix, blocks: scores.Shape[0], row => Rank(scores.Row(row), cls) == 0);
    }

    /// <summary>The share of patch tokens whose score for the class rises from block b to block b + 1: [L − 1, B], entry b for that step.</summary>
    /// <inheritdoc cref="Rate"/>
    public static Tensor ChangeRate(Tensor scores, int cls, int prefix)
    {
        CheckShape(scores);
        CheckClass(scores, cls);
        int block = scores.Rows / scores.Shape[0];
        return Share(scores, prefix, scores.Shape[0] - 1, row => scores.Row(row + block)[cls] > scores.Row(row)[cls]);
    }

    /// <summary>The class of the highest score, of equal scores the lowest: [Rows] for scores [.., Classes].</summary>
    public static int[] Predicted(Tensor scores)
    {
        int[] classes = new int[scores.Rows];
        for (int i = 0; i < classes.Length; i++) classes[i] = TensorPrimitives.IndexOfMax<float>(scores.Row(i));
        return classes;
    }

    internal static void CheckClass(Tensor scores, int cls)
    {
        if (cls < 0 || cls >= scores.Width) throw new ArgumentOutOfRangeException(nameof(cls), $"class {cls}: there are classes 0 to {scores.Width - 1}.");
    }

    internal static void CheckShape(Tensor scores)
    {
        if (scores.Shape.Length != 4 || scores.Length == 0) throw new ArgumentException($"scores: {scores}, expected [L, B, N, Classes].");
    }

    /// <summary>The share of patch tokens for whose row of scores something holds: [blocks, B].</summary>
    internal static Tensor Share(Tensor scores, int prefix, int blocks, Func<int, bool> holds)
    {
        int tokens = scores.Shape[2];
        if (prefix < 0 || prefix >= tokens) throw new ArgumentException($"prefix {prefix}: of {tokens} tokens, expected 0 to {tokens - 1}.");
        Tensor share = new(blocks, scores.Shape[1]);
        for (int i = 0; i < share.Length; i++)
        {
            int count = 0;
            for (int token = prefix; token < tokens; token++)
                if (holds(i * tokens + token)) count++;
            share.Span[i] = (float)((double)count / (tokens - prefix));
        }
        return share;
    }

    /// <summary>How many classes stand before one, of equal scores the lower first.</summary>
    internal static int Rank(ReadOnlySpan<float> scores, int cls)
    {
        int rank = 0;
        for (int c = 0; c < scores.Length; c++)
            if (scores[c] > scores[cls] || (c < cls && scores[c] == scores[cls])) rank++;
        return rank;
    }
}
