namespace Translucent.Tests;

/// <summary>The photographs and models that ship with the project.</summary>
static class Samples
{
    /// <summary>The path of a file under samples/.</summary>
    public static string File(string name) => Path.Combine(House.Repository.Root, "samples", name);

    /// <summary>The path of a file under models/.</summary>
    public static string Model(string name) => Path.Combine([House.Repository.Root, "models", .. name.Split('/')]);
}
