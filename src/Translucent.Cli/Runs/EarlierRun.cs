// What result.json says about earlier runs: is one of them what this run would write? And which of its files does nobody need any more?

using System.Security.Cryptography;
using System.Text.Json;
using Translucent.Files;

namespace Translucent.Cli.Runs;

/// <summary>The record of an earlier run in a folder.</summary>
sealed class EarlierRun
{
    readonly string _folder;
    readonly JsonElement _record;

    EarlierRun(string folder, JsonElement record)
    {
        (_folder, _record) = (folder, record);
        Verb = record.GetProperty("verb").GetString() ?? throw new TranslucentException("verb: no text.");
        Files = [.. record.GetProperty("files").EnumerateArray()
            .Select(f => (f.GetProperty("name").GetString()!, f.GetProperty("bytes").GetInt64(), f.GetProperty("sha256").GetString()!))];
    }

    /// <summary>Which verb it was.</summary>
    public string Verb { get; }

    IReadOnlyList<(string Name, long Bytes, string Sha256)> Files { get; }

    /// <summary>The records in a folder, one for each verb, the latest run first; none when there is no file that can be read.</summary>
    public static IReadOnlyList<EarlierRun> In(string folder)
    {
        string path = Path.Combine(folder, RunRecord.FileName);
        if (!File.Exists(path)) return [];
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement latest = document.RootElement.Clone();
            List<EarlierRun> runs = [new(folder, latest)];
            if (latest.TryGetProperty(RunRecord.OtherVerbs, out JsonElement others))
                runs.AddRange(others.EnumerateObject().Select(other => new EarlierRun(folder, other.Value)));
            return [.. runs.DistinctBy(run => run.Verb)];
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return []; // not written by this command: as good as none
        }
    }

    /// <summary>Whether a folder holds the same run complete: version, verb, model, settings, image, and every file as it was written.</summary>
    public static bool Holds(string folder, string verb, string modelHash, string settings, string image)
    {
        IReadOnlyList<EarlierRun> runs = In(folder);
        return runs.FirstOrDefault(run => run.Verb == verb) is { } same && same.Is(modelHash, settings, image) && same.IsComplete(runs);
    }

    bool Is(string modelHash, string settings, string image)
    {
        try
        {
            JsonElement was = _record.GetProperty("image");
            using JsonDocument now = JsonDocument.Parse(settings);
            return _record.GetProperty("versions").GetProperty("translucent").GetString() == RunRecord.Version
                && _record.GetProperty("model").GetProperty("hash").GetString() == modelHash
                && JsonElement.DeepEquals(_record.GetProperty("settings"), now.RootElement)
                && new ImageFingerprint(was.GetProperty("bytes").GetInt64(), was.GetProperty("modified").GetString()!, was.GetProperty("sha256").GetString()!).Matches(image);
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return false;
        }
    }

    /// <summary>Whether its files are there at their size; the content is read of those only that another verb wrote too, and otherwise.</summary>
    bool IsComplete(IReadOnlyList<EarlierRun> runs) => Files.All(file =>
        SafeName.IsSafe(file.Name) && new FileInfo(SafeName.In(_folder, file.Name)) is { Exists: true } found && found.Length == file.Bytes
        && (runs.All(run => run.Files.All(f => f.Name != file.Name || f.Sha256 == file.Sha256)) || Sha256(found.FullName) == file.Sha256));

    /// <summary>Deletes what earlier runs of a verb wrote and the new one did not, unless somebody changed it since or another verb wrote it too.</summary>
    public static void RemoveStale(IReadOnlyList<EarlierRun> runs, string verb, RunFolder now)
    {
        HashSet<string> needed = [.. now.Files.Select(f => f.Name), .. runs.Where(run => run.Verb != verb).SelectMany(run => run.Files).Select(f => f.Name)];
        foreach (EarlierRun run in runs.Where(run => run.Verb == verb))
            foreach ((string file, long bytes, string sha256) in run.Files)
            {
                if (needed.Contains(file) || !SafeName.IsSafe(file)) continue;
                string path = SafeName.In(now.Path, file);
                if (!File.Exists(path) || new FileInfo(path).Length != bytes) continue;
                if (Sha256(path) == sha256) File.Delete(path);
            }
    }

    /// <summary>The record as it was, without those of other verbs.</summary>
    public IReadOnlyDictionary<string, JsonElement> Record => _record.EnumerateObject().Where(p => p.Name != RunRecord.OtherVerbs).ToDictionary(p => p.Name, p => p.Value);

    /// <summary>Writes the record as it was, without those of other verbs.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (JsonProperty property in _record.EnumerateObject())
            if (property.Name != RunRecord.OtherVerbs) property.WriteTo(json);
        json.WriteEndObject();
    }

    static string Sha256(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
