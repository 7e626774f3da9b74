// What a file is by its first bytes (signatures as each format's specification gives them): a format that is read, or a name for error messages.

namespace Translucent.Pictures.Files;

/// <summary>The formats that are read.</summary>
internal enum FileFormat
{
    Other, Png, Jpeg, WebP, Gif, Bmp,
}

/// <summary>Tells formats apart, and names the format of a file that cannot be read.</summary>
internal static class ImageSignature
{
    /// <summary>The first bytes of every PNG file.</summary>
    public static ReadOnlySpan<byte> Png => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>The format of a file that is read.</summary>
    public static FileFormat FormatOf(ReadOnlySpan<byte> file) =>
        file.StartsWith(Png) ? FileFormat.Png
        : file is [0xFF, 0xD8, 0xFF, ..] ? FileFormat.Jpeg
        : file.StartsWith("RIFF"u8) && At(file, 8, "WEBP"u8) ? FileFormat.WebP
        : file.StartsWith("GIF87a"u8) || file.StartsWith("GIF89a"u8) ? FileFormat.Gif
        : file.StartsWith("BM"u8) && file.Length > 26 ? FileFormat.Bmp
        : FileFormat.Other;

    /// <summary>The format with its article, as in "a TIFF or raw camera image".</summary>
    public static string Describe(ReadOnlySpan<byte> file)
    {
        if (file.IsEmpty) return "an empty file";
        if (file.StartsWith("II*\0"u8) || file.StartsWith("MM\0*"u8) || file.StartsWith("II+\0"u8)) return "a TIFF or raw camera image";
        if (At(file, 4, "ftyp"u8)) return Brand(file);
        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x0A]) || At(file, 4, "JXL "u8)) return "a JPEG XL image";
        if (At(file, 4, "jP  "u8) || file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x4F, 0xFF, 0x51])) return "a JPEG 2000 image";
        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8])) return "a damaged JPEG image (after its first marker)";
        if (file.StartsWith((ReadOnlySpan<byte>)[0, 0, 1, 0])) return "a Windows icon";
        if (file.StartsWith("8BPS"u8)) return "a Photoshop document";
        if (file.StartsWith("%PDF"u8)) return "a PDF document";
        if (file.StartsWith("PK\x03\x04"u8)) return "a ZIP archive";
        if (file.Length > 2 && file[0] == 'P' && file[1] is >= (byte)'1' and <= (byte)'7' && file[2] is (byte)'\n' or (byte)' ') return "a netpbm image";
        return IsText(file) ? Markup(file) : $"not a known image format (it begins with 0x{Convert.ToHexString(file[..Math.Min(8, file.Length)])})";
    }

    static bool At(ReadOnlySpan<byte> file, int offset, ReadOnlySpan<byte> what) => file.Length >= offset && file[offset..].StartsWith(what);

    static string Brand(ReadOnlySpan<byte> file) =>
        At(file, 8, "avif"u8) || At(file, 8, "avis"u8) ? "an AVIF image"
        : At(file, 8, "hei"u8) || At(file, 8, "hev"u8) || At(file, 8, "mif1"u8) ? "a HEIC image"
        : At(file, 8, "jxl"u8) ? "a JPEG XL image"
        : "a video or another MP4 file";

    static string Markup(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> start = text[..Math.Min(1024, text.Length)];
        if (start.StartsWith("version https://git-lfs"u8)) return "a Git LFS pointer, not the file itself (run 'git lfs pull')";
        if (start.IndexOf("<svg"u8) >= 0) return "an SVG drawing";
        return start.IndexOf("<html"u8) >= 0 || start.IndexOf("<!DOCTYPE"u8) >= 0 ? "a web page" : "a text file";
    }

    static bool IsText(ReadOnlySpan<byte> file)
    {
        foreach (byte b in file[..Math.Min(512, file.Length)])
            if (b < 0x20 && b is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f')) return false;
        return System.Text.Unicode.Utf8.IsValid(file.Length > 512 ? TrimPartial(file[..512]) : file);
    }

    // Without the beginning of a character that the cut may have left at the end.
    static ReadOnlySpan<byte> TrimPartial(ReadOnlySpan<byte> text)
    {
        int end = text.Length;
        while (end > text.Length - 3 && (text[end - 1] & 0xC0) == 0x80) end--;
        return text[end - 1] >= 0xC0 ? text[..(end - 1)] : text[..end];
    }
}
