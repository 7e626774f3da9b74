// Which shard holds which tensor: model.safetensors.index.json or pytorch_model.bin.index.json,
// {"weight_map": {tensor name: shard file name}} (transformers, modeling_utils.py).

using System.Text.Json;
using Translucent.Files;

namespace Translucent.Checkpoints;

/// <summary>The index of a checkpoint in several files.</summary>
sealed class ShardIndex
{
    /// <summary>What is appended to the name of the whole file.</summary>
    public const string Extension = ".index.json";

    readonly Dictionary<string, string> _map = new(StringComparer.Ordinal);

    ShardIndex(string path) => Path = path;

    /// <summary>The path of the index.</summary>
    public string Path { get; }

    /// <summary>Names of the shards, in ordinal order.</summary>
    public IEnumerable<string> Files => _map.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    /// <summary>Reads an index whose shards end in <paramref name="kind"/>.</summary>
    /// <exception cref="TranslucentException">It is damaged, or names a file that is not in the folder itself.</exception>
    public static ShardIndex Read(string path, string kind)
    {
        if (!JsonFile.ReadObject(path).TryGetProperty("weight_map", out JsonElement map) || map.ValueKind != JsonValueKind.Object)
            throw new TranslucentException($"{path}: has no object 'weight_map', expected tensor names with their shards; fetch the file again.");
        ShardIndex index = new(path);
        foreach (JsonProperty entry in map.EnumerateObject())
        {
            string shard = entry.Value.ValueKind == JsonValueKind.String ? entry.Value.GetString()! : "";
            if (!IsPlainName(shard, kind))
                throw new TranslucentException($"{path}: {Describe.Name(entry.Name)} lies in "
                    + $"{(shard == "" ? JsonFile.Kind(entry.Value.ValueKind) : Describe.Name(shard))}, expected the name of a {kind} file in this folder.");
            if (!index._map.TryAdd(entry.Name, shard))
                throw new TranslucentException($"{path}: {Describe.Name(entry.Name)} occurs twice; fetch the file again.");
        }
        return index._map.Count > 0 ? index
            : throw new TranslucentException($"{path}: 'weight_map' is empty, expected tensor names with their shards; fetch the file again.");
    }

    /// <summary>Compares with what the shards hold.</summary>
    /// <exception cref="TranslucentException">They disagree.</exception>
    public void Check(IReadOnlyList<TensorFile> files)
    {
        foreach (TensorFile file in files)
        {
            string shard = System.IO.Path.GetFileName(file.Path);
            foreach (string name in file.Names)
            {
                string mapped = _map.GetValueOrDefault(name, "");
                if (mapped != shard)
                    throw new TranslucentException($"{file.Path}: holds {Describe.Name(name)}, which the index "
                        + $"{(mapped == "" ? "does not name" : $"places in {Describe.Name(mapped)}")}; "
                        + "index and shards are not of one model, fetch them again.");
            }
        }
        Dictionary<string, TensorFile> byShard = files.ToDictionary(f => System.IO.Path.GetFileName(f.Path), StringComparer.Ordinal);
        foreach ((string name, string shard) in _map)
        {
            if (!byShard[shard].TryGet(name, out _))
                throw new TranslucentException($"{Path}: places {Describe.Name(name)} in {Describe.Name(shard)}, which does not hold it; index and shards are "
                    + "not of one model, fetch them again.");
        }
    }

    /// <summary>A name that can only mean a file in the folder itself, on any system.</summary>
    static bool IsPlainName(string name, string kind) =>
        name.Length is > 0 and <= 255 && name[0] != '.' && name.EndsWith(kind, StringComparison.Ordinal)
        && !name.Any(c => c is '/' or '\\' or ':' || char.IsControl(c));
}
