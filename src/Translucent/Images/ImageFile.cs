// Image files by what they contain, whatever their names say.

namespace Translucent.Images;

/// <summary>Reads photographs from files and lists them in folders.</summary>
public static class ImageFile
{
    static readonly string[] s_extensions = [".png", ".jpg", ".jpeg"];

    /// <summary>Reads a PNG or JPEG file; which one is told by its first bytes.</summary>
    /// <returns>The pixels, upright as the camera's orientation tag says, with the channels of the file.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is of another format, damaged or truncated; the message begins with its path.</exception>
    public static Image Read(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        try
        {
            return Decode(file);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>Reads a PNG or JPEG file held in memory.</summary>
    /// <exception cref="InvalidDataException">The file is of another format, damaged or truncated.</exception>
    public static Image Decode(byte[] file)
    {
        if (Png.IsPng(file)) return Png.Decode(file);
        if (s_jpeg != null && file.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8])) return s_jpeg(file);
        throw new InvalidDataException($"this is {FileSignature.Describe(file)}; PNG and JPEG images are read. Convert it first.");
    }

    static readonly Func<byte[], Image>? s_jpeg = null; // the one place to hook Jpeg.Decode in

    /// <summary>The images of a folder, by file name.</summary>
    /// <returns>The paths of all .png, .jpg and .jpeg files directly in the folder, in ordinal order.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">The folder holds no such file.</exception>
    public static IReadOnlyList<string> List(string folder)
    {
        string[] paths = [.. Directory.GetFiles(folder).Where(p => s_extensions.Contains(Path.GetExtension(p), StringComparer.OrdinalIgnoreCase))];
        if (paths.Length == 0) throw new FileNotFoundException($"{folder}: no image here, expected files that end in {string.Join(", ", s_extensions)}.");
        Array.Sort(paths, StringComparer.Ordinal);
        return paths;
    }
}
