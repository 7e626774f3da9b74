// Cui, Fan and Chen, "Generic Interpretation Approach for Transformer Models Incorporating Heterogenous Attention Structures": one rule for
// attention within a stream, between streams and after fusion. Equations and choices: docs/multimodal.md.

using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>S[q][source] += mean over heads of φ(G) ⊙ A · S[v][source] at every attention, whatever streams it joins; the target's row, over every
/// stream.</summary>
/// <remarks>Any number of targets in one sweep; with φ the positive part or the absolute value ≥ 0, with the gradient itself signed.</remarks>
public static class HeterogeneousAttention
{
    /// <summary>The row of every target over every stream of the trace, in their order: [T, B, N] each.</summary>
    /// <param name="trace">A forward pass.</param>
    /// <param name="targets">Objects, answers, latent tokens.</param>
    /// <param name="correction">Positive, full or absolute gradients (eqs. 1 to 3).</param>
    /// <param name="options">Memory, progress, cancelling.</param>
    /// <exception cref="TranslucentException">The targets do not fit the pass.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static IReadOnlyList<Tensor> Rows(Trace trace, Targets targets, GradientPart correction, SweepOptions? options = null) =>
        Sweep.StreamRows(targets.Bind(trace), new Propagation { Part = correction }, options);

    /// <summary>Only what happens within each stream before the first attention between streams (the paper's semantic interpretation): of the target's own
    /// stream its token's row, of the others how much each token receives from all.</summary>
    /// <inheritdoc cref="Rows"/>
    public static IReadOnlyList<Tensor> SemanticRows(Trace trace, Targets targets, GradientPart correction = GradientPart.Absolute,
        SweepOptions? options = null) =>
        SemanticRows(targets.Bind(trace), correction, options);

    internal static IReadOnlyList<Tensor> SemanticRows(BoundTargets bound, GradientPart correction, SweepOptions? options)
    {
        Trace trace = bound.Trace;
        int first = trace.Steps.Where(s => s.Queries != s.Values).Select(s => s.Stage).DefaultIfEmpty(int.MaxValue).Min();
        return Sweep.StreamRows(bound, new Propagation
        {
            Part = correction,
            Passes = step => step.Stage < first,
            Start = stream => stream == bound.Stream ? 0 : 1
        }, options);
    }

    /// <summary>Positive correction with the encoder's additions divided, row by row, by their sums before the decoder reads them (the noise link, eqs. 8 to
    /// 10): what normalisation in GAE does, alone.</summary>
    /// <remarks>It needs one sweep up and two down over the head-averaged attention of all steps, which is kept for a chunk of targets.</remarks>
    /// <inheritdoc cref="Rows"/>
    public static IReadOnlyList<Tensor> NoisedRows(Trace trace, Targets targets, SweepOptions? options = null) => NoisedRows(targets.Bind(trace), options);

    internal static IReadOnlyList<Tensor> NoisedRows(BoundTargets bound, SweepOptions? options)
    {
        Trace trace = bound.Trace;
        TokenStream linked = StreamPaths.OneWay(trace)?.From
            ?? throw new TranslucentException(
                $"{trace.Model.Family}: the noise link is defined for models in which one stream reads another that never reads it.");
        Tensor[] rows = [.. trace.Streams.Select(s => new Tensor(bound.Count, trace.Batch, s.Length))];
        AttentionStep[] below = StreamPaths.Within(trace, linked);
        Matrices.Each(bound, GradientPart.Positive, options ?? new SweepOptions(), (t, item, matrices) =>
        {
            Dictionary<TokenStream, Tensor> u = StreamPaths.Start(bound, t, item);
            matrices.Down(u, step => !below.Contains(step));
            u[linked] = StreamPaths.ThroughNormalized(matrices, below, u[linked]);
            StreamPaths.Store(u, rows, trace, t, item);
        });
        return rows;
    }
}
