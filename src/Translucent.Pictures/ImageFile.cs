// Image files by what they contain, whatever their names say: PNG, JPEG, WebP, GIF (first frame) and BMP in, PNG out.
// Skia decodes and encodes; colours are taken as they are stored, so that a JPEG gives the bytes of libjpeg-turbo and of Pillow.

using Translucent.Files;
using Translucent.Images;
using Translucent.Pictures.Files;

namespace Translucent.Pictures;

/// <summary>Reads and writes image files and lists them in folders.</summary>
public static class ImageFile
{
    /// <summary>The default limit on the pixels of a file that is read.</summary>
    public const long DefaultMostPixels = 250_000_000;

    /// <summary>Reads an image file; which format it has is told by its first bytes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mostPixels">The limit on width times height, checked against the header before the pixels get memory.</param>
    /// <returns>
    /// The pixels, upright as the orientation tag says: 1 channel for grey, 3 for colour and palettes, one more where the file has transparency.
    /// Colours are not converted by embedded profiles; CMYK becomes RGB as in Pillow; of 16 bits the high byte is kept; of an animation the first frame.
    /// </returns>
    /// <exception cref="TranslucentException">There is no such file, or it is of another format, damaged, truncated or too large; the message begins with its
    /// path.</exception>
    public static Image Read(string path, long mostPixels = DefaultMostPixels) => ReadWithin(path, mostPixels, budget: null);

    /// <inheritdoc cref="Read"/>
    /// <param name="path">The file.</param>
    /// <param name="mostPixels">The limit on width times height.</param>
    /// <param name="budget">The memory that the pixels may take on their way; null for any.</param>
    internal static Image ReadWithin(string path, long mostPixels, DecodingBudget? budget)
    {
        if (!File.Exists(path)) throw new TranslucentException($"{path}: there is no such file.");
        try
        {
            CheckStart(path);
            return DecodeWithin(File.ReadAllBytes(path), mostPixels, budget);
        }
        catch (TranslucentException e)
        {
            throw new TranslucentException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>Reads an image file held in memory.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="mostPixels">The limit on width times height, checked against the header before the pixels get memory.</param>
    /// <returns>As <see cref="Read"/>.</returns>
    /// <exception cref="TranslucentException">The file is of another format, damaged, truncated or too large.</exception>
    public static Image Decode(ReadOnlySpan<byte> file, long mostPixels = DefaultMostPixels) => DecodeWithin(file, mostPixels, budget: null);

    /// <inheritdoc cref="Decode"/>
    /// <param name="file">The whole file.</param>
    /// <param name="mostPixels">The limit on width times height.</param>
    /// <param name="budget">The memory that the pixels may take on their way; null for any.</param>
    internal static Image DecodeWithin(ReadOnlySpan<byte> file, long mostPixels, DecodingBudget? budget) => ImageSignature.FormatOf(file) switch
    {
        FileFormat.Png => Skia.Decode(file, "PNG", mostPixels, PngCheck.Walk(file), budget),
        FileFormat.Jpeg => Skia.Decode(file, "JPEG", mostPixels, JpegCheck.Walk(file), budget),
        FileFormat.WebP => Skia.Decode(file, "WebP", mostPixels, budget: budget),
        FileFormat.Gif => Skia.Decode(file, "GIF", mostPixels, budget: budget),
        FileFormat.Bmp => Skia.Decode(file, "BMP", mostPixels, budget: budget),
        _ => throw Unknown(file),
    };

    /// <summary>Writes an image as a PNG file, whole or not at all.</summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="image">1 to 4 channels.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, Image image)
    {
        byte[] png = Encode(image);
        AtomicFile.Write(path, stream => stream.Write(png));
    }

    /// <summary>An image as a PNG file in memory.</summary>
    /// <param name="image">1 to 4 channels.</param>
    /// <returns>The whole file: grey, colour, or colour with alpha. Reading it gives the same pixels; grey with alpha comes back as colour with
    /// alpha.</returns>
    public static byte[] Encode(Image image) => Skia.EncodePng(image);

    /// <summary>An image in colour as a JPEG file in memory, for small pictures that need not be exact.</summary>
    /// <param name="image">1 to 4 channels; alpha is dropped.</param>
    /// <param name="quality">0 .. 100.</param>
    internal static byte[] EncodeJpeg(Image image, int quality) => Skia.EncodeJpeg(image.ToRgb(), quality);

    /// <summary>The images directly in a folder: <see cref="ImageFolder.Images"/>.</summary>
    /// <param name="folder">The folder; folders in it are not looked into.</param>
    /// <returns>Paths, in ordinal order.</returns>
    /// <exception cref="TranslucentException">There is no such folder, or no picture in it.</exception>
    public static IReadOnlyList<string> List(string folder) => ImageFolder.Open(folder).Images;

    // Before a film of many gigabytes is read into memory.
    static void CheckStart(string path)
    {
        // A pipe has no length either, and opening one would wait for whoever writes to it.
        if (new FileInfo(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path) is { Exists: true, Length: 0 }) throw Unknown([]);
        using FileStream stream = File.OpenRead(path);
        Span<byte> start = stackalloc byte[512];
        start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        if (ImageSignature.FormatOf(start) == FileFormat.Other) throw Unknown(start);
        if (stream.Length > Array.MaxLength) throw new TranslucentException($"the file has {stream.Length} bytes; at most {Array.MaxLength} are read.");
    }

    static TranslucentException Unknown(ReadOnlySpan<byte> file)
    {
        string found = ImageSignature.Describe(file);
        return new($"this is {found}; PNG, JPEG, WebP, GIF and BMP images are "
            + $"read.{(found.EndsWith(" image", StringComparison.Ordinal) ? " Convert it first." : "")}");
    }
}
