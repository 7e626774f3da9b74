// Where a path really leads, every symbolic link on the way followed, and whether that is inside a model folder.

namespace Translucent.Files;

/// <summary>Keeps the readers of a model folder inside it.</summary>
static class RealPath
{
    const int MostLinks = 40; // as in Linux

    /// <summary>Refuses a file of a model folder that is a link to somewhere else.</summary>
    /// <remarks>
    /// A link may lead to another file of the folder. A folder of the Hugging Face cache (<c>snapshots/{revision}</c>) holds links to
    /// <c>blobs/</c> beside <c>snapshots/</c>.
    /// </remarks>
    /// <exception cref="TranslucentException">The file lies elsewhere.</exception>
    public static void CheckInside(string folder, string file)
    {
        if (new FileInfo(file).LinkTarget is null) return;
        string root = Of(folder), real = Of(file);
        string? parent = Path.GetDirectoryName(root);
        if (IsUnder(root, real)) return;
        if (Path.GetFileName(parent) == "snapshots" && IsUnder(Path.Combine(Path.GetDirectoryName(parent)!, "blobs"), real)) return;
        throw new TranslucentException($"{file}: is a link to {real}, outside the model folder; copy the file into the folder.");
    }

    /// <summary>The absolute path without links.</summary>
    /// <exception cref="TranslucentException">Links lead in a circle.</exception>
    public static string Of(string path)
    {
        Stack<string> ahead = new(Parts(Path.GetFullPath(path)).Reverse());
        string real = Path.GetPathRoot(Path.GetFullPath(path))!;
        for (int links = 0; ahead.TryPop(out string? part);)
        {
            string next = part == ".." ? Path.GetDirectoryName(real) ?? real : Path.Combine(real, part);
            if (part == ".." || new FileInfo(next).LinkTarget is not { } target)
            {
                real = next;
                continue;
            }
            if (++links > MostLinks) throw new TranslucentException($"{path}: is a link that leads back to itself.");
            if (Path.IsPathRooted(target)) real = Path.GetPathRoot(target)!;
            foreach (string p in Parts(target).Reverse()) ahead.Push(p);
        }
        return real;
    }

    static IEnumerable<string> Parts(string path) =>
        path[(Path.GetPathRoot(path)?.Length ?? 0)..].Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar).Where(p => p is not ("" or "."));

    static bool IsUnder(string folder, string file) =>
        file.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
