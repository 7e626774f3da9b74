// The pictures of a folder, told by what the files contain, and what else is there and why it is no picture.

using Translucent.Files;
using Translucent.Pictures.Files;

namespace Translucent.Pictures;

/// <summary>What a folder holds.</summary>
/// <param name="Images">Paths of pictures, in ordinal order: files that are pictures by their first bytes, and files that are named like some, whatever is in
/// them, so that a damaged one is not passed over.</param>
/// <param name="LeftOut">Every other file, and every folder that should be looked into and is not, with what it is.</param>
sealed record ImageFolder(IReadOnlyList<string> Images, IReadOnlyList<(string Path, string What)> LeftOut)
{
    static readonly string[] s_extensions = [".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp"];

    /// <summary>Looks into a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="recursive">Whether folders in it are looked into too; links to folders are not followed.</param>
    /// <exception cref="TranslucentException">There is no such folder, it cannot be listed, or there is no picture in it.</exception>
    public static ImageFolder Open(string folder, bool recursive = false)
    {
        if (!Directory.Exists(folder)) throw new TranslucentException($"{folder}: there is no such folder.");
        List<string> images = [];
        List<(string, string)> others = [];
        foreach (string path in Files(folder, recursive, others).Order(StringComparer.Ordinal))
            if (IsNamedSo(path)) images.Add(path);
            else if (Foreign(path) is { } what) others.Add((path, what));
            else images.Add(path);
        if (images.Count == 0)
            throw new TranslucentException($"{folder}: no image here, expected PNG, JPEG, WebP, GIF or BMP files, such as those that end in "
                + $"{string.Join(", ", s_extensions)}.");
        return new ImageFolder(images, others);
    }

    /// <summary>The files of a folder, and of folders in it, links to files among them.</summary>
    static List<string> Files(string folder, bool recursive, List<(string, string)> others)
    {
        EnumerationOptions all = new() { AttributesToSkip = 0, IgnoreInaccessible = false };
        List<string> files = [];
        Stack<string> folders = new([folder]);
        while (folders.TryPop(out string? next))
        {
            try
            {
                foreach (FileSystemInfo entry in new DirectoryInfo(next).EnumerateFileSystemInfos("*", all))
                {
                    string path = Path.Combine(next, entry.Name);
                    if (entry is FileInfo) files.Add(path);
                    else if (!recursive) continue;
                    else if (entry.LinkTarget is null) folders.Push(path);
                    else others.Add((path, "it is a link to a folder, which is not followed"));
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (next == folder) throw new TranslucentException($"{folder}: cannot be listed: {e.Message.TrimEnd('.')}.", e);
                others.Add((next, $"it cannot be listed: {e.Message.TrimEnd('.')}"));
            }
        }
        return files;
    }

    /// <summary>Whether a file is named like a picture that is read here.</summary>
    internal static bool IsNamedSo(string path) => s_extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>What a file is that is no picture; null for pictures.</summary>
    static string? Foreign(string path)
    {
        try
        {
            // A pipe has no length, and opening one would wait for whoever writes to it.
            FileInfo file = new(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path);
            if (!file.Exists) return "it is a link that leads nowhere";
            if (file.Length == 0) return "it is empty";
            using FileStream stream = File.OpenRead(path);
            Span<byte> start = stackalloc byte[512];
            start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
            return ImageSignature.FormatOf(start) != FileFormat.Other ? null : $"it is {ImageSignature.Describe(start)}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"it cannot be read: {e.Message.TrimEnd('.')}";
        }
    }
}
