namespace Translucent.Tests;

/// <summary>Where the golden files lie that tests compare with.</summary>
static class Golden
{
    /// <summary>The path of a file under tests/Translucent.Tests/Golden/, given with forward slashes.</summary>
    public static string File(string name) => Path.Combine([House.Repository.Root, "tests", "Translucent.Tests", "Golden", .. name.Split('/')]);
}
