// TokenTM (Wu, Kang, Tang, Hong and Yan, CVPR 2024, arXiv:2403.14552), eqs. 8 to 20 as docs/methods.md reads them.

using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>Which parts of the method are in use; the paper's ablations leave some out.</summary>
/// <param name="Length">Whether transformations count by how much longer or shorter they make a token (eq. 13), and tokens by their length at the start (eq.
/// 18).</param>
/// <param name="Direction">Whether they count by how much they keep its direction: NECC (eq. 12).</param>
/// <param name="Depth">How many blocks, from the first, are multiplied; null for all.</param>
public sealed record TokenTMParts(bool Length = true, bool Direction = true, int? Depth = null);

/// <summary>Which patches decided a class, each attention weighed by how far it transforms the tokens it moves?</summary>
/// <remarks>
/// <code>
/// U_mhsa = I + mean over heads of (∂y/∂A)⁺ ⊙ (A·W_h)      W_h = diag(|Ẽ|/|E|·NECC), Ẽ = LS·(v_h·W_O), E the stream entering the block; where attention
///                                                         normalises A·v, Ẽ is behind it and differs by a factor for each row of A
/// U_ffn  = I + W                                          Ẽ what the MLP adds, E the stream entering it
/// map    = class token's row of U_ffn(L)·U_mhsa(L) ··· U_ffn(1)·U_mhsa(1)·C₀,   C₀ = diag |h₀|
/// </code>
/// Any number of classes in one sweep, which costs what GAE's does: the weights are computed once per forward pass. Unitless, ≥ 0.
/// </remarks>
public static class TokenTM
{
    /// <summary>The row of the class token for every class: [T, B, N].</summary>
    /// <param name="trace">A pass of one token stream, of a model with classes.</param>
    /// <param name="classes">T classes, or differences of two.</param>
    /// <param name="parts">Which weights are used; all of them, from the first block, when null.</param>
    /// <param name="options">Memory, progress and cancellation of the sweep.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class, or no such depth.</exception>
    /// <exception cref="TranslucentException">The model has no classes.</exception>
    public static Tensor Rows(Trace trace, ClassTargets classes, TokenTMParts? parts = null, SweepOptions? options = null) =>
        Sweep.Rows(classes.Bind(trace), Down(trace, parts ?? new TokenTMParts(), options?.FirstBlock ?? 0), options);

    /// <summary>The whole contribution matrix for every class: [T, B, N, N].</summary>
    /// <param name="trace">A pass of one token stream, of a model with classes.</param>
    /// <param name="classes">T classes, or differences of two.</param>
    /// <param name="parts">Which weights are used; all of them, from the first block, when null.</param>
    /// <param name="options">Memory, progress and cancellation of the sweep.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class, or no such depth.</exception>
    /// <exception cref="TranslucentException">The model has no classes.</exception>
    public static Tensor Matrices(Trace trace, ClassTargets classes, TokenTMParts? parts = null, SweepOptions? options = null) =>
        Sweep.Matrices(classes.Bind(trace), Down(trace, parts ?? new TokenTMParts(), options?.FirstBlock ?? 0), options);

    /// <summary>The paper's baseline: eq. 8 for one block alone, by the row of the class token: [T, B, N].</summary>
    /// <param name="trace">A pass of one token stream, of a model with classes.</param>
    /// <param name="classes">T classes, or differences of two.</param>
    /// <param name="options">Memory, progress and cancellation of the sweep.</param>
    /// <param name="block">Which block, from 0; "applied to the input tokens" means the first.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class or block.</exception>
    /// <exception cref="TranslucentException">The model has no classes.</exception>
    public static Tensor BaselineRows(Trace trace, ClassTargets classes, int block = 0, SweepOptions? options = null) =>
        Sweep.Rows(classes.Bind(trace), Only(trace, block), options);

