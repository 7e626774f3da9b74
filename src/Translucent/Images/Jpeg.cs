// JPEG decoding (ITU-T T.81): baseline, extended sequential and progressive, 8 bits per sample, Huffman coded.
// The arithmetic is libjpeg-turbo's default (jidctint.c, jdsample.c "fancy", jdcolor.c): the same input gives the same pixels.

using Translucent.Images.JpegFormat;

namespace Translucent.Images;

/// <summary>Reads JPEG photographs.</summary>
/// <remarks>
/// Read: baseline, extended sequential and progressive files of 1, 3 or 4 components, every integral sampling ratio, restart
/// intervals, EXIF orientation. Refused by name: 12-bit, arithmetic coding, lossless, hierarchical, fractional sampling ratios.
/// Grey stays grey; YCbCr, RGB, CMYK and YCCK become RGB, the inks as Pillow converts them; embedded colour profiles are not applied.
/// A progressive file may leave precision out as long as it ends properly; what was not sent counts as zero (libjpeg would smooth).
/// A file without its end-of-image marker counts as cut short.
/// </remarks>
public static class Jpeg
{
    /// <summary>Whether a file that starts with these bytes is a JPEG file.</summary>
    public static bool IsJpeg(ReadOnlySpan<byte> header) => header is [0xFF, JpegMarker.StartOfImage, 0xFF, ..];

    /// <summary>Decodes a file, turned upright as its EXIF orientation says.</summary>
    /// <param name="file">The whole file; bytes after the end-of-image marker are ignored.</param>
    /// <returns>1 channel (grey) or 3 (red, green, blue).</returns>
    /// <exception cref="InvalidDataException">Not a JPEG file, damaged, cut short, larger than 250 megapixels, or of an unsupported kind.</exception>
    public static Image Decode(ReadOnlySpan<byte> file) => Decode(file, upright: true);

    /// <summary>Decodes the rest of a stream, turned upright as its EXIF orientation says.</summary>
    /// <inheritdoc cref="Decode(ReadOnlySpan{byte})"/>
    public static Image Decode(Stream stream)
    {
        using MemoryStream file = new();
        stream.CopyTo(file);
        return Decode(file.GetBuffer().AsSpan(0, (int)file.Length));
    }

    /// <summary>Decodes a file; <paramref name="upright"/> false leaves the pixels as they are stored.</summary>
    internal static Image Decode(ReadOnlySpan<byte> file, bool upright)
    {
        JpegSegments segments = new(file);
        JpegHeader header = new();
        JpegDecoder? decoder = null;
        for (byte marker = segments.Next(); marker != JpegMarker.EndOfImage; marker = segments.Next())
        {
            if (marker == JpegMarker.Temporary) continue;
            ReadOnlySpan<byte> parameters = segments.Parameters(marker);
            if (JpegMarker.IsFrame(marker))
            {
                header.SetFrame(JpegFrame.Read(marker, parameters), segments.Remaining);
            }
            else if (marker == JpegMarker.StartOfScan)
            {
                decoder ??= new(header, upright);
                segments.LeaveScan(decoder.Scan(JpegScan.Read(parameters, header), segments.Rest));
            }
            else
            {
                header.Read(marker, parameters);
            }
        }
        return decoder?.Finish() ?? throw new InvalidDataException("JPEG: the file ends without a scan; it holds no picture.");
    }
}
