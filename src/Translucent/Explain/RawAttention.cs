// The attention of the last block, the baseline "last_layer_attn" of Chefer's Transformer-Explainability.

using Translucent.Autodiff.Ops;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>Mean over heads of A in the last block, whatever the class.</summary>
public static class RawAttention
{
    /// <summary>[B, N, N]; row i says what token i looks at; rows are non-negative and sum to 1.</summary>
    public static Tensor Matrices(VisionTrace trace)
    {
        Tensor all = new(trace.Images, trace.Tokens, trace.Tokens);
        trace.Tape.WithAttention($"blocks.{trace.Model.Config.Depth - 1}.attn.probs", call =>
        {
            for (int b = 0; b < trace.Images; b++)
                Attention.HeadMean(call, b).Span.CopyTo(all.Span[(b * trace.Tokens * trace.Tokens)..]);
        });
        return all;
    }

    /// <summary>The row of the class token: [B, N].</summary>
    public static Tensor Rows(VisionTrace trace)
    {
        Tensor all = Matrices(trace), rows = new(trace.Images, trace.Tokens);
        for (int b = 0; b < trace.Images; b++) all.Row(b * trace.Tokens).CopyTo(rows.Row(b));
        return rows;
    }
}
