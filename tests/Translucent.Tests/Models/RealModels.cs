namespace Translucent.Tests.Models;

/// <summary>Trained models that are not part of the project: in the folder that TRANSLUCENT_REAL_MODELS names, if there is one.</summary>
static class RealModels
{
    /// <summary>The folder of a model; a test that asks for one that is not there is passed over, and says so.</summary>
    public static string Folder(string name)
    {
        string? all = Environment.GetEnvironmentVariable("TRANSLUCENT_REAL_MODELS");
        string folder = Path.Combine(all ?? "", name);
        Assert.SkipUnless(all is { Length: > 0 } && Directory.Exists(folder), $"TRANSLUCENT_REAL_MODELS names no folder with {name}.");
        return folder;
    }
}
