// An image with some of its patches replaced, many times over.

using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Evaluate.Trust;

/// <summary>Which patches are changed, and whether the change inserts the photograph or removes it.</summary>
readonly record struct PatchMask(int[] Patches, bool Insertion);

/// <summary>Scores masked copies of one image.</summary>
/// <param name="image">[1, c, H, W], c channels.</param>
/// <param name="deleted">What it is where patches are deleted.</param>
/// <param name="empty">What it is before patches are inserted.</param>
/// <param name="patch">Side of a patch, in pixels.</param>
/// <param name="images">Runs copies; their rows are probabilities of classes.</param>
sealed class MaskedImages(Tensor image, Tensor deleted, Tensor empty, int patch, DrawnImages images)
{
    /// <param name="image">[1, 3, H, W], as the model takes it.</param>
    /// <param name="deleted">What it is where patches are deleted.</param>
    /// <param name="empty">What it is before patches are inserted.</param>
    /// <param name="patch">Side of a patch, in pixels.</param>
    /// <param name="bytesPerImage">Memory that one image of a batch takes.</param>
    /// <param name="probabilities">From images [B, c, H, W] to the probabilities of classes [B, Classes].</param>
    /// <inheritdoc cref="MaskedImages(Tensor, Tensor, Tensor, int, DrawnImages)"/>
    public MaskedImages(Tensor image, Tensor deleted, Tensor empty, int patch, long bytesPerImage, Func<Tensor, Tensor> probabilities)
        : this(image, deleted, empty, patch, new DrawnImages(image.Shape[1], image.Shape[2], image.Shape[3], image.Shape[2] / patch * (image.Shape[3] / patch),
            bytesPerImage, (_, batch) => probabilities(batch)))
    {
    }

    int Columns => image.Shape[3] / patch;

    /// <summary>How many whole patches the image has.</summary>
    public int Patches => image.Shape[2] / patch * Columns;

    /// <summary>Copies of the image of a forward pass.</summary>
    /// <exception cref="ArgumentException">It is a pass of several images.</exception>
    /// <exception cref="Files.TranslucentException">The model has no classes.</exception>
    public static MaskedImages Of(Trace trace, PerturbationSettings settings)
    {
        DrawnImages images = DrawnImages.Classified(trace);
        Tensor Background(Baseline kind) => Baselines.Of(kind, trace.Pixels, trace.Image.Black, trace.Grid.Patch);
        return new MaskedImages(trace.Pixels, Background(settings.Deletion), Background(settings.Insertion), trace.Grid.Patch, images);
    }

    /// <summary>[masks, Classes].</summary>
    /// <param name="masks">The copies.</param>
    /// <param name="options">Memory, progress in images, cancelling.</param>
    /// <param name="before">Images that were reported already.</param>
    public Tensor Probabilities(IReadOnlyList<PatchMask> masks, SweepOptions options, int before) =>
        images.Run(masks.Count, (i, into) => Draw(masks[i], into), options, before);

    void Draw(PatchMask mask, Span<float> into)
    {
        (mask.Insertion ? empty : image).Span.CopyTo(into);
        ReadOnlySpan<float> from = (mask.Insertion ? image : deleted).Span;
        (int height, int width) = (image.Shape[2], image.Shape[3]);
        foreach (int i in mask.Patches)
            for (int row = 0; row < image.Shape[1] * patch; row++)
            {
                int at = (row / patch * height + i / Columns * patch + row % patch) * width + i % Columns * patch;
                from.Slice(at, patch).CopyTo(into.Slice(at, patch));
            }
    }
}
