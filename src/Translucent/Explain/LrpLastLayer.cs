// LRP to the attention of the last block: the baseline "lrp_last_layer" of Chefer's Transformer-Explainability.

using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>Mean over heads of (R_A)⁺ in the last block, R_A the relevance of its attention by the classic rules; the row of the class token.</summary>
/// <remarks>Where a learned query pools the patches, its attention is the last.
/// Any number of classes and images. Unitless, ≥ 0. Arithmetic and limits are those of <see cref="Lrp"/>.</remarks>
static class LrpLastLayer
{
    /// <summary>[T, B, N].</summary>
    /// <inheritdoc cref="Lrp.Attention" path="/exception"/>
    public static Tensor Rows(Trace trace, ClassTargets classes, SweepOptions? options = null)
    {
        Tensor rows = new(classes.Count, trace.Batch, trace.Tokens);
        LrpPass pass = new(trace, classes, LrpRulebooks.Of(LrpVariant.Orig, alpha: 1), options ?? new SweepOptions());
        AttentionStep last = trace.Readout?.Pooling?.Step ?? trace.Steps[^1];
        for (int image = 0; image < trace.Batch; image++)
            pass.Chunks((first, count) => pass.Run(image, first, count, [last.Site], (_, r) =>
            {
                for (int t = 0; t < count; t++) Mean(r, t, last, trace.Summary(image), rows.Row((first + t) * trace.Batch + image));
            }));
        return rows;
    }

    /// <summary>The class token's row of target <paramref name="target"/> from relevance [T·H·Q, N].</summary>
    static void Mean(PreciseMatrix relevance, int target, AttentionStep last, int token, Span<float> row)
    {
        int heads = last.Heads, queries = last.Queries.Length, n = last.Values.Length;
        for (int j = 0; j < n; j++)
        {
            double sum = 0;
            for (int h = 0; h < heads; h++) sum += Math.Max(0, relevance.Row((target * heads + h) * queries + token)[j]);
            row[j] = (float)(sum / heads);
        }
    }
}
