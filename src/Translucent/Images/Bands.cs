// Pictures as a model with another number of channels than three takes them: one grey channel as Pillow's convert("L") makes it (src/libImaging/Convert.c),
// or any number of channels side by side, which nothing mixes (satellite bands, stacked slices).

namespace Translucent.Images;

/// <summary>Channels of a picture.</summary>
static class Bands
{
    /// <summary>The most channels that are read.</summary>
    public const int Most = 1024;

    /// <summary>(19595 R + 38470 G + 7471 B + 2¹⁵) / 2¹⁶, rounded down; alpha is dropped, grey stays.</summary>
    /// <returns>An image of one channel; the image itself when it has one.</returns>
    public static Image Grey(Image image)
    {
        if (image.Channels == 1) return image;
        byte[] from = image.Pixels, grey = new byte[(long)image.Width * image.Height];
        int step = image.Channels;
        for (int i = 0, at = 0; i < grey.Length; i++, at += step)
            grey[i] = step == 2 ? from[at] : (byte)((from[at] * 19595 + from[at + 1] * 38470 + from[at + 2] * 7471 + 0x8000) >> 16);
        return new Image(image.Width, image.Height, 1, grey);
    }

    /// <summary>The picture at another size, every channel by itself: bit for bit as Pillow resizes each as a picture of mode L.</summary>
    public static Image Resized(Image image, int width, int height, Resampling filter)
    {
        if (image.Channels is 1 or 3) return Resize.To(image, width, height, filter);
        Image[] bands = [.. Enumerable.Range(0, image.Channels).Select(c => Resize.To(One(image, c), width, height, filter))];
        byte[] joined = new byte[(long)width * height * bands.Length];
        for (int c = 0; c < bands.Length; c++)
            for (int i = 0, at = c; at < joined.Length; i++, at += bands.Length) joined[at] = bands[c].Pixels[i];
        return new Image(width, height, bands.Length, joined);
    }

    static Image One(Image image, int channel)
    {
        byte[] band = new byte[(long)image.Width * image.Height];
        for (int i = 0, at = channel; i < band.Length; i++, at += image.Channels) band[i] = image.Pixels[at];
        return new Image(image.Width, image.Height, 1, band);
    }
}
