// Finding the parts of a data set in a folder, with one line that says what is missing.

using Translucent.Files;

namespace Translucent.Evaluate.DataSets;

/// <summary>Folders, lists and pairs of files.</summary>
static class DataFolder
{
    static readonly string[] s_photographs = [".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp"];

    /// <summary>The first of some places that exists.</summary>
    /// <param name="root">The folder of the data set, as the user named it.</param>
    /// <param name="what">What is looked for, for the message.</param>
    /// <param name="places">Paths in it with '/'; empty for the folder itself.</param>
    /// <exception cref="TranslucentException">None does.</exception>
    public static string Find(string root, string what, params string[] places)
    {
        if (!Directory.Exists(root)) throw new TranslucentException($"{root}: there is no such folder.");
        return Maybe(root, places) ?? throw new TranslucentException($"{root}: no {what} here, expected {Either(places)}.");
    }

    /// <summary>The first of some places that exists, or null.</summary>
    public static string? Maybe(string root, params string[] places) => places.Select(place => place == "" ? root : Path.Combine(root, place))
        .FirstOrDefault(path => Directory.Exists(path) || File.Exists(path));

    /// <summary>The photographs below a folder, in ordinal order of their keys.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="deep">Whether folders in it count too.</param>
    /// <exception cref="TranslucentException">There is none, or two differ by their extension alone.</exception>
    public static IReadOnlyList<(string Key, string Path)> Photographs(string folder, bool deep = true) => Keyed(folder, deep, path =>
        s_photographs.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase) ? Path.GetExtension(path) : null, "photograph");

    /// <summary>The files below a folder that end in something, which their keys leave out.</summary>
    /// <exception cref="TranslucentException">There is none.</exception>
    public static IReadOnlyList<(string Key, string Path)> Ending(string folder, string end) =>
        Keyed(folder, deep: true, path => path.EndsWith(end, StringComparison.Ordinal) ? end : null, $"file that ends in {end}");

    /// <summary>The lines of a list that say something, in the order of the file.</summary>
    /// <exception cref="TranslucentException">There is none.</exception>
    public static IReadOnlyList<string> Lines(string path)
    {
        string[] lines = [.. File.ReadLines(path).Select(line => line.Trim()).Where(line => line != "")];
        return lines.Length > 0 ? lines : throw new TranslucentException($"{path}: no line in it, expected the name of a picture on each.");
    }

    /// <summary>Every photograph with its labels.</summary>
    /// <param name="photographs">With their keys.</param>
    /// <param name="labels">From a key to the file that should be there.</param>
    /// <param name="root">For the message.</param>
    /// <exception cref="TranslucentException">A label file is missing; how many are is said.</exception>
    public static IEnumerable<(string Key, string Photo, string Labels)> Pairs(IReadOnlyList<(string Key, string Path)> photographs, Func<string,
        string> labels,
        string root)
    {
        (string Key, string Photo, string Labels)[] pairs = [.. photographs.Select(p => (p.Key, p.Path, labels(p.Key)))];
        CheckThere(root, "label files", [.. pairs.Select(p => p.Labels)]);
        return pairs;
    }

    /// <summary>The files of a list.</summary>
    /// <exception cref="TranslucentException">One is missing, or named twice.</exception>
    public static IEnumerable<(string Key, string Photo, string Labels)> Listed(string list, IEnumerable<string> keys, Func<string, string> photo,
        Func<string, string> labels)
    {
        (string Key, string Photo, string Labels)[] pairs = [.. keys.Select(key => (key, photo(key), labels(key)))];
        if (pairs.GroupBy(p => p.Key).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new TranslucentException($"{list}: '{twice.Key}' is listed {twice.Count()} times, expected once.");
        CheckThere(list, "photographs", [.. pairs.Select(p => p.Photo)]);
        CheckThere(list, "label files", [.. pairs.Select(p => p.Labels)]);
        return pairs;
    }

    static void CheckThere(string root, string what, string[] paths)
    {
        string[] missing = [.. paths.Where(path => !File.Exists(path))];
        if (missing.Length > 0)
            throw new TranslucentException($"{root}: {missing.Length} of {paths.Length} {what} are missing, the first is {Describe.Line(missing[0])}.");
    }

    static (string Key, string Path)[] Keyed(string folder, bool deep, Func<string, string?> ending, string what)
    {
        (string Key, string Path)[] found = [.. Directory.EnumerateFiles(folder, "*", deep ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly)
            .Select(path => (Path: path, End: ending(path))).Where(f => f.End is not null)
            .Select(f => (Path.GetRelativePath(folder, f.Path)[..^f.End!.Length].Replace('\\', '/'), f.Path))
            .OrderBy(f => f.Item1, StringComparer.Ordinal).ThenBy(f => f.Path, StringComparer.Ordinal)];
        if (found.Length == 0) throw new TranslucentException($"{folder}: no {what} here.");
        for (int i = 1; i < found.Length; i++)
            if (found[i].Key == found[i - 1].Key)
                throw new TranslucentException($"{found[i].Path}: there is also {found[i - 1].Path}; expected one file of this name, whatever its extension.");
        return found;
    }

    static string Either(string[] places) =>
        string.Join(" or ", places.Select(place => place == "" ? "the files themselves" : place).DefaultIfEmpty("something"));
}
