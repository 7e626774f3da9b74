// The attention of the last block, the baseline "last_layer_attn" of Chefer's Transformer-Explainability.

using Translucent.Autodiff.Ops;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>Mean over heads of A in the last block, whatever the class.</summary>
static class RawAttention
{
    /// <summary>[B, N, N]; row i says what token i looks at; rows are non-negative and sum to 1.</summary>
    public static Tensor Matrices(Trace trace)
    {
        Tensor all = new(trace.Batch, trace.Tokens, trace.Tokens);
        trace.Tape.WithAttention(trace.Steps[^1].Site, call =>
        {
            for (int b = 0; b < trace.Batch; b++)
                Attention.HeadMean(call, b).Span.CopyTo(all.Span[(b * trace.Tokens * trace.Tokens)..]);
        });
        return all;
    }

    /// <summary>The mean over heads of what the one query of a step reads: [B, N].</summary>
    internal static Tensor Pooled(Trace trace, AttentionStep step)
    {
        Tensor rows = new(trace.Batch, step.Values.Length);
        trace.Tape.WithAttention(step.Site, call =>
        {
            for (int b = 0; b < trace.Batch; b++) Attention.HeadMean(call, b).Span.CopyTo(rows.Row(b));
        });
        return rows;
    }

    /// <summary>The row of the class token, of the query that pools, or the mean row of patches that are averaged: [B, N].</summary>
    public static Tensor Rows(Trace trace)
    {
        if (trace.Readout?.Pooling is { } pooling) return Pooled(trace, pooling.Step);
        Tensor all = Matrices(trace), rows = new(trace.Batch, trace.Tokens);
        for (int b = 0; b < trace.Batch; b++)
        {
            IReadOnlyList<int> tokens = trace.SummaryTokens(b);
            foreach (int token in tokens) TensorPrimitives.Add(rows.Row(b), all.Row(b * trace.Tokens + token), rows.Row(b));
            if (tokens.Count > 1) TensorPrimitives.Divide(rows.Row(b), tokens.Count, rows.Row(b));
        }
        return rows;
    }
}
