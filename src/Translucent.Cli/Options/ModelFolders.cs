// Where models are: a folder or file that is named outright, or one of the folders that ship with the command.

namespace Translucent.Cli.Options;

/// <summary>Finds model folders.</summary>
static class ModelFolders
{
    /// <summary>The model that is used when none is named.</summary>
    public const string Default = "cifar10-vit";

    /// <summary>The folder or file of a model.</summary>
    /// <param name="model">A path, or the name of a bundled model.</param>
    /// <exception cref="UsageException">There is neither such a folder nor such a bundled model.</exception>
    public static string Find(string model)
    {
        if (Bundled().FirstOrDefault(folder => Path.GetFileName(folder) == model) is { } bundled && !File.Exists(Path.Combine(model, "config.json"))) return bundled;
        if (Directory.Exists(model) || File.Exists(model)) return model;
        string[] names = [.. Bundled().Select(f => Path.GetFileName(f)!).Distinct()];
        throw new UsageException(names.Length == 0
            ? $"--model {model}: there is no such folder, and no bundled model is installed."
            : $"--model {model}: there is no such folder, and the bundled models are {string.Join(", ", names)}.");
    }

    /// <summary>Folders under models/ beside the executable, or beside or above the current folder.</summary>
    static IEnumerable<string> Bundled()
    {
        List<string> places = [AppContext.BaseDirectory];
        for (string? folder = Directory.GetCurrentDirectory(); folder is not null; folder = Path.GetDirectoryName(folder)) places.Add(folder);
        return places.Select(place => Path.Combine(place, "models"))
            .Where(Directory.Exists)
            .SelectMany(models => Directory.GetDirectories(models).Order(StringComparer.Ordinal))
            .Where(folder => File.Exists(Path.Combine(folder, "config.json")));
    }
}
