// Images that are drawn one by one and go through a model in batches large enough to hide the packing of its weights: what every test by perturbation does.

using Translucent.Autodiff;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Evaluate.Trust;

/// <summary>Writes an image of a batch.</summary>
/// <param name="index">Which of all images.</param>
/// <param name="into">[3 · H · W], not cleared.</param>
delegate void DrawImage(int index, Span<float> into);

/// <summary>Runs drawn images through a model.</summary>
/// <param name="channels">c.</param>
/// <param name="height">H.</param>
/// <param name="width">W.</param>
/// <param name="patches">Of an image, which says how many images make a batch.</param>
/// <param name="bytesPerImage">Memory that one image of a batch takes.</param>
/// <param name="read">From the number of the first image of a batch and the images [B, c, H, W] to what is wanted of them, [B, any].</param>
sealed class DrawnImages(int channels, int height, int width, int patches, long bytesPerImage, Func<int, Tensor, Tensor> read)
{
    const int RowsAtOnce = 2048; // token rows in a batch

    /// <summary>Images of the size of a pass, through the same model.</summary>
    /// <param name="trace">A pass over one image.</param>
    /// <param name="read">From the number of the first image of a batch and its pass to what is wanted, [B, any], not borrowed from the pass.</param>
    public static DrawnImages Of(Trace trace, Func<int, Trace, Tensor> read)
    {
        OneImage.Check(trace);
        PixelInput input = trace.Image;
        Arena arena = new();
        return new DrawnImages(trace.Pixels.Shape[1], trace.Pixels.Shape[2], trace.Pixels.Shape[3], trace.Grid.Count, BytesPerImage(trace), (first, images) =>
        {
            using Trace pass = input.Forward(images, Keep.Boundaries, arena, trace.Tape.Stop);
            return read(first, pass);
        });
    }

    /// <summary>Images whose classes are wanted: rows are probabilities.</summary>
    public static DrawnImages Classified(Trace trace)
    {
        _ = trace.Logits;
        return Of(trace, (_, pass) => pass.Probabilities());
    }

    /// <summary>Bytes of one image in a batch.</summary>
    public static long BytesPerImage(Trace trace) => Cost.ForwardBytes(trace, Keep.Boundaries) + 4L * trace.Pixels.Length / trace.Batch;

    /// <summary>How many images go at once.</summary>
    public static int Batch(int patches, long bytesPerImage, SweepOptions options) =>
        (int)Math.Clamp(Math.Min(options.MemoryBytes / bytesPerImage, options.Chunk ?? Math.Max(1, RowsAtOnce / patches)), 1, int.MaxValue);

    /// <summary>Draws and runs images.</summary>
    /// <param name="count">How many.</param>
    /// <param name="draw">Draws one; called by one thread at a time.</param>
    /// <param name="options">Memory, progress in images, cancelling; <see cref="SweepOptions.Chunk"/> is images per batch.</param>
    /// <param name="before">Images that were reported already.</param>
    /// <returns>[count, any], the rows that were read.</returns>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public Tensor Run(int count, DrawImage draw, SweepOptions options, int before = 0)
    {
        int batch = Batch(patches, bytesPerImage, options), length = channels * height * width;
        Tensor? all = null;
        for (int first = 0; first < count; first += batch)
        {
            options.Stop.ThrowIfCancellationRequested();
            int now = Math.Min(batch, count - first);
            Tensor images = new(now, channels, height, width);
            for (int i = 0; i < now; i++) draw(first + i, images.Span.Slice(i * length, length));
            Tensor rows = read(first, images);
            all ??= new Tensor(count, rows.Width);
            rows.Span.CopyTo(all.Span[(first * rows.Width)..]);
            options.Progress?.Report(before + first + now);
        }
        return all ?? new Tensor(0, 1);
    }
}
