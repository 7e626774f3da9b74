// SmoothGrad: the gradient averaged over noisy copies of the image (Smilkov, Thorat, Kim, Viégas and Wattenberg 2017, arXiv:1706.03825).

using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>1/n Σ ∂y/∂x at x + N(0, σ²): a gradient without its fast fluctuations.</summary>
/// <remarks>
/// <code>
/// σ = noise · (largest − smallest number of the prepared image)          of each image by itself
/// </code>
/// The mean is that of signed gradients, as the paper defines it; the square or the absolute value is left to the display. The noise
/// of a copy depends on the seed and the number of the copy alone: the same on every machine, in every batch, for every class.
/// Cost: n forward passes and n sweeps, in each of which all classes go down together.
/// </remarks>
static class SmoothGrad
{
    /// <summary>The mean gradient of every class at every image.</summary>
    /// <param name="trace">A forward pass.</param>
    /// <param name="classes">Class indices, from 0.</param>
    /// <param name="samples">n, how many noisy copies. The paper sees little change beyond 50.</param>
    /// <param name="noise">σ as a share of the range of the image's numbers; 0.1 to 0.2 in the paper. 0 gives the gradient itself, bit for bit.</param>
    /// <param name="seed">Of the noise.</param>
    /// <param name="options">Memory, progress (in classes times copies), cancelling.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class, no copy, or the noise is negative or not a number.</exception>
    /// <exception cref="TranslucentException">The model has no classes.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static PixelMaps Pixels(Trace trace, ClassTargets classes, int samples = 50, double noise = 0.15, ulong seed = 0, SweepOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        if (!(noise >= 0 && double.IsFinite(noise)))
            throw new ArgumentOutOfRangeException(nameof(noise), $"noise: {noise}, expected a share of the range of pixels from 0, such as 0.15.");
        Tensor pixels = trace.Pixels;
        int size = pixels.Length / trace.Batch;
        double[] weights = new double[samples];
        Array.Fill(weights, 1);
        return new PixelMaps(PixelSweep.Mean(trace, classes, weights, (copy, image, noisy) =>
        {
            ReadOnlySpan<float> x = pixels.Span.Slice(image * size, size);
            double deviation = noise * ((double)TensorPrimitives.Max(x) - TensorPrimitives.Min(x));
            SplitMix random = new(SplitMix.At(seed, (ulong)copy));
            for (int i = 0; i < x.Length; i++) noisy[i] = (float)(x[i] + deviation * random.Normal());
        }, options ?? new SweepOptions()));
    }
}
