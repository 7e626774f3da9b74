// Where models are: a folder or file that is named outright, one of the folders that ship with the command, or a model in the cache of
// the Hugging Face hub.

using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Hub;

namespace Translucent.Cli.Options;

/// <summary>Finds model folders.</summary>
static class ModelFolders
{
    /// <summary>The model that is used when none is named.</summary>
    public const string Default = "cifar10-vit";

    /// <summary>The folder or file of a model.</summary>
    /// <param name="model">A path, the name of a bundled model, or org/name[@revision].</param>
    /// <param name="option">Where it was named, for messages.</param>
    /// <exception cref="UsageException">There is nothing of this name.</exception>
    /// <exception cref="TranslucentException">The cache has only a part of the model.</exception>
    public static string Find(string model, string option = "--model")
    {
        if (Bundled().FirstOrDefault(folder => Path.GetFileName(folder) == model) is { } bundled && !File.Exists(Path.Combine(model, "config.json")))
            return bundled;
        if (Directory.Exists(model) || File.Exists(model)) return model;
        HubCache cache = new(HubSettings.FromEnvironment().Cache);
        if (RepositoryId.TryParse(model, out RepositoryId? id) && cache.Find(id) is { } snapshot) return snapshot;
        if (id is not null && model.Contains('/'))
            throw new UsageException(
                $"{option} {model}: there is no such folder, and the cache ({cache.Root}) has no such model; fetch it with 'translucent models pull {id}'.");
        string[] names = [.. Bundled().Select(f => Path.GetFileName(f)!).Distinct()];
        string bundle = names.Length == 0 ? "no bundled model is installed" : $"the bundled models are {string.Join(", ", names)}";
        throw new UsageException($"{option} {model}{DidYouMean.Of(model, names)}: there is no such folder, and {bundle}.");
    }

    /// <summary><c>model_type</c> of a model, as its config.json has it.</summary>
    public static string TypeOf(string model)
    {
        using Checkpoint checkpoint = Checkpoint.Open(Find(model));
        return checkpoint.Config.String("model_type", "");
    }

    /// <summary>What a folder or file is called in results: org/name for a model in the cache.</summary>
    public static string NameOf(string path) => HubCache.TryName(path, out string? name) ? name
        : Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));

    /// <summary>Folders under models/ beside the executable, or beside or above the current folder.</summary>
    public static IEnumerable<string> Bundled()
    {
        List<string> places = [AppContext.BaseDirectory];
        for (string? folder = Directory.GetCurrentDirectory(); folder is not null; folder = Path.GetDirectoryName(folder)) places.Add(folder);
        return places.Select(place => Path.Combine(place, "models"))
            .Where(Directory.Exists)
            .SelectMany(models => Directory.GetDirectories(models).Order(StringComparer.Ordinal))
            .Where(folder => File.Exists(Path.Combine(folder, "config.json")));
    }
}
