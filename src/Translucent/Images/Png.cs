// Portable Network Graphics: reading and writing (PNG specification, third edition, W3C 2025).

using Translucent.Images.PngFormat;

namespace Translucent.Images;

/// <summary>What matters when a PNG is written; the pixels are the same.</summary>
public enum PngEffort
{
    /// <summary>The size.</summary>
    Small,

    /// <summary>The time: about a fifth of it for a few percent more bytes.</summary>
    Fast,
}

/// <summary>The PNG format.</summary>
public static class Png
{
    internal static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Whether a file begins as a PNG does.</summary>
    public static bool IsPng(ReadOnlySpan<byte> file) => file.StartsWith(Signature);

    /// <summary>Reads a PNG: every colour type, bit depth and interlacing; of an animation the default image.</summary>
    /// <param name="file">The whole file.</param>
    /// <returns>
    /// 1 channel for grey, 3 for colour and palettes, one more when the file has transparency. Depths below 8 are scaled to
    /// 0 .. 255; of 16 bits the high byte is kept. Colours are taken as sRGB. An EXIF orientation is applied.
    /// </returns>
    /// <exception cref="InvalidDataException">The file is not a whole, valid PNG, or claims more than 250 megapixels.</exception>
    public static Image Decode(byte[] file)
    {
        PngFile png = PngFile.Parse(file);
        return Orientation.Apply(PngReader.Read(png), png.Orientation);
    }

    /// <summary>Writes a small PNG: of grey, colour and palette forms the one that comes out smallest, rows filtered one by one.</summary>
    /// <param name="image">1 to 4 channels.</param>
    /// <param name="effort">Whether the last percents of size are worth several times as long.</param>
    /// <returns>
    /// The whole file. Reading it gives the same colours, with as few channels as they need: an image without colour comes
    /// back as grey, one without transparency loses its alpha; a palette comes back as 3 or 4 channels.
    /// </returns>
    public static byte[] Encode(Image image, PngEffort effort = PngEffort.Small) => PngWriter.Write(image, effort);

    internal static InvalidDataException Bad(string what) => new("PNG: " + what);
}
