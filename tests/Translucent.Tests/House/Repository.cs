// The working tree that the tests were built from: where it lies and which source files it has.

namespace Translucent.Tests.House;

/// <summary>A source file: its path from the root of the repository, with forward slashes, and its text.</summary>
sealed record SourceFile(string Path, string Text)
{
    public string[] Lines { get; } = Text.TrimEnd('\n').Split('\n');

    /// <summary>The path from the root to the folder.</summary>
    public string Folder => Path[..Path.LastIndexOf('/')];
}

/// <summary>The working tree.</summary>
static class Repository
{
    /// <summary>The folder of Translucent.slnx, found upwards from the tests.</summary>
    public static string Root { get; } = Above(AppContext.BaseDirectory);

    /// <summary>The C# files under a folder, those that a build makes left out.</summary>
    public static IEnumerable<SourceFile> Sources(string folder) =>
        from path in Files(folder, "*.cs")
        where !path.Contains("/obj/") && !path.Contains("/bin/")
        select new SourceFile(path, Text(path));

    /// <summary>Paths from the root of the files under a folder, in a fixed order.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(Full(folder), pattern, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Order(StringComparer.Ordinal);

    /// <summary>The text of a file, lines ended by a line feed.</summary>
    public static string Text(string path) => File.ReadAllText(Full(path)).ReplaceLineEndings("\n");

    /// <summary>The path of a file or folder that is given from the root.</summary>
    public static string Full(string path) => Path.Combine([Root, .. path.Split('/')]);

    static string Above(string start)
    {
        string? folder = start;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Translucent.slnx"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new DirectoryNotFoundException($"no Translucent.slnx above {start}");
    }
}
