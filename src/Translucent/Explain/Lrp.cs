// Layer-wise relevance propagation to attention, tokens and pixels (Bach et al. 2015, PLoS ONE 10(7):e0130140), with the rules of
// Chefer, Gur and Wolf, "Transformer Interpretability Beyond Attention Visualization", CVPR 2021, arXiv:2012.09838 (docs/methods.md).

using Translucent.Autodiff.Ops;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>The relevance of a class at the lower end of the model.</summary>
/// <param name="Tokens">[T, B, N − registers]: of every token before positions are added, prefix tokens first; registers take part in no sum and are left
/// out.</param>
/// <param name="Pixels">[T, B, H', W']: of every pixel, the channels added up; H' and W' are whole patches, pixels beyond the last take none.</param>
sealed record LrpMaps(Tensor Tokens, Tensor Pixels);

/// <summary>Which tokens and pixels did the score of a class come from? Relevance one enters at the score and is handed down by a rule per operation.</summary>
/// <remarks>
/// Signed, unitless. Arithmetic is float64 over the same tape: the rules divide by totals that nearly cancel. The forward pass is
/// computed again in float64 once per image; classes go down together, so that what a rule divides by is computed once for all of them.
/// See docs/methods.md, also for patents and licences.
/// </remarks>
static class Lrp
{
    /// <summary>Relevance of tokens and pixels for every class and image.</summary>
    /// <param name="trace">A forward pass.</param>
    /// <param name="classes">Classes, by their logits; the relevance of a difference is the difference of relevances.</param>
    /// <param name="variant">The rules.</param>
    /// <param name="alpha">How much of the relevance helping inputs get in a linear layer; hindering ones get alpha − 1 of it, negative.</param>
    /// <param name="options">Memory, progress, cancelling.</param>
    /// <exception cref="ArgumentException">The targets are probabilities.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class, or alpha is below 1.</exception>
    /// <exception cref="TranslucentException">The model has no classes, or an operation for which no rule is defined (SwiGLU).</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static LrpMaps Explain(Trace trace, ClassTargets classes, LrpVariant variant = LrpVariant.Ours, double alpha = 1, SweepOptions? options = null)
    {
        int height = trace.Grid.Rows * trace.Grid.Patch, width = trace.Grid.Columns * trace.Grid.Patch;
        int positioned = trace.Tape.Calls.Select(call => call.Op).OfType<Embed>().Single().Positions.Shape[0]; // N - registers
        Tensor tokens = new(classes.Count, trace.Batch, positioned), pixels = new(classes.Count, trace.Batch, height, width);
        LrpPass pass = new(trace, classes, LrpRulebooks.Of(variant, alpha), options ?? new SweepOptions());
        for (int image = 0; image < trace.Batch; image++)
            pass.Chunks((first, count) =>
            {
                pass.Run(image, first, count, [Embed.InnerSite, PixelInput.Site], (site, r) =>
                {
                    if (site == Embed.InnerSite) Sum(r, image, first);
                    else
                        for (int t = 0; t < count; t++) Round(r.RowSpan(t * height, height), pixels, (first + t) * trace.Batch + image);
                });
            });
        return new LrpMaps(tokens, pixels);

        void Sum(PreciseMatrix r, int image, int first)
        {
            for (int row = 0; row < r.Rows; row++)
            {
                double sum = 0;
                foreach (double v in r.Row(row)) sum += v;
                tokens.Row((first + row / positioned) * trace.Batch + image)[row % positioned] = (float)sum;
            }
        }
    }

    /// <summary>Relevance of the attention probabilities, [T, B, L, H, N, N].</summary>
    /// <inheritdoc cref="Explain"/>
    public static Tensor Attention(Trace trace, ClassTargets classes, LrpVariant variant = LrpVariant.Ours, double alpha = 1, SweepOptions? options = null)
    {
        string[] sites = [.. trace.Steps.Select(step => step.Site)];
        Tensor all = new(classes.Count, trace.Batch, sites.Length, trace.Steps[0].Heads, trace.Tokens, trace.Tokens);
        LrpPass pass = new(trace, classes, LrpRulebooks.Of(variant, alpha), options ?? new SweepOptions());
        for (int image = 0; image < trace.Batch; image++)
            pass.Chunks((first, count) => pass.Run(image, first, count, sites, (site, r) =>
            {
                int rows = r.Rows / count;
                for (int t = 0; t < count; t++)
                    Round(r.RowSpan(t * rows, rows), all, ((first + t) * trace.Batch + image) * sites.Length + Array.IndexOf(sites, site));
            }));
        return all;
    }

    /// <summary>Writes numbers as float32 to the part of a tensor that comes after <paramref name="index"/> parts of the same size.</summary>
    static void Round(ReadOnlySpan<double> values, Tensor into, int index) =>
        TensorPrimitives.ConvertTruncating(values, into.Span.Slice(index * values.Length, values.Length));
}
