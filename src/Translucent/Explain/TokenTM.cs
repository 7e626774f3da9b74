// TokenTM (Wu, Kang, Tang, Hong and Yan, CVPR 2024, arXiv:2403.14552), eqs. 8 to 20 as docs/methods.md reads them.

using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>Which parts of the method are in use; the paper's ablations leave some out.</summary>
/// <param name="Length">Whether transformations count by how much longer or shorter they make a token (eq. 13), and tokens by their length at the start (eq. 18).</param>
/// <param name="Direction">Whether they count by how much they keep its direction: NECC (eq. 12).</param>
/// <param name="Depth">How many blocks, from the first, are multiplied; null for all.</param>
public sealed record TokenTMParts(bool Length = true, bool Direction = true, int? Depth = null);

/// <summary>Which patches decided a class, each attention weighed by how far it transforms the tokens it moves?</summary>
/// <remarks>
/// <code>
/// U_mhsa = I + mean over heads of (∂y/∂A)⁺ ⊙ (A·W_h)      W_h = diag(|Ẽ|/|E|·NECC), Ẽ = LS·(v_h·W_O), E the stream entering the block
/// U_ffn  = I + W                                          Ẽ what the MLP adds, E the stream entering it
/// map    = class token's row of U_ffn(L)·U_mhsa(L) ··· U_ffn(1)·U_mhsa(1)·C₀,   C₀ = diag |h₀|
/// </code>
/// Any number of classes in one sweep, which costs what GAE's does: the weights are computed once per forward pass. Unitless, ≥ 0.
/// </remarks>
public static class TokenTM
{
    /// <summary>The row of the class token for every class: [T, B, N].</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class, or no such depth.</exception>
    /// <exception cref="InvalidOperationException">The model has no classes.</exception>
    public static Tensor Rows(VisionTrace trace, ClassTargets classes, TokenTMParts? parts = null, SweepOptions? options = null) =>
        Sweep.Rows(trace, classes.For(trace), Down(trace, parts ?? new TokenTMParts()), options);

    /// <summary>The whole contribution matrix for every class: [T, B, N, N].</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class, or no such depth.</exception>
    /// <exception cref="InvalidOperationException">The model has no classes.</exception>
    public static Tensor Matrices(VisionTrace trace, ClassTargets classes, TokenTMParts? parts = null, SweepOptions? options = null) =>
        Sweep.Matrices(trace, classes.For(trace), Down(trace, parts ?? new TokenTMParts()), options);

    /// <summary>The paper's baseline: eq. 8 for one block alone, by the row of the class token: [T, B, N].</summary>
    /// <param name="block">Which block, from 0; "applied to the input tokens" means the first.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class or block.</exception>
    /// <exception cref="InvalidOperationException">The model has no classes.</exception>
    public static Tensor BaselineRows(VisionTrace trace, ClassTargets classes, int block = 0, SweepOptions? options = null) =>
        Sweep.Rows(trace, classes.For(trace), Only(trace, block), options);

    /// <summary>The matrix of the paper's baseline: [T, B, N, N].</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class or block.</exception>
    /// <exception cref="InvalidOperationException">The model has no classes.</exception>
    public static Tensor BaselineMatrices(VisionTrace trace, ClassTargets classes, int block = 0, SweepOptions? options = null) =>
        Sweep.Matrices(trace, classes.For(trace), Only(trace, block), options);

    static Descent Only(VisionTrace trace, int block) => block >= 0 && block < trace.Model.Config.Depth
        ? new Descent((b, rows, arena) => b == block ? new RelevanceRows(rows, arena) : null)
        : throw new ArgumentOutOfRangeException(nameof(block), $"block {block}: the model has blocks 0 to {trace.Model.Config.Depth - 1}.");

    static Descent Down(VisionTrace trace, TokenTMParts parts)
    {
        int depth = parts.Depth ?? trace.Model.Config.Depth;
        if (depth < 1 || depth > trace.Model.Config.Depth)
            throw new ArgumentOutOfRangeException(nameof(parts), $"depth {depth}: the model has 1 to {trace.Model.Config.Depth} blocks to multiply.");
        TokenTransformation[] blocks = [.. Enumerable.Range(0, depth).Select(b => TokenTransformation.Of(trace, b))];
        Tensor[] heads = Array.ConvertAll(blocks, t => t.HeadWeights(parts)), mlps = Array.ConvertAll(blocks, t => t.MlpWeights(parts));
        foreach (Tensor mlp in mlps) TensorPrimitives.Add(mlp.Span, 1f, mlp.Span); // I + W
        return new Descent(
            (b, rows, arena) => b < depth ? new RelevanceRows(rows, arena) { Columns = heads[b], Entering = mlps[b] } : null,
            parts.Length ? rows => ByLength(rows, trace.Tape["embed"].Value) : null);
    }

    /// <summary>Rows [T, B, S, N] times C₀ = diag |h₀|.</summary>
    static void ByLength(Tensor rows, Tensor embed)
    {
        int tokens = rows.Width, images = rows.Shape[1];
        Tensor lengths = TokenTransformation.Lengths(embed).Reshape(images, tokens);
        for (int r = 0; r < rows.Rows; r++)
            TensorPrimitives.Multiply(rows.Row(r), lengths.Row(r / rows.Shape[2] % images), rows.Row(r));
    }
}
