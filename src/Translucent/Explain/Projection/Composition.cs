// Where the class of a token comes from, block by block: from the block below, from attention, or from the MLP
// (Vilas et al. 2023, arXiv:2310.18969, section 4: class similarity change rate and composition of the residual stream).

using Translucent.Tensors;

namespace Translucent.Explain.Projection;

/// <summary>Compares the scores of the stream with those of what a block adds to it; all scores [L, B, N, Classes].</summary>
static class Composition
{
    /// <summary>
    /// The share of patch tokens for which what a block adds scores higher for the class than the stream that the block reads:
    /// [L − 1, B], entry b for block b + 1. Above one half, this part of the block pushes the class.
    /// </summary>
    /// <param name="added">Scores of <see cref="TokenState.Attention"/> or <see cref="TokenState.Mlp"/>.</param>
    /// <param name="hidden">Scores of <see cref="TokenState.Hidden"/>.</param>
    /// <param name="cls">The class.</param>
    /// <param name="prefix">P, how many tokens come before the patches.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public static Tensor ChangeRate(Tensor added, Tensor hidden, int cls, int prefix)
    {
        CheckSame(added, hidden);
        Identifiability.CheckClass(hidden, cls);
        int block = hidden.Rows / hidden.Shape[0];
        return Identifiability.Share(hidden, prefix, hidden.Shape[0] - 1, row => added.Row(row + block)[cls] > hidden.Row(row)[cls]);
    }

    /// <summary>
    /// The share of tokens whose class behind a block (that of the highest score) is also that of the stream before it, of its attention,
    /// of its MLP, and of none of the three, a composition of them: [L − 1, B, 4], entry b for block b + 1.
    /// </summary>
    /// <remarks>The first three may overlap. All tokens count, prefix tokens too.</remarks>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Tensor Sources(Tensor hidden, Tensor attention, Tensor mlp)
    {
        CheckSame(attention, hidden);
        CheckSame(mlp, hidden);
        int depth = hidden.Shape[0], images = hidden.Shape[1], tokens = hidden.Shape[2], block = images * tokens;
        int[] stream = Identifiability.Predicted(hidden), a = Identifiability.Predicted(attention), m = Identifiability.Predicted(mlp);
        Tensor shares = new(depth - 1, images, 4);
        for (int row = block; row < stream.Length; row++)
        {
            Span<float> share = shares.Row((row - block) / tokens);
            bool[] from = [stream[row - block] == stream[row], a[row] == stream[row], m[row] == stream[row]];
            for (int i = 0; i < 3; i++)
                if (from[i]) share[i]++;
            if (!from.Contains(true)) share[3]++;
        }
        TensorPrimitives.Divide(shares.Span, tokens, shares.Span);
        return shares;
    }

    static void CheckSame(Tensor scores, Tensor hidden)
    {
        Identifiability.CheckShape(hidden);
        if (!scores.Shape.SequenceEqual(hidden.Shape)) throw new ArgumentException($"scores: {scores} and {hidden}, expected the same shape.");
    }
}
