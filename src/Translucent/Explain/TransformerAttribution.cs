// Transformer Attribution: Chefer, Gur and Wolf, "Transformer Interpretability Beyond Attention Visualization", CVPR 2021,
// arXiv:2012.09838, eqs. 13 and 14; Transformer-Explainability, baselines/ViT (docs/methods.md).

using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>Which patches decided a class? The product over blocks of I + mean over heads of (∂logit/∂A ⊙ R_A)⁺, R_A the LRP relevance of A.</summary>
/// <remarks>
/// Unitless, ≥ 0. Any number of classes and images; classes share the float64 forward pass and what the rules divide by, images are
/// taken one by one. Relevance and derivatives are float64 (<see cref="Lrp"/>). See docs/methods.md.
/// </remarks>
static class TransformerAttribution
{
    /// <summary>The row of the class token for every class: [T, B, N].</summary>
    /// <param name="trace">A forward pass.</param>
    /// <param name="classes">Classes, by their logits; of a difference, the gradient is that of the difference and the relevance that of the first
    /// class.</param>
    /// <param name="start">The first block that is multiplied, from 0. Chefer's evaluation scripts use 1, the notebook 0.</param>
    /// <param name="options">Memory, progress, cancelling.</param>
    /// <exception cref="ArgumentException">The targets are probabilities.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class or block.</exception>
    /// <exception cref="TranslucentException">The model has no classes, or an operation for which LRP has no rule (SwiGLU).</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static Tensor Rows(Trace trace, ClassTargets classes, int start = 0, SweepOptions? options = null) =>
        Carry(trace, classes, start, options, rowsPerTarget: 1).Reshape(classes.Count, trace.Batch, trace.Tokens);

    /// <summary>The whole product for every class: [T, B, N, N].</summary>
    /// <inheritdoc cref="Rows(Trace, ClassTargets, int, SweepOptions?)"/>
    public static Tensor Matrices(Trace trace, ClassTargets classes, int start = 0, SweepOptions? options = null) =>
        Carry(trace, classes, start, options, rowsPerTarget: trace.Tokens);

    /// <summary>The row of the class token when gradient and relevance lose tokens below every attention: [T, B, N].</summary>
    /// <param name="trace">A forward pass.</param>
    /// <param name="classes">Classes, by their logits.</param>
    /// <param name="kept">At the sites of blocks, [T, N]: 1 for tokens whose rows go on, 0 for others.</param>
    /// <param name="options">Memory, cancelling.</param>
    internal static Tensor Rows(Trace trace, ClassTargets classes, IReadOnlyDictionary<string, Tensor> kept, SweepOptions? options = null) =>
        Carry(trace, classes, start: 0, options, rowsPerTarget: 1, kept).Reshape(classes.Count, trace.Batch, trace.Tokens);

    static Tensor Carry(Trace trace, ClassTargets classes, int start, SweepOptions? options, int rowsPerTarget,
        IReadOnlyDictionary<string, Tensor>? kept = null)
    {
        BoundTargets targets = classes.BindLogits(trace);
        int depth = trace.Steps.Count, heads = trace.Steps[0].Heads;
        if (start < 0 || start >= depth) throw new ArgumentOutOfRangeException(nameof(start), $"start block {start}: the model has blocks 0 to {depth - 1}.");
        ClassTargets relevant = new(classes.Select(t => t.Class), classes.Scalar); // both factors turn sign with a difference: only one may have it
        LrpPass pass = new(trace, relevant, LrpRulebooks.Of(LrpVariant.Ours, alpha: 1), options ?? new SweepOptions());
        int n = trace.Tokens, images = trace.Batch;
        Tensor result = new(classes.Count, images, rowsPerTarget, n);
        AttentionStep? through = rowsPerTarget == 1 ? targets.Through?.Step : null;
        string[] wanted = [.. trace.Steps.Skip(start).Select(step => step.Site), .. kept?.Keys ?? [], .. through is null ? [] : new[] { through.Site }];
        Compute compute = trace.Tape.Arena.Compute;
        pass.Chunks((first, count) =>
        {
            for (int image = 0; image < images; image++)
            {
                Dictionary<string, PreciseMatrix> gradients = [];
                pass.Differentiate(classes, image, first, count, wanted, (site, g) =>
                {
                    if (!Drops(site, g, first)) gradients[site] = g;
                });
                PreciseMatrix rows = new(count * rowsPerTarget, n);
                for (int r = 0; r < rows.Rows && through is null; r++)
                {
                    IReadOnlyList<int> from = rowsPerTarget == 1 ? targets.Tokens(first + r, image) : [r % rowsPerTarget];
                    foreach (int token in from) rows.Row(r)[token] = 1.0 / from.Count;
                }
                pass.Run(image, first, count, wanted, (site, r) =>
                {
                    if (Drops(site, r, first)) return;
                    gradients.Remove(site, out PreciseMatrix? g);
                    if (site == through?.Site) Positive(compute, g!, r, through.Heads, 1).Span.CopyTo(rows.Span); // the query's own row is no row of the stream
                    else Multiply(compute, rows, Positive(compute, g!, r, heads, n), count);
                });
                for (int t = 0; t < count; t++)
                    TensorPrimitives.ConvertTruncating<double, float>(rows.RowSpan(t * rowsPerTarget, rowsPerTarget),
                        result.Span.Slice(((first + t) * images + image) * rowsPerTarget * n, rowsPerTarget * n));
            }
        }, recordedBytes: 8L * (depth - start) * heads * n * n);
        return result;

        bool Drops(string site, PreciseMatrix rows, int first)
        {
            if (kept?.GetValueOrDefault(site) is not { } goesOn) return false;
            for (int r = 0; r < rows.Rows; r++)
                if (goesOn.Span[first * n + r] == 0) rows.Row(r).Clear();
            return true;
        }
    }

    /// <summary>mean over heads of (G ⊙ R_A)⁺ for every target, [T·Q, N]. G and R_A are [T·H·Q, N].</summary>
    static PreciseMatrix Positive(Compute compute, PreciseMatrix g, PreciseMatrix r, int heads, int queries)
    {
        int n = g.Width;
        return PreciseMatrix.Map(compute, g.Rows / heads, n, (row, into) =>
        {
            into.Clear();
            for (int h = 0; h < heads; h++)
            {
                int at = (row / queries * heads + h) * queries + row % queries;
                ReadOnlySpan<double> slope = g.Row(at), relevance = r.Row(at);
                for (int j = 0; j < n; j++) into[j] += Math.Max(0, slope[j] * relevance[j]);
            }
            TensorPrimitives.Divide(into, heads, into);
        });
    }

    /// <summary>rows ← rows·(I + C), target by target.</summary>
    static void Multiply(Compute compute, PreciseMatrix rows, PreciseMatrix c, int targets)
    {
        int n = c.Width, count = rows.Rows / targets;
        PreciseMatrix product = PreciseMatrix.Uninitialized(rows.Rows, n);
        for (int t = 0; t < targets; t++)
            PreciseProduct.Multiply(compute, rows.Block(t * count, count, 0, n), c.Block(t * n, n, 0, n), product.Block(t * count, count, 0, n));
        TensorPrimitives.Add(rows.Span, product.Span, rows.Span);
    }
}
