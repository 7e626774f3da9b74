// A result.json that is there already: is it what this run would write? And which of its files does nobody need any more?

using System.Security.Cryptography;
using System.Text.Json;

namespace Translucent.Cli.Runs;

/// <summary>The record of an earlier run in a folder.</summary>
sealed class EarlierRun
{
    readonly string _folder;
    readonly JsonElement _record;

    EarlierRun(string folder, JsonElement record) => (_folder, _record) = (folder, record);

    /// <summary>The record in a folder; null when there is none, or none that can be read.</summary>
    public static EarlierRun? In(string folder)
    {
        string path = Path.Combine(folder, RunRecord.FileName);
        if (!File.Exists(path)) return null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            EarlierRun run = new(folder, document.RootElement.Clone());
            _ = run.Files().Count();
            return run;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null; // not written by this command: as good as none
        }
    }

    /// <summary>Whether the same run is complete: version, verb, model, settings, image, and every file at its size.</summary>
    public bool Is(ImageVerb verb, ModelInfo model, string settings, string image)
    {
        try
        {
            JsonElement was = _record.GetProperty("image");
            using JsonDocument now = JsonDocument.Parse(settings);
            return _record.GetProperty("verb").GetString() == verb.Name
                && _record.GetProperty("versions").GetProperty("translucent").GetString() == RunRecord.Version
                && _record.GetProperty("model").GetProperty("hash").GetString() == model.Hash
                && JsonElement.DeepEquals(_record.GetProperty("settings"), now.RootElement)
                && Files().All(f => new FileInfo(Path.Combine(_folder, f.Name)) is { Exists: true } file && file.Length == f.Bytes)
                && new ImageFingerprint(was.GetProperty("bytes").GetInt64(), was.GetProperty("modified").GetString()!, was.GetProperty("sha256").GetString()!).Matches(image);
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return false;
        }
    }

    /// <summary>Deletes what the earlier run of the same verb wrote and the new one did not, unless somebody changed it since.</summary>
    public void RemoveStale(ImageVerb verb, RunFolder now)
    {
        if (!_record.TryGetProperty("verb", out JsonElement name) || name.GetString() != verb.Name) return;
        HashSet<string> written = [.. now.Files.Select(f => f.Name)];
        foreach ((string file, long bytes, string sha256) in Files())
        {
            string path = Path.Combine(_folder, file);
            if (written.Contains(file) || Path.GetFileName(file) != file || !File.Exists(path) || new FileInfo(path).Length != bytes) continue;
            string found = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
            if (found == sha256) File.Delete(path);
        }
    }

    IEnumerable<(string Name, long Bytes, string Sha256)> Files() => _record.GetProperty("files").EnumerateArray()
        .Select(f => (f.GetProperty("name").GetString()!, f.GetProperty("bytes").GetInt64(), f.GetProperty("sha256").GetString()!));
}
