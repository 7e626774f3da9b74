// Resizes 8-bit images to the same bytes as Pillow's Image.resize
// (src/libImaging/Resample.c; for nearest Geometry.c, ImagingScaleAffine; python/PIL/Image.py for transparency).

using Translucent.Tensors;

namespace Translucent.Images;

/// <summary>Resizing of photographs.</summary>
static class Resize
{
    const int Block = 16; // rows that one thread takes at a time

    /// <summary>The image at another size, bit for bit as Pillow resizes it.</summary>
    /// <param name="image">1 to 4 channels; colours are weighted by alpha, as Pillow does.</param>
    /// <param name="width">Pixels per row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="filter">All but <see cref="Resampling.Nearest"/> are antialiased when shrinking.</param>
    /// <returns>The image itself when it has that size already.</returns>
    public static Image To(Image image, int width, int height, Resampling filter = Resampling.Bicubic)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if ((width, height) == (image.Width, image.Height)) return image;
        if (filter == Resampling.Nearest) return Nearest(image, width, height);
        bool alpha = image.Channels is 2 or 4;
        Image from = alpha ? Alpha.Multiply(image) : image;
        if (width != from.Width) from = Horizontal(from, width, filter);
        if (height != from.Height) from = Vertical(from, height, filter);
        return alpha ? Alpha.Divide(from) : from;
    }

    /// <summary>The image so scaled down that no side is longer than <paramref name="longest"/>; the image itself when none is.</summary>
    public static Image Within(Image image, int longest, Resampling filter = Resampling.Bicubic)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(longest, 1);
        double scale = (double)longest / Math.Max(image.Width, image.Height);
        if (scale >= 1) return image;
        return To(image, Math.Max(1, (int)Math.Round(image.Width * scale)), Math.Max(1, (int)Math.Round(image.Height * scale)), filter);
    }

    static Image Horizontal(Image image, int width, Resampling filter)
    {
        int c = image.Channels, fromStride = image.Width * c, toStride = width * c;
        byte[] from = image.Pixels, to = new byte[(long)toStride * image.Height];
        FixedTaps taps = new(Taps.Antialiased(image.Width, width, filter), c);
        Compute.Default.For((image.Height + Block - 1) / Block, block =>
        {
            for (int y = block * Block; y < Math.Min((block + 1) * Block, image.Height); y++)
                taps.AlongRow(from.AsSpan(y * fromStride, fromStride), to.AsSpan(y * toStride, toStride));
        });
        return new Image(width, image.Height, c, to);
    }

    static Image Vertical(Image image, int height, Resampling filter)
    {
        int stride = image.Width * image.Channels;
        byte[] from = image.Pixels, to = new byte[(long)stride * height];
        FixedTaps taps = new(Taps.Antialiased(image.Height, height, filter), 1);
        Compute.Default.For(height, y => taps.AcrossRows(y, from, to.AsSpan(y * stride, stride)));
        return new Image(image.Width, height, image.Channels, to);
    }

    static Image Nearest(Image image, int width, int height)
    {
        int c = image.Channels;
        int[] columns = Places(image.Width, width), rows = Places(image.Height, height);
        byte[] to = new byte[(long)width * height * c];
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<byte> from = image.Pixels.AsSpan(rows[y] * image.Width * c, image.Width * c);
            Span<byte> row = to.AsSpan(y * width * c, width * c);
            for (int x = 0; x < width; x++) from.Slice(columns[x] * c, c).CopyTo(row[(x * c)..]);
        }
        return new Image(width, height, c, to);
    }

    // Pillow adds the step again and again, and so must we to round alike.
    static int[] Places(int inputs, int outputs)
    {
        double step = (double)inputs / outputs, at = step * 0.5;
        int[] places = new int[outputs];
        for (int o = 0; o < outputs; o++, at += step) places[o] = Math.Min((int)at, inputs - 1);
        return places;
    }
}
