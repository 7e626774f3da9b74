// Integrated gradients (Sundararajan, Taly and Yan 2017, "Axiomatic Attribution for Deep Networks", arXiv:1703.01365, section 3).

using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>What integrated gradients found, and how well it adds up.</summary>
/// <param name="Maps">The share of every channel of every pixel, in units of the class scalar.</param>
/// <param name="Change">[T, B]: y at the image minus y at the baseline, which the shares should sum to.</param>
/// <param name="Gap">[T, B]: the sum of the shares minus that change; it goes to zero with more steps. Far from zero: take more steps.</param>
sealed record IntegratedGradientMaps(PixelMaps Maps, Tensor Change, Tensor Gap);

/// <summary>(x − x′) ∫₀¹ ∂y/∂x at x′ + α(x − x′) dα: how much each pixel changed the score on the straight way from a baseline x′ to the image x.</summary>
/// <remarks>
/// The integral is the mean over the middles of m equal steps. Signed. Shares say "compared with the baseline": where x equals x′ they
/// are zero, so with a black baseline black parts of the image get nothing. Cost: m forward passes and m sweeps, in each of which all
/// classes go down together.
/// </remarks>
static class IntegratedGradients
{
    /// <summary>Shares of every class at every image.</summary>
    /// <param name="trace">A forward pass.</param>
    /// <param name="classes">Class indices, from 0.</param>
    /// <param name="baseline">x′, prepared like the image: [B, c, H, W], or [1, c, H, W] for all images; null for a black image, as in the paper.</param>
    /// <param name="steps">m; the paper takes 20 to 300.</param>
    /// <param name="options">Memory, progress (in classes times steps), cancelling.</param>
    /// <exception cref="ArgumentException">The baseline has another shape.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class, or no step.</exception>
    /// <exception cref="TranslucentException">The model has no classes.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static IntegratedGradientMaps Explain(Trace trace, ClassTargets classes, Tensor? baseline = null, int steps = 64, SweepOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        baseline = Checked(trace, baseline);
        int size = trace.Pixels.Length / trace.Batch;
        Tensor shares = Shares(trace, classes, baseline, steps, options ?? new SweepOptions());
        Tensor change = Change(trace, classes, baseline, options?.Stop ?? default), gap = new(change.Shape);
        for (int r = 0; r < change.Length; r++)
        {
            int image = r % trace.Batch;
            double sum = 0;
            foreach (float s in shares.Span.Slice(r * size, size)) sum += s;
            gap.Span[r] = (float)(sum - change.Span[r]);
        }
        return new IntegratedGradientMaps(new PixelMaps(shares), change, gap);
    }

    /// <summary>The shares of pixels [T, B, c, H, W] in the change of any targets on the way from a baseline to the image.</summary>
    internal static Tensor Shares(Trace trace, Targets targets, Tensor? baseline, int steps, SweepOptions options)
    {
        Tensor pixels = trace.Pixels, origin = Checked(trace, baseline);
        int size = pixels.Length / trace.Batch;
        ReadOnlySpan<float> Baseline(int image) => origin.Span.Slice(image * size % origin.Length, size);
        double[] weights = new double[steps];
        Array.Fill(weights, 1);
        Tensor shares = PixelSweep.Mean(trace, targets, weights, (step, image, between) =>
        {
            ReadOnlySpan<float> x = pixels.Span.Slice(image * size, size), from = Baseline(image);
            double alpha = (step + 0.5) / steps;
            for (int i = 0; i < between.Length; i++) between[i] = (float)(from[i] + alpha * ((double)x[i] - from[i]));
        }, options);
        for (int r = 0; r < shares.Length / size; r++)
        {
            Span<float> share = shares.Span.Slice(r * size, size);
            TensorPrimitives.Multiply(share, Difference(pixels.Span.Slice(r % trace.Batch * size, size), Baseline(r % trace.Batch)), share);
        }
        return shares;
    }

    /// <summary>[T, B]: y at the image minus y at the baseline, what the shares promise to sum to. One forward pass.</summary>
    /// <param name="trace">A forward pass.</param>
    /// <param name="classes">Class indices, from 0.</param>
    /// <param name="baseline">As for <see cref="Explain"/>.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="ArgumentException">The baseline has another shape.</exception>
    public static Tensor Change(Trace trace, ClassTargets classes, Tensor? baseline = null, CancellationToken cancellationToken = default)
    {
        using Trace below = trace.Image.Forward(Checked(trace, baseline), trace.Tape.Keep, new Arena(trace.Tape.Arena.Compute), cancellationToken);
        classes.Bind(trace);
        Tensor change = new(classes.Count, trace.Batch);
        for (int r = 0; r < change.Length; r++)
        {
            int image = r % trace.Batch;
            ClassTarget target = classes[r / trace.Batch];
            change.Span[r] = Value(trace, image, target, classes.Scalar) - Value(below, image % below.Batch, target, classes.Scalar);
        }
        return change;
    }

    /// <summary>The baseline, or black where there is none.</summary>
    static Tensor Checked(Trace trace, Tensor? baseline)
    {
        baseline ??= Black(trace);
        Tensor pixels = trace.Pixels;
        if (baseline.Shape.Length != 4 || !baseline.Shape[1..].SequenceEqual(pixels.Shape[1..]) || (baseline.Shape[0] != 1 && baseline.Shape[0] != trace.Batch))
            throw new ArgumentException($"baseline: {baseline}, expected {pixels} or [1, {string.Join(", ", pixels.Shape[1..].ToArray())}].");
        return baseline;
    }

    /// <summary>A black image as the model gets it, [1, c, H, W].</summary>
    public static Tensor Black(Trace trace)
    {
        int channels = trace.Pixels.Shape[1];
        Tensor black = new(1, channels, trace.Pixels.Shape[2], trace.Pixels.Shape[3]);
        for (int c = 0; c < channels; c++)
            black.Span.Slice(c * black.Length / channels, black.Length / channels).Fill((float)trace.Image.Black[c]);
        return black;
    }

    static float[] Difference(ReadOnlySpan<float> x, ReadOnlySpan<float> from)
    {
        float[] difference = new float[x.Length];
        TensorPrimitives.Subtract(x, from, difference);
        return difference;
    }

    static float Value(Trace trace, int image, ClassTarget target, ClassScalar scalar)
    {
        ReadOnlySpan<float> scores = (scalar == ClassScalar.Logit ? trace.Logits : trace.Probabilities()).Row(image);
        return target.Against is not { } other ? scores[target.Class]
            : target.Comparison == ClassComparison.Ratio ? scores[target.Class] / scores[other]
            : scores[target.Class] - scores[other];
    }
}
