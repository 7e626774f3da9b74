// A batch of images of different sizes, as DETR reads it: in the upper left corner of a common canvas, with a mask of what is real
// (transformers: image_processing_detr.py, pad; modeling_detr.py, DetrConvEncoder and build_position_encoding).

using Translucent.Files;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>Images on one canvas.</summary>
/// <param name="Pixels">[B, 3, H, W]: zeros where there is no image.</param>
/// <param name="Sizes">Height and width of each image.</param>
sealed record PaddedImages(Tensor Pixels, IReadOnlyList<(int Height, int Width)> Sizes)
{
    /// <param name="images">[3, h, w] each.</param>
    public static PaddedImages Of(IReadOnlyList<Tensor> images)
    {
        int height = images.Max(i => i.Shape[1]), width = images.Max(i => i.Width);
        Tensor pixels = new(images.Count, 3, height, width);
        for (int b = 0; b < images.Count; b++)
            for (int line = 0; line < images[b].Rows; line++)
                images[b].Row(line).CopyTo(pixels.Row(b * 3 * height + line / images[b].Shape[1] * height + line % images[b].Shape[1]));
        return new PaddedImages(pixels, [.. images.Select(i => (i.Shape[1], i.Width))]);
    }

    /// <summary>Other pixels on the same canvas, any number of copies of one image.</summary>
    /// <exception cref="TranslucentException">Images of different sizes are copied another number of times than once.</exception>
    public PaddedImages With(Tensor pixels)
    {
        int count = pixels.Shape[0];
        if (count == Sizes.Count) return this with { Pixels = pixels };
        return Sizes.Distinct().Count() == 1 ? new PaddedImages(pixels, [.. Enumerable.Repeat(Sizes[0], count)])
            : throw TranslucentException.OfRequest("images of different sizes in one batch: methods that change pixels explain such images one at a time.");
    }

    /// <summary>Which cells of a grid over the canvas lie outside their image, [B·rows·columns], judged by the pixel at their upper left corner; null when
    /// none do.</summary>
    public bool[]? Padding(int rows, int columns)
    {
        (int height, int width) = (Pixels.Shape[2], Pixels.Shape[3]);
        if (Sizes.All(s => s == (height, width))) return null;
        bool[] outside = new bool[Sizes.Count * rows * columns];
        for (int i = 0; i < outside.Length; i++)
        {
            (int h, int w) = Sizes[i / (rows * columns)];
            int line = i / columns % rows, column = i % columns;
            outside[i] = (int)((long)line * height / rows) >= h || (int)((long)column * width / columns) >= w;
        }
        return outside;
    }
}

/// <summary>Sine positions of the cells of an image: half of the channels from the row, half from the column, counted over real cells alone.</summary>
static class SinePositions
{
    /// <returns>[B, rows·columns, width].</returns>
    public static Tensor Of(int batch, int rows, int columns, bool[]? padding, int width)
    {
        int half = width / 2, cells = rows * columns;
        Tensor all = new(batch, cells, width);
        bool Real(int b, int y, int x) => padding is null || !padding[b * cells + y * columns + x];
        for (int i = 0; i < all.Rows; i++)
        {
            int b = i / cells, y = i % cells / columns, x = i % columns;
            double above = Enumerable.Range(0, y + 1).Count(r => Real(b, r, x)), down = Enumerable.Range(0, rows).Count(r => Real(b, r, x));
            double before = Enumerable.Range(0, x + 1).Count(c => Real(b, y, c)), along = Enumerable.Range(0, columns).Count(c => Real(b, y, c));
            Wave(above / (down + 1e-6) * 2 * Math.PI, all.Row(i)[..half]);
            Wave(before / (along + 1e-6) * 2 * Math.PI, all.Row(i)[half..]);
        }
        return all;
    }

    static void Wave(double angle, Span<float> into)
    {
        for (int j = 0; j < into.Length; j++)
        {
            double phase = angle / Math.Pow(10_000, 2.0 * (j / 2) / into.Length);
            into[j] = (float)(j % 2 == 0 ? Math.Sin(phase) : Math.Cos(phase));
        }
    }
}
