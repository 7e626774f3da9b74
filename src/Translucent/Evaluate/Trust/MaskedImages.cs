// An image with some of its patches replaced, many times over, through a model in batches.

using Translucent.Autodiff;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Evaluate.Trust;

/// <summary>Which patches are changed, and whether the change inserts the photograph or removes it.</summary>
readonly record struct PatchMask(int[] Patches, bool Insertion);

/// <summary>Scores masked copies of one image.</summary>
/// <param name="image">[1, 3, H, W].</param>
/// <param name="deleted">What it is where patches are deleted.</param>
/// <param name="empty">What it is before patches are inserted.</param>
/// <param name="patch">Side of a patch, in pixels.</param>
/// <param name="bytesPerImage">Memory that one image of a batch takes.</param>
/// <param name="probabilities">From images [B, 3, H, W] to the probabilities of classes [B, Classes].</param>
sealed class MaskedImages(Tensor image, Tensor deleted, Tensor empty, int patch, long bytesPerImage, Func<Tensor, Tensor> probabilities)
{
    const int RowsAtOnce = 2048; // token rows in a batch: enough to hide the packing of weights

    int Columns => image.Shape[3] / patch;

    /// <summary>How many whole patches the image has.</summary>
    public int Patches => image.Shape[2] / patch * Columns;

    /// <summary>Copies of the image of a forward pass.</summary>
    /// <exception cref="ArgumentException">It is a pass of several images.</exception>
    /// <exception cref="TranslucentException">The model has no classes.</exception>
    public static MaskedImages Of(Trace trace, PerturbationSettings settings)
    {
        OneImage.Check(trace);
        _ = trace.Logits;
        PixelInput input = trace.Image;
        Tensor pixels = trace.Pixels;
        int patch = trace.Grid.Patch;
        Tensor Background(Baseline kind) => Baselines.Of(kind, pixels, input.Black, patch);
        Arena arena = new();
        return new MaskedImages(pixels, Background(settings.Deletion), Background(settings.Insertion), patch, BytesPerImage(trace), images =>
        {
            using Trace pass = input.Forward(images, Keep.Boundaries, arena, trace.Tape.Stop);
            return pass.Probabilities();
        });
    }

    /// <summary>Bytes of one image in a batch.</summary>
    public static long BytesPerImage(Trace trace) => Cost.ForwardBytes(trace, Keep.Boundaries) + 4L * trace.Pixels.Length;

    /// <summary>How many images go at once.</summary>
    public static int Batch(int patches, long bytesPerImage, SweepOptions options) =>
        (int)Math.Clamp(Math.Min(options.MemoryBytes / bytesPerImage, options.Chunk ?? Math.Max(1, RowsAtOnce / patches)), 1, int.MaxValue);

    /// <summary>[masks, Classes].</summary>
    /// <param name="masks">The copies.</param>
    /// <param name="options">Memory, progress in images, cancelling.</param>
    /// <param name="before">Images that were reported already.</param>
    public Tensor Probabilities(IReadOnlyList<PatchMask> masks, SweepOptions options, int before)
    {
        int batch = Batch(Patches, bytesPerImage, options);
        Tensor? all = null;
        for (int first = 0; first < masks.Count; first += batch)
        {
            options.Stop.ThrowIfCancellationRequested();
            int count = Math.Min(batch, masks.Count - first);
            Tensor images = new(count, image.Shape[1], image.Shape[2], image.Shape[3]);
            for (int i = 0; i < count; i++) Draw(masks[first + i], images.Span.Slice(i * image.Length, image.Length));
            Tensor scores = probabilities(images);
            all ??= new Tensor(masks.Count, scores.Width);
            scores.Span.CopyTo(all.Span[(first * scores.Width)..]);
            options.Progress?.Report(before + first + count);
        }
        return all ?? new Tensor(0, 1);
    }

    void Draw(PatchMask mask, Span<float> into)
    {
        (mask.Insertion ? empty : image).Span.CopyTo(into);
        ReadOnlySpan<float> from = (mask.Insertion ? image : deleted).Span;
        (int height, int width) = (image.Shape[2], image.Shape[3]);
        foreach (int i in mask.Patches)
            for (int row = 0; row < 3 * patch; row++)
            {
                int at = (row / patch * height + i / Columns * patch + row % patch) * width + i % Columns * patch;
                from.Slice(at, patch).CopyTo(into.Slice(at, patch));
            }
    }
}
