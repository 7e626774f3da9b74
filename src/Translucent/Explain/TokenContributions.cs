// ULTra's token contribution scores (Hosseini et al. 2024, arXiv:2411.12589, eq. 15): what in a text made each token of its summary, and the summary.

using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>In which order the factors of eq. 5 are multiplied.</summary>
public enum UltraOrder
{
    /// <summary>C(l−1)·…·C(1): as information flowed, and as the public code of the method it builds on multiplies.</summary>
    Flow,

    /// <summary>C(1)·…·C(l−1): as eq. 5 is printed; for comparison.</summary>
    Literal,
}

/// <summary>What the tokens of a context contributed to those of a summary.</summary>
/// <param name="Layer">l: the summary's tokens are z^(l).</param>
/// <param name="Summary">Their positions, S of them.</param>
/// <param name="Context">The positions of the context, X of them.</param>
/// <param name="Rows">[S, B, N]: relevance of every token for every token of the summary, as it comes; ≥ 0, the own entry near 1 or above.</param>
/// <param name="Lambda">[B, X]: λ, the mean over the summary of the rows' entries at the context; ≥ 0, not normalised.</param>
public sealed record TokenContribution(int Layer, IReadOnlyList<int> Summary, IReadOnlyList<int> Context, Tensor Rows, Tensor Lambda);

/// <summary>λ_i = mean over s of S_s[i], S_s the ULTra row of the latent token at s: not of the one before it, which predicts it.</summary>
public static class TokenContributions
{
    /// <summary>Explains all tokens of a summary in one sweep.</summary>
    /// <param name="trace">A forward pass over context and summary.</param>
    /// <param name="summary">Positions of the summary's tokens, from 0.</param>
    /// <param name="context">Positions of the context's: neither begin nor separators.</param>
    /// <param name="layer">l, 2 .. L+1; L+1, behind the last block, when null.</param>
    /// <param name="function">S: Σz; E: Σz²; W: ⟨z, w⟩.</param>
    /// <param name="order">The order of the factors.</param>
    /// <param name="w">For W: [N, C].</param>
    /// <param name="options">Memory, progress, cancelling; sparse rows for the order of flow.</param>
    /// <exception cref="ArgumentException">Layer, positions or w do not fit.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static TokenContribution Of(Trace trace, IReadOnlyList<int> summary, IReadOnlyList<int> context, int? layer = null,
        TokenFunction function = TokenFunction.S, UltraOrder order = UltraOrder.Flow, Tensor? w = null, SweepOptions? options = null)
    {
        if (summary.Count == 0) throw new ArgumentException("summary: no tokens, expected one or more.", nameof(summary));
        foreach (int c in context)
            if (c < 0 || c >= trace.Tokens) throw new ArgumentOutOfRangeException(nameof(context), $"token {c}: this text has tokens 0 to {trace.Tokens - 1}.");
        int l = layer ?? trace.Blocks.Count + 1;
        BoundTargets targets = new TokenTargets(l, summary, function, w).Bind(trace);
        Tensor rows = order == UltraOrder.Flow ? Sweep.Rows(targets, Propagation.Gradient, options) : Literal(targets, l, options ?? new SweepOptions());
        return new TokenContribution(l, summary, context, rows, Lambda(rows, context));
    }

    /// <summary>Rows [S, B, N] at some tokens, averaged over S: [B, X].</summary>
    static Tensor Lambda(Tensor rows, IReadOnlyList<int> context)
    {
        (int count, int items) = (rows.Shape[0], rows.Shape[1]);
        Tensor lambda = new(items, context.Count);
        for (int b = 0; b < items; b++)
            for (int i = 0; i < context.Count; i++)
            {
                double sum = 0;
                for (int s = 0; s < count; s++) sum += rows.Row(s * items + b)[context[i]];
                lambda.Row(b)[i] = (float)(sum / count);
            }
        return lambda;
    }

    /// <summary>r ← r·C(1), r·C(2), …: the rows meet the factors from the lowest, so these are kept.</summary>
    static Tensor Literal(BoundTargets targets, int layer, SweepOptions options)
    {
        Trace trace = targets.Trace;
        Tensor rows = new(targets.Count, trace.Batch, trace.Tokens);
        AttentionStep[] steps = [.. trace.Steps.Take(layer - 1)];
        Matrices.Each(targets, GradientPart.Positive, options, (t, item, matrices) =>
        {
            Tensor row = new(1, trace.Tokens);
            row.Span[targets.Token(t, item)] = 1;
            foreach (AttentionStep step in steps) row = matrices.Product(row, matrices[step], row);
            row.Span.CopyTo(rows.Row(t * trace.Batch + item));
        });
        return rows;
    }

    /// <summary>For the table of methods: of a span the mean of its tokens' rows behind the last block, of other targets the row of their own token.</summary>
    internal static IReadOnlyList<Tensor> StreamRows(BoundTargets targets, SweepOptions options)
    {
        Trace trace = targets.Trace;
        IReadOnlyList<int> Explained(int t, int b) => targets.Of is SpanTargets spans ? spans.Spans[t] : targets.Tokens(t, b);
        int[] all = [.. Enumerable.Range(0, targets.Count * trace.Batch).SelectMany(i => Explained(i / trace.Batch, i % trace.Batch)).Distinct().Order()];
        Tensor of = Sweep.Rows(new TokenTargets(trace.Blocks.Count + 1, all, TokenFunction.S).Bind(trace), Propagation.Gradient, options),
            rows = new(targets.Count, trace.Batch, trace.Tokens);
        for (int i = 0; i < rows.Rows; i++)
        {
            IReadOnlyList<int> tokens = Explained(i / trace.Batch, i % trace.Batch);
            foreach (int token in tokens) TensorPrimitives.Add(rows.Row(i), of.Row(Array.IndexOf(all, token) * trace.Batch + i % trace.Batch), rows.Row(i));
            TensorPrimitives.Divide(rows.Row(i), tokens.Count, rows.Row(i));
        }
        return [rows];
    }
}
