// Which files of a repository are worth fetching: settings, tokenizer, and one form of the weights, chosen as a model folder is opened
// (docs/checkpoints.md#what-a-folder-holds).

using System.Text.Json;
using Translucent.Files;

namespace Translucent.Hub;

/// <summary>The files to fetch.</summary>
/// <param name="Settings">Small files that a model opens with.</param>
/// <param name="Weights">Whole weights; empty when an index names them.</param>
/// <param name="Index">The file that names the shards; null for whole weights.</param>
sealed record FilePlan(IReadOnlyList<ListedFile> Settings, IReadOnlyList<ListedFile> Weights, ListedFile? Index)
{
    /// <summary>The settings that say what a model is.</summary>
    public const string Config = "config.json", OpenClip = "open_clip_config.json";

    const string IndexEnd = ".index.json";
    const long LongestSettings = 100_000_000; // as the readers of these files have it

    static readonly string[] s_settings =
    [
        Config, OpenClip, "preprocessor_config.json", "processor_config.json", "tokenizer.json", "tokenizer_config.json",
        "special_tokens_map.json", "added_tokens.json", "vocab.json", "merges.txt", "vocab.txt", "spiece.model",
    ];

    static readonly string[] s_wholes = ["model.safetensors", "pytorch_model.bin"];
    static readonly string[][] s_kinds = [[".safetensors"], [".bin", ".pth", ".pt", ".npz"]];

    // what training leaves beside the weights
    static readonly string[] s_others = ["training_args.bin", "optimizer.bin", "optimizer.pt", "scheduler.bin", "scheduler.pt", "rng_state.pth", "scaler.pt"];

    /// <summary>Chooses among the files of a repository.</summary>
    /// <exception cref="TranslucentException">There are no weights that could be read, or several that could be meant.</exception>
    public static FilePlan Of(RepositoryListing listing, RepositoryId id)
    {
        ListedFile[] settings = [.. s_settings.Select(name => listing.Files.GetValueOrDefault(name)).OfType<ListedFile>()];
        foreach (ListedFile file in settings) CheckSize(file, id);
        foreach (string whole in s_wholes)
        {
            if (listing.Files.TryGetValue(whole, out ListedFile? weights)) return new FilePlan(settings, [weights], null);
            if (!listing.Files.TryGetValue(whole + IndexEnd, out ListedFile? index)) continue;
            CheckSize(index, id);
            return new FilePlan(settings, [], index);
        }
        string[] names = [.. listing.Files.Keys.Where(name => !name.Contains('/') && !s_others.Contains(name)).Order(StringComparer.Ordinal)];
        foreach (string[] kinds in s_kinds)
        {
            string[] found = Array.FindAll(names, name => kinds.Contains(Path.GetExtension(name)));
            if (found.Length == 1) return new FilePlan(settings, [listing.Files[found[0]]], null);
            if (found.Length > 1) throw new TranslucentException(
                $"{id}: holds {List(found)}, and nothing says which is the model; expected {s_wholes[0]} or one file of weights. Fetch the one to use "
                    + "yourself, and name it with --model.");
        }
        string why = names.Any(n => n.EndsWith(".gguf", StringComparison.Ordinal)) ? "weights in GGUF are not read, fetch the model that they were made of"
            : names.Any(n => n is "tf_model.h5" or "flax_model.msgpack") ? "weights of TensorFlow and Flax are not read"
            : "its page says what it is for";
        throw new TranslucentException(
            $"{id}: has no weights ({(names.Length == 0 ? "no files" : List(names))}), expected {string.Join(" or ", s_wholes)}; {why}.");
    }

    /// <summary>The shards that an index names, once it has been fetched.</summary>
    /// <param name="path">The index on disk.</param>
    /// <param name="listing">The files of the repository.</param>
    /// <param name="id">For messages.</param>
    /// <exception cref="TranslucentException">It is damaged, or names a file that is not in the repository.</exception>
    public static ListedFile[] Shards(string path, RepositoryListing listing, RepositoryId id)
    {
        string name = Path.GetFileName(path);
        SortedSet<string> shards = new(StringComparer.Ordinal);
        foreach (string? shard in Names(path, id, name).Values) shards.Add(shard ?? "");
        if (shards.Count == 0) throw new TranslucentException($"{id}: {name}: names no shards.");
        return [.. shards.Select(shard => !shard.Contains('/') && listing.Files.TryGetValue(shard, out ListedFile? file)
            ? file
            : throw new TranslucentException(
                $"{id}: {name}: names the shard '{ServerText.OneLine(shard)}', which is not in the repository; its author has to correct it."))];
    }

    /// <summary>The shard of every tensor.</summary>
    static IReadOnlyDictionary<string, string?> Names(string path, RepositoryId id, string name)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), HubJson.Default.ShardNames)?.WeightMap ?? throw new JsonException("no weight_map");
        }
        catch (JsonException)
        {
            throw new TranslucentException($"{id}: {name}: holds no 'weight_map' of tensor names with their shards; its author has to correct it.");
        }
    }

    static void CheckSize(ListedFile file, RepositoryId id)
    {
        if (file.Size > LongestSettings)
            throw new TranslucentException(
                $"{id}: {file.Name}: holds {file.Size} bytes, expected at most {LongestSettings} bytes of settings; nothing was fetched.");
    }

    static string List(string[] names) =>
        string.Join(", ", names.Take(5).Select(ServerText.OneLine)) + (names.Length > 5 ? $", ... ({names.Length} in all)" : "");
}
