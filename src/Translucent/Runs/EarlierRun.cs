// What result.json says about earlier runs: whether one of them is what this run would write, and which of its files are no longer needed.

using System.Text.Json;
using Translucent.Files;
using Translucent.Runs.Records;

namespace Translucent.Runs;

/// <summary>What decides about the files of a run beside its image.</summary>
/// <param name="Version">Of the program.</param>
/// <param name="Verb">Which work.</param>
/// <param name="ModelHash">Of the model.</param>
/// <param name="Settings">All settings, as the record has them.</param>
sealed record RunIdentity(string Version, string Verb, string ModelHash, JsonElement Settings);

/// <summary>The record of an earlier run in a folder.</summary>
sealed class EarlierRun
{
    readonly string _folder;
    readonly RunFacts _facts;

    EarlierRun(string folder, RunFacts facts, Dictionary<string, JsonElement> record) => (_folder, _facts, Record) = (folder, facts, record);

    /// <summary>Which verb it was.</summary>
    public string Verb => _facts.Verb;

    /// <summary>The record as it was, without those of other verbs.</summary>
    public IReadOnlyDictionary<string, JsonElement> Record { get; }

    /// <summary>The records in a folder, one for each verb, the latest run first; none when there is no file that can be read.</summary>
    public static IReadOnlyList<EarlierRun> In(string folder)
    {
        string path = Path.Combine(folder, RunRecord.FileName);
        if (!File.Exists(path)) return [];
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement latest = document.RootElement.Clone();
            List<EarlierRun> runs = [Of(folder, latest)];
            if (latest.TryGetProperty(RunRecord.OtherVerbs, out JsonElement others) && others.ValueKind == JsonValueKind.Object)
                runs.AddRange(others.EnumerateObject().Select(other => Of(folder, other.Value)));
            return [.. runs.DistinctBy(run => run.Verb)];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter of escapes that are no text
        {
            return []; // not written by a run: treated as absent
        }
    }

    static EarlierRun Of(string folder, JsonElement record)
    {
        RunFacts? facts = record.Deserialize(RecordJson.Default.RunFacts);
        if (facts is null || facts.Files.Any(file => (WrittenFile?)file is null)) throw new JsonException("a record or a file of it is null");
        return new EarlierRun(folder, facts, record.EnumerateObject().Where(p => p.Name != RunRecord.OtherVerbs).DistinctBy(p => p.Name)
            .ToDictionary(p => p.Name, p => p.Value));
    }

    /// <summary>Whether a folder holds the same run complete, every file as it was written.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="run">What it would be.</param>
    /// <param name="image">The image it is about; null where settings say all.</param>
    public static bool Holds(string folder, RunIdentity run, string? image = null)
    {
        IReadOnlyList<EarlierRun> runs = In(folder);
        return runs.FirstOrDefault(earlier => earlier.Verb == run.Verb) is { } same && same.Is(run, image) && same.IsComplete(runs);
    }

    bool Is(RunIdentity run, string? image) =>
        _facts.Versions.Translucent == run.Version && _facts.Model.Hash == run.ModelHash && JsonElement.DeepEquals(_facts.Settings, run.Settings)
        && (image is null ? _facts.Image is null : _facts.Image?.Matches(image) == true);

    /// <summary>Whether its files are there at their size; the content is read of those only that another verb wrote too, and otherwise.</summary>
    bool IsComplete(IReadOnlyList<EarlierRun> runs) => _facts.Files.All(file =>
        SafeName.IsSafe(file.Name) && new FileInfo(SafeName.In(_folder, file.Name)) is { Exists: true } found && found.Length == file.Bytes
        && (runs.All(run => run._facts.Files.All(f => f.Name != file.Name || f.Sha256 == file.Sha256)) || FileHash.Of(found.FullName) == file.Sha256));

    /// <summary>Deletes what earlier runs of a verb wrote and the new one did not, unless it was changed since or another verb wrote it too.</summary>
    public static void RemoveStale(IReadOnlyList<EarlierRun> runs, string verb, RunFolder now)
    {
        HashSet<string> needed = [.. now.Files.Select(f => f.Name), .. runs.Where(run => run.Verb != verb).SelectMany(run => run._facts.Files)
            .Select(f => f.Name)];
        foreach (EarlierRun run in runs.Where(run => run.Verb == verb))
            foreach (WrittenFile file in run._facts.Files)
            {
                if (needed.Contains(file.Name) || !SafeName.IsSafe(file.Name)) continue;
                string path = SafeName.In(now.Path, file.Name);
                if (!File.Exists(path) || new FileInfo(path).Length != file.Bytes) continue;
                if (FileHash.Of(path) == file.Sha256) File.Delete(path);
            }
    }
}
