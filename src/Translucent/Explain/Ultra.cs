// ULTra: an explanation map for every latent token (Hosseini et al. 2024, arXiv:2411.12589, eqs. 4 to 6; docs/methods.md).

using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>ULTra maps of latent tokens of one layer.</summary>
/// <param name="Layer">l: the tokens are z^(l), the input of block l counted from 1.</param>
/// <param name="Tokens">Which tokens, T of them.</param>
/// <param name="Rows">[T, B, N]: relevance of every input token, as it comes; unit of the token function per unit of attention, ≥ 0, the own entry near 1 or
/// above.</param>
/// <param name="Maps">[T, B, n]: the patch part, a patch token's own entry replaced by the largest of the others, because the identity would drown
/// them.</param>
public sealed record UltraMaps(int Layer, IReadOnlyList<int> Tokens, Tensor Rows, Tensor Maps);

/// <summary>What does a latent token mean? Row i of C(l-1)·…·C(1), C(b) = I + mean over heads of (∂f(z_i)/∂A(b))⁺ ⊙ A(b).</summary>
public static class Ultra
{
    /// <summary>Explains tokens of z^(l) in one sweep.</summary>
    /// <param name="trace">A forward pass.</param>
    /// <param name="layer">l, 2 .. L+1 (L+1: after the last block).</param>
    /// <param name="function">S: Σz; E: Σz²; W: ⟨z, w⟩.</param>
    /// <param name="tokens">Token indices, or null for all N.</param>
    /// <param name="w">For W: [N, C].</param>
    /// <param name="options">Memory, progress, cancelling.</param>
    /// <exception cref="ArgumentException">Layer, token or w do not fit.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static UltraMaps Explain(Trace trace, int layer, TokenFunction function = TokenFunction.S,
        IReadOnlyList<int>? tokens = null, Tensor? w = null, SweepOptions? options = null)
    {
        tokens ??= [.. Enumerable.Range(0, trace.Tokens)];
        Tensor rows = Sweep.Rows(trace, new TokenTargets(layer, tokens, function, w), options);
        return new UltraMaps(layer, tokens, rows, Maps(rows, tokens, trace.Stream.Layout.Prefix));
    }

    /// <summary>Holds vectors of function W against the tokens of a pass.</summary>
    /// <exception cref="TranslucentException">There is not one for every token.</exception>
    internal static void CheckVectors(Tensor? w, Trace trace)
    {
        if (w is not null && w.Rows != trace.Tokens)
            throw new TranslucentException($"w has {w.Rows} rows, and this image {trace.Tokens} tokens; W is learned for one size of the model's input.");
    }

    /// <summary>Rows [T, B, N] → maps [T, B, n] with the own entry of patch tokens replaced.</summary>
    static Tensor Maps(Tensor rows, IReadOnlyList<int> tokens, int prefix)
    {
        int images = rows.Shape[1], n = rows.Width - prefix;
        Tensor maps = new(rows.Shape[0], images, n);
        for (int r = 0; r < rows.Rows; r++)
        {
            Span<float> map = maps.Row(r);
            rows.Row(r)[prefix..].CopyTo(map);
            int own = tokens[r / images] - prefix;
            if (own < 0 || n == 1) continue;
            map[own] = float.NegativeInfinity;
            map[own] = TensorPrimitives.Max<float>(map);
        }
        return maps;
    }
}
