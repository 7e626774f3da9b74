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
        try
        {
            CheckStart(path);
            return Decode(File.ReadAllBytes(path));
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
        if (Jpeg.IsJpeg(file)) return Jpeg.Decode(file);
        throw Unknown(file);
    }

    // Before a film of many gigabytes is read into memory.
    static void CheckStart(string path)
    {
        // A pipe has no length either, and opening one would wait for whoever writes to it.
        if (new FileInfo(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path) is { Exists: true, Length: 0 }) throw Unknown([]);
        using FileStream stream = File.OpenRead(path);
        Span<byte> start = stackalloc byte[512];
        start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        if (!Png.IsPng(start) && !Jpeg.IsJpeg(start)) throw Unknown(start);
    }

    static InvalidDataException Unknown(ReadOnlySpan<byte> file)
    {
        string found = FileSignature.Describe(file);
        return new($"this is {found}; PNG and JPEG images are read.{(found.EndsWith(" image", StringComparison.Ordinal) ? " Convert it first." : "")}");
    }

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
