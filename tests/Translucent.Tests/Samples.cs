namespace Translucent.Tests;

/// <summary>The photographs that ship with the project.</summary>
static class Samples
{
    /// <summary>The path of a file under samples/.</summary>
    public static string File(string name)
    {
        string? folder = AppContext.BaseDirectory;
        while (folder != null && !System.IO.File.Exists(Path.Combine(folder, "Translucent.slnx"))) folder = Path.GetDirectoryName(folder);
        return Path.Combine(folder ?? throw new DirectoryNotFoundException("no Translucent.slnx above the tests"), "samples", name);
    }
}
