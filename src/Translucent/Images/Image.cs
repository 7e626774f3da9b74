// A raster of 8-bit samples: what decoders return, what encoders and the preprocessor take.

namespace Translucent.Images;

/// <summary>A raster of 8-bit samples, interleaved, rows from top to bottom.</summary>
public sealed class Image
{
    /// <summary>A raster over the given samples.</summary>
    /// <param name="width">Pixels per row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="channels">1 grey, 2 grey and alpha, 3 red-green-blue, 4 red-green-blue and (straight) alpha; more: bands of a sensor, of which the first
    /// three are shown.</param>
    /// <param name="pixels">[height, width, channels]; kept, not copied.</param>
    /// <exception cref="ArgumentException">The number of samples is not height × width × channels.</exception>
    public Image(int width, int height, int channels, byte[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels, Bands.Most);
        if (pixels.LongLength != (long)width * height * channels)
            throw new ArgumentException($"pixels: {pixels.LongLength} samples, expected {height} x {width} x {channels}.");
        (Width, Height, Channels, Pixels) = (width, height, channels, pixels);
    }

    /// <summary>Pixels per row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Samples per pixel: 1 grey, 2 grey and alpha, 3 red-green-blue, 4 red-green-blue and alpha, more for bands of a sensor.</summary>
    public int Channels { get; }

    /// <summary>[Height, Width, Channels], each 0 .. 255 (sRGB).</summary>
    public byte[] Pixels { get; }

    /// <summary>Red, green and blue alone, as Pillow's <c>convert("RGB")</c>: grey is repeated, alpha is dropped (not blended), as are
    /// bands behind the third.</summary>
    /// <returns>An image of 3 channels; this image itself when it has 3.</returns>
    public Image ToRgb()
    {
        if (Channels == 3) return this;
        byte[] rgb = new byte[(long)Width * Height * 3];
        for (int from = 0, to = 0; to < rgb.Length; from += Channels, to += 3)
            (rgb[to], rgb[to + 1], rgb[to + 2]) = Channels >= 4
                ? (Pixels[from], Pixels[from + 1], Pixels[from + 2])
                : (Pixels[from], Pixels[from], Pixels[from]);
        return new Image(Width, Height, 3, rgb);
    }
}
