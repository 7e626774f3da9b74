// The calls into Skia: SKCodec.GetPixels without a colour space gives the stored colours (libjpeg-turbo, libpng, libwebp underneath).

using SkiaSharp;
using Translucent.Files;
using Translucent.Images;

namespace Translucent.Pictures.Files;

/// <summary>Decodes and encodes through Skia.</summary>
internal static unsafe class Skia
{
    // Of the filters that PNG has, the one that suits photographs and maps best; level 3 is as fast as what it replaced, for a few percent more bytes.
    static readonly SKPngEncoderOptions s_png = new(SKPngEncoderFilterFlags.Paeth, 3);

    /// <summary>Decodes a file whose structure was found whole.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="format">Its name, for messages.</param>
    /// <param name="mostPixels">The limit on width times height.</param>
    /// <param name="header">Channels and orientation; null for formats whose own are taken from Skia.</param>
    /// <param name="budget">The memory that it may take; null for any.</param>
    /// <exception cref="TranslucentException">It is damaged, truncated or too large.</exception>
    public static Image Decode(ReadOnlySpan<byte> file, string format, long mostPixels, PictureHeader? header = null, DecodingBudget? budget = null)
    {
        fixed (byte* bytes = file)
        {
            using SKData data = SKData.Create((IntPtr)bytes, file.Length);
            using SKCodec codec = SKCodec.Create(data) ?? throw Bad(format, "its header is damaged, or of a kind that is not read.");
            (int width, int height) = (codec.Info.Width, codec.Info.Height);
            CheckSize(format, width, height, mostPixels);
            PictureHeader read = header ?? new(codec.Info.AlphaType == SKAlphaType.Opaque ? 3 : 4, Math.Max(1, (int)codec.EncodedOrigin));
            budget?.Check(format, width, height, read);
            byte[] rgba = GC.AllocateUninitializedArray<byte>(width * height * 4);
            SKImageInfo wanted = new(width, height, SKColorType.Rgba8888, read.Channels is 2 or 4 ? SKAlphaType.Unpremul : SKAlphaType.Opaque, null);
            fixed (byte* pixels = rgba)
                Check(format, codec.GetPixels(wanted, (IntPtr)pixels));
            return Orientation.Apply(Pack(rgba, width, height, read.Channels), read.Orientation);
        }
    }

    /// <summary>An image as a PNG file.</summary>
    public static byte[] EncodePng(Image image)
    {
        (SKColorType color, byte[] pixels) = image.Channels == 1 ? (SKColorType.Gray8, image.Pixels) : (SKColorType.Rgba8888, Unpack(image));
        SKImageInfo info = new(image.Width, image.Height, color, image.Channels is 2 or 4 ? SKAlphaType.Unpremul : SKAlphaType.Opaque);
        fixed (byte* bytes = pixels)
        {
            using SKPixmap pixmap = new(info, (IntPtr)bytes, info.RowBytes);
            using SKData png = pixmap.Encode(s_png)
                ?? throw new InvalidOperationException($"An image of {image.Width} x {image.Height} pixels cannot be written as PNG.");
            return png.ToArray();
        }
    }

    /// <summary>An image of three channels as a JPEG file.</summary>
    public static byte[] EncodeJpeg(Image image, int quality)
    {
        byte[] pixels = Unpack(image);
        SKImageInfo info = new(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        fixed (byte* bytes = pixels)
        {
            using SKPixmap pixmap = new(info, (IntPtr)bytes, info.RowBytes);
            using SKData jpeg = pixmap.Encode(new SKJpegEncoderOptions(quality))
                ?? throw new InvalidOperationException($"An image of {image.Width} x {image.Height} pixels cannot be written as JPEG.");
            return jpeg.ToArray();
        }
    }

    static void CheckSize(string format, long width, long height, long mostPixels)
    {
        if (width * height > Math.Min(mostPixels, Array.MaxLength / 4))
            throw Bad(format, $"{width} x {height} pixels are {width * height / 1e6:0.#} megapixels; at most "
                + $"{Math.Min(mostPixels, Array.MaxLength / 4) / 1e6:0.#} are read. Scale it down first.");
    }

    static void Check(string format, SKCodecResult result)
    {
        if (result == SKCodecResult.Success) return;
        throw Bad(format, result == SKCodecResult.IncompleteInput ? "the file is cut short: not all of its pixels are there."
            : "the compressed data are damaged.");
    }

    static TranslucentException Bad(string format, string what) => new($"{format}: {what}");

    static Image Pack(byte[] rgba, int width, int height, int channels)
    {
        if (channels == 4) return new Image(width, height, 4, rgba);
        byte[] packed = GC.AllocateUninitializedArray<byte>(width * height * channels);
        switch (channels)
        {
            case 1:
                for (int i = 0; i < packed.Length; i++) packed[i] = rgba[4 * i];
                break;
            case 2:
                for (int from = 0, to = 0; to < packed.Length; from += 4, to += 2) (packed[to], packed[to + 1]) = (rgba[from], rgba[from + 3]);
                break;
            default:
                for (int from = 0, to = 0; to < packed.Length; from += 4, to += 3)
                    (packed[to], packed[to + 1], packed[to + 2]) = (rgba[from], rgba[from + 1], rgba[from + 2]);
                break;
        }
        return new Image(width, height, channels, packed);
    }

    static byte[] Unpack(Image image)
    {
        if (image.Channels == 4) return image.Pixels;
        byte[] rgba = GC.AllocateUninitializedArray<byte>(image.Width * image.Height * 4), from = image.Pixels;
        if (image.Channels == 3)
            for (int at = 0, to = 0; to < rgba.Length; at += 3, to += 4)
                (rgba[to], rgba[to + 1], rgba[to + 2], rgba[to + 3]) = (from[at], from[at + 1], from[at + 2], 255);
        else
            for (int at = 0, to = 0; to < rgba.Length; at += 2, to += 4)
                (rgba[to], rgba[to + 1], rgba[to + 2], rgba[to + 3]) = (from[at], from[at], from[at], from[at + 1]);
        return rgba;
    }
}
