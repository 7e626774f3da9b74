// Which files of a Hugging Face folder hold its weights: model.safetensors, or shards named by model.safetensors.index.json
// ({"weight_map": {tensor name: shard file name}}), or the only *.safetensors there is; in this order, as in transformers.

using System.Text.Json;

namespace Translucent.Checkpoints;

/// <summary>Finds and opens the weight files of a folder.</summary>
static class WeightFiles
{
    const string Extension = ".safetensors";
    const string Single = "model.safetensors";
    const string Index = "model.safetensors.index.json";

    /// <summary>Opens the files, in ordinal order of their names; no tensor name occurs in two of them.</summary>
    /// <exception cref="InvalidDataException">A file is damaged, or index and shards disagree.</exception>
    /// <exception cref="IOException">There are no weights, or a shard is missing.</exception>
    public static List<Safetensors> Open(string folder)
    {
        Dictionary<string, string> map = [];
        string index = Path.Combine(folder, Index);
        string[] names;
        if (File.Exists(Path.Combine(folder, Single))) names = [Single];
        else if (File.Exists(index)) names = [.. (map = ReadIndex(index)).Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        else names = [OnlyFile(folder)];

        List<Safetensors> files = [];
        try
        {
            foreach (string name in names)
            {
                string path = Path.Combine(folder, name);
                if (!File.Exists(path)) throw new FileNotFoundException($"{index}: names the shard {Describe.Name(name)}, which is not in the folder; fetch it.", path);
                files.Add(Safetensors.Open(path));
            }
            if (map.Count > 0) CheckIndex(map, files, index);
            return files;
        }
        catch
        {
            files.ForEach(f => f.Dispose());
            throw;
        }
    }

    static string OnlyFile(string folder)
    {
        string[] all = [.. Directory.EnumerateFiles(folder).Select(p => Path.GetFileName(p)!).Order(StringComparer.Ordinal)];
        string[] found = Array.FindAll(all, name => name.EndsWith(Extension, StringComparison.Ordinal));
        if (found.Length == 1) return found[0];
        if (found.Length > 1)
            throw new InvalidDataException($"{folder}: holds {Describe.Names(found)}, expected {Single}, {Index}, or one {Extension} file; rename the one to use to {Single}.");
        string advice = Array.Exists(all, name => name.EndsWith(".bin", StringComparison.Ordinal) || name.EndsWith(".pth", StringComparison.Ordinal))
            ? "weights of other formats must be converted to safetensors first"
            : "fetch the weights";
        throw new FileNotFoundException($"{folder}: has no weights (it holds {Describe.Names(all)}), expected {Single} or {Index}; {advice}.");
    }

    static Dictionary<string, string> ReadIndex(string path)
    {
        if (!JsonFile.ReadObject(path).TryGetProperty("weight_map", out JsonElement map) || map.ValueKind != JsonValueKind.Object)
            throw new InvalidDataException($"{path}: has no object 'weight_map', expected tensor names with their shards; fetch the file again.");
        Dictionary<string, string> shards = new(StringComparer.Ordinal);
        foreach (JsonProperty entry in map.EnumerateObject())
        {
            string shard = entry.Value.ValueKind == JsonValueKind.String ? entry.Value.GetString()! : "";
            if (!IsPlainName(shard))
                throw new InvalidDataException($"{path}: {Describe.Name(entry.Name)} lies in {(shard == "" ? JsonFile.Kind(entry.Value.ValueKind) : Describe.Name(shard))}, expected the name of a {Extension} file in this folder.");
            if (!shards.TryAdd(entry.Name, shard)) throw new InvalidDataException($"{path}: {Describe.Name(entry.Name)} occurs twice; fetch the file again.");
        }
        return shards.Count > 0 ? shards : throw new InvalidDataException($"{path}: 'weight_map' is empty, expected tensor names with their shards; fetch the file again.");
    }

    /// <summary>A name that can only mean a file in the folder itself, on any system.</summary>
    static bool IsPlainName(string name) =>
        name.Length is > 0 and <= 255 && name[0] != '.' && name.EndsWith(Extension, StringComparison.Ordinal)
        && !name.Any(c => c is '/' or '\\' or ':' || char.IsControl(c));

    static void CheckIndex(Dictionary<string, string> map, List<Safetensors> files, string index)
    {
        foreach (Safetensors file in files)
        {
            string shard = Path.GetFileName(file.Path);
            foreach (string name in file.Names)
            {
                string mapped = map.GetValueOrDefault(name, "");
                if (mapped != shard)
                    throw new InvalidDataException($"{file.Path}: holds {Describe.Name(name)}, which the index {(mapped == "" ? "does not name" : $"places in {Describe.Name(mapped)}")}; index and shards are not of one model, fetch them again.");
            }
        }
        Dictionary<string, Safetensors> byShard = files.ToDictionary(f => Path.GetFileName(f.Path), StringComparer.Ordinal);
        foreach ((string name, string shard) in map)
        {
            if (!byShard[shard].TryGet(name, out _))
                throw new InvalidDataException($"{index}: places {Describe.Name(name)} in {Describe.Name(shard)}, which does not hold it; index and shards are not of one model, fetch them again.");
        }
    }
}
