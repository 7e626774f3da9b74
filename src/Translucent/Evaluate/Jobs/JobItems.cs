// What the shards of a job have done, found in all their files and read from there when it is asked for, so that memory stays flat.

using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Translucent.Files;

namespace Translucent.Evaluate.Jobs;

/// <summary>An item that failed.</summary>
/// <param name="Item">Which one, from 0.</param>
/// <param name="Key">Its key.</param>
/// <param name="Reason">Why, in words.</param>
sealed record JobFailure(int Item, string Key, string Reason);

/// <summary>The items of a job, in their order, whichever shard did them.</summary>
sealed class JobItems
{
    readonly record struct Place(int File, long Offset, int Length, bool IsFailure);

    readonly List<string> _files;
    readonly Place?[] _places;

    JobItems(List<string> files, Place?[] places, int damaged) => (_files, _places, Damaged) = (files, places, damaged);

    /// <summary>How many items the job has.</summary>
    public int Count => _places.Length;

    /// <summary>How many have a result or failed.</summary>
    public int Done => _places.Count(p => p is not null);

    /// <summary>Whole lines that are none of this job, or were damaged.</summary>
    public int Damaged { get; }

    /// <summary>Whether an item has a result.</summary>
    public bool HasResult(int item) => _places[item] is { IsFailure: false };

    /// <summary>Whether an item failed.</summary>
    public bool HasFailed(int item) => _places[item] is { IsFailure: true };

    /// <summary>Finds what all shards in a folder have done. A result counts more than a failure; of two results of an item, which a job makes alike, that in
    /// the file whose name comes first.</summary>
    /// <param name="folder">Of the job.</param>
    /// <param name="settings">Of the job.</param>
    public static JobItems In(string folder, JobSettings settings)
    {
        long seed = JobLine.Seed(settings);
        List<string> files = [.. Directory.GetFiles(folder, "shard-*.jsonl").Order(StringComparer.Ordinal)];
        Place?[] places = new Place?[settings.Items];
        int damaged = 0;
        for (int f = 0; f < files.Count; f++)
            foreach ((long offset, byte[] line) in Lines(files[f]))
            {
                if (JobLine.Read(line, seed) is not { } mark || mark.Item < 0 || mark.Item >= places.Length) damaged++;
                else if (places[mark.Item] is not { } known || known.IsFailure)
                    places[mark.Item] = new Place(f, offset, line.Length, mark.IsFailure);
            }
        return new JobItems(files, places, damaged);
    }

    /// <summary>The results, in the order of the items; those that failed or are missing are left out.</summary>
    public IEnumerable<(int Item, string Key, T Result)> Results<T>(JsonTypeInfo<T> type)
    {
        foreach ((int item, JsonElement line) in Read(failures: false))
            yield return (item, line.GetProperty("key").GetString()!, line.GetProperty("result").Deserialize(type)
                ?? throw new TranslucentException($"item {item}: its result is null; it was not written by this program."));
    }

    /// <summary>The items that failed.</summary>
    public IReadOnlyList<JobFailure> Failures() =>
        [.. Read(failures: true).Select(i => new JobFailure(i.Item, i.Line.GetProperty("key").GetString()!, i.Line.GetProperty("failure").GetString()!))];

    IEnumerable<(int Item, JsonElement Line)> Read(bool failures)
    {
        FileStream?[] open = new FileStream?[_files.Count];
        try
        {
            for (int item = 0; item < _places.Length; item++)
            {
                if (_places[item] is not { } place || place.IsFailure != failures) continue;
                FileStream file = open[place.File] ??= Open(_files[place.File]);
                byte[] line = new byte[place.Length];
                file.Position = place.Offset;
                file.ReadExactly(line);
                using JsonDocument document = JsonDocument.Parse(line);
                yield return (item, document.RootElement.Clone());
            }
        }
        finally
        {
            foreach (FileStream? file in open) file?.Dispose();
        }
    }

    /// <summary>The whole lines of a file with their places; what follows the last line feed is none.</summary>
    public static IEnumerable<(long Offset, byte[] Line)> Lines(string path)
    {
        using FileStream file = Open(path);
        byte[] buffer = new byte[1 << 16];
        using MemoryStream line = new();
        long offset = 0;
        for (int read; (read = file.Read(buffer)) > 0;)
            for (int from = 0; from < read;)
            {
                int end = buffer.AsSpan(from, read - from).IndexOf((byte)'\n');
                line.Write(buffer, from, end < 0 ? read - from : end);
                if (end < 0) break;
                yield return (offset, line.ToArray());
                offset += line.Length + 1;
                line.SetLength(0);
                from += end + 1;
            }
    }

    static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
}