    /// <summary>The matrix of the paper's baseline: [T, B, N, N].</summary>
    /// <param name="trace">A pass of one token stream, of a model with classes.</param>
    /// <param name="classes">T classes, or differences of two.</param>
    /// <param name="block">Which block, from 0.</param>
    /// <param name="options">Memory, progress and cancellation of the sweep.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class or block.</exception>
    /// <exception cref="TranslucentException">The model has no classes.</exception>
    public static Tensor BaselineMatrices(Trace trace, ClassTargets classes, int block = 0, SweepOptions? options = null) =>
        Sweep.Matrices(classes.Bind(trace), Only(trace, block), options);

    /// <summary>The row of every target over every stream: weights for every attention, and for the feed-forward layer of the block that it belongs
    /// to.</summary>
    internal static IReadOnlyList<Tensor> StreamRows(BoundTargets targets, TokenTMParts parts, SweepOptions options)
    {
        Trace trace = targets.Trace;
        var heads = trace.Steps.ToDictionary(step => step, step => TokenTransformation.OfHeads(trace, step))
            .ToDictionary(pair => pair.Key, pair => (Columns: pair.Value.HeadWeights(parts), Queries: pair.Value.QueryWeights(parts)));
        Dictionary<AttentionStep, Tensor> mlps = trace.Blocks.ToDictionary(block => block.Step,
            block => Weights(TokenTransformation.Of(trace, block), parts).Mlp);
        return Sweep.StreamRows(targets, new Propagation
        {
            Columns = step => heads[step].Columns,
            Queries = step => heads[step].Queries,
            Entering = mlps.GetValueOrDefault,
            Below = stream => parts.Length ? TokenTransformation.Lengths(trace.Tape[stream.Embed].Value).Reshape(trace.Batch, stream.Length) : null,
        }, options);
    }

    static Propagation Only(Trace trace, int block)
    {
        if (block < 0 || block >= trace.Blocks.Count)
            throw new ArgumentOutOfRangeException(nameof(block), $"block {block}: the model has blocks 0 to {trace.Blocks.Count - 1}.");
        AttentionStep only = trace.Blocks[block].Step;
        return new Propagation { Passes = step => step == only || step == trace.Readout?.Pooling?.Step };
    }

    /// <param name="trace">The forward pass.</param>
    /// <param name="parts">Which weights are used.</param>
    /// <param name="first">The lowest block; what enters it stands for the tokens at the start.</param>
    static Propagation Down(Trace trace, TokenTMParts parts, int first)
    {
        Propagation.CheckFirstBlock(trace, first);
        int depth = parts.Depth ?? trace.Blocks.Count;
        if (depth < 1 || depth > trace.Blocks.Count)
            throw new ArgumentOutOfRangeException(nameof(parts), $"depth {depth}: the model has 1 to {trace.Blocks.Count} blocks to multiply.");
        IEnumerable<TokenBlock> blocks = trace.Blocks.Take(depth).Concat(trace.Readout?.Pooling is { } pooling ? [pooling] : []);
        var weights = blocks.ToDictionary(block => block.Step, block => Weights(TokenTransformation.Of(trace, block), parts));
        return new Propagation
        {
            Passes = weights.ContainsKey,
            Columns = step => weights[step].Heads,
            Queries = step => weights[step].Queries,
            Entering = step => weights[step].Mlp,
            Below = stream => parts.Length
                ? TokenTransformation.Lengths(trace.Tape[first == 0 ? stream.Embed : trace.Blocks[first].In].Value).Reshape(trace.Batch, stream.Length) : null,
            // C₀
        };
    }

    /// <summary>W of every head, what rows of A are scaled by besides, and I + W of the MLP, which the rows meet before they enter the attention of the same
    /// block.</summary>
    static (Tensor Heads, Tensor? Queries, Tensor Mlp) Weights(TokenTransformation block, TokenTMParts parts)
    {
        Tensor mlp = block.MlpWeights(parts);
        TensorPrimitives.Add(mlp.Span, 1f, mlp.Span);
        return (block.HeadWeights(parts), block.QueryWeights(parts), mlp);
    }
}
