// Derivatives of class scores with respect to pixels, at an image or averaged over many images made from it: what saliency,
// SmoothGrad and integrated gradients share.

using Translucent.Autodiff;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>Sweeps that go down to the pixels.</summary>
static class PixelSweep
{
    const int RowsAtOnce = 1024; // token rows of the copies that go through the model together: enough to hide the packing of weights

    /// <summary>Takes ∂y/∂x [c·H·W], c channels, of one target at one image.</summary>
    public delegate void Take(int target, int image, ReadOnlySpan<float> gradient);

    /// <summary>Makes copy <paramref name="copy"/> of an image of the trace.</summary>
    public delegate void Write(int copy, int image, Span<float> pixels);

    /// <summary>Hands over the derivatives at the images of the trace, in the order of targets, then images.</summary>
    public static void Each(Trace trace, Targets targets, SweepOptions options, Take take) =>
        Sweep.Each(targets.Bind(trace), options, (first, count) => new Watch().Value(PixelInput.Site, g =>
        {
            int size = trace.Pixels.Length / trace.Batch;
            for (int i = 0; i < count * trace.Batch; i++) take(first + i / trace.Batch, i % trace.Batch, g.Values.Span.Slice(i * size, size));
        }));

    /// <summary>The weighted mean of the derivatives over copies of every image, [T, B, c, H, W].</summary>
    /// <param name="trace">A forward pass, whose images are copied.</param>
    /// <param name="targets">What is derived.</param>
    /// <param name="weights">One weight per copy.</param>
    /// <param name="write">Makes the copies.</param>
    /// <param name="options">Memory for passes and cotangents; progress is told in targets times copies.</param>
    public static Tensor Mean(Trace trace, Targets targets, IReadOnlyList<double> weights, Write write, SweepOptions options)
    {
        targets.Bind(trace);
        Tensor pixels = trace.Pixels;
        int images = trace.Batch, size = pixels.Length / images, total = weights.Count * images;
        PreciseMatrix sums = new(targets.Count * images, size); // in the order of copies, so that batches do not matter
        long perCopy = Cost.ForwardBytes(trace, trace.Tape.Keep) + Sweep.BytesPerTarget(trace) / images;
        int batch = (int)Math.Clamp(Math.Min(options.MemoryBytes / perCopy, RowsAtOnce / trace.Streams.Max(s => s.Length)), 1, total);
        SweepOptions inner = options with { MemoryBytes = Math.Max(1, options.MemoryBytes - batch * perCopy), Progress = null };
        Arena arena = new(trace.Tape.Arena.Compute);
        for (int first = 0; first < total; first += batch)
        {
            options.Stop.ThrowIfCancellationRequested();
            int count = Math.Min(batch, total - first), from = first;
            Tensor copies = arena.Rent(count, pixels.Shape[1], pixels.Shape[2], pixels.Shape[3]);
            arena.Compute.For(count, i => write((from + i) / images, (from + i) % images, copies.Span.Slice(i * size, size)));
            using (Trace pass = trace.Image.Forward(copies, trace.Tape.Keep, arena, options.Stop))
                Each(pass, targets, inner, (target, i, gradient) =>
                {
                    Span<double> sum = sums.Row(target * images + (from + i) % images);
                    double weight = weights[(from + i) / images];
                    for (int p = 0; p < sum.Length; p++) sum[p] += weight * gradient[p];
                });
            arena.Return(copies);
            options.Progress?.Report((int)((long)targets.Count * (first + count) / images));
        }
        TensorPrimitives.Divide(sums.Span, weights.Sum(), sums.Span);
        Tensor mean = Tensor.Uninitialized([targets.Count, .. pixels.Shape]);
        TensorPrimitives.ConvertTruncating<double, float>(sums.Span, mean.Span);
        return mean;
    }
}
