namespace Translucent.Tests;

/// <summary>The photographs and models that ship with the project.</summary>
static class Samples
{
    /// <summary>The path of a file under samples/.</summary>
    public static string File(string name) => Path.Combine(Root, "samples", name);

    /// <summary>The path of a file under models/.</summary>
    public static string Model(string name) => Path.Combine([Root, "models", .. name.Split('/')]);

    static string Root
    {
        get
        {
            string? folder = AppContext.BaseDirectory;
            while (folder != null && !System.IO.File.Exists(Path.Combine(folder, "Translucent.slnx"))) folder = Path.GetDirectoryName(folder);
            return folder ?? throw new DirectoryNotFoundException("no Translucent.slnx above the tests");
        }
    }
}
