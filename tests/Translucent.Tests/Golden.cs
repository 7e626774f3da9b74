namespace Translucent.Tests;

/// <summary>Where the golden files lie that tests compare with.</summary>
static class Golden
{
    /// <summary>The path of a file under Golden/, given with forward slashes.</summary>
    public static string File(string name) => Path.Combine([AppContext.BaseDirectory, "Golden", .. name.Split('/')]);

    /// <summary>The folder of a model that ships with the project.</summary>
    public static string Model(string name) => Path.Combine(AppContext.BaseDirectory, "models", name);

    /// <summary>A photograph that ships with the project.</summary>
    public static string Sample(string name) => Path.Combine(AppContext.BaseDirectory, "samples", name);
}
