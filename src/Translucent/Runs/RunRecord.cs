// Writes result.json: the record of the latest run, and under "other_verbs" the latest of every other verb that wrote to the same folder.

using System.Text;
using System.Text.Json;
using Translucent.Files;
using Translucent.Runs.Records;

namespace Translucent.Runs;

/// <summary>Ends a run.</summary>
static class RunRecord
{
    public const string FileName = "result.json";

    /// <summary>The property that holds the records of other verbs by their names.</summary>
    public const string OtherVerbs = "other_verbs";

    /// <summary>
    /// Removes what an earlier run of the same verb left and this one did not write again, keeps the records of other verbs, and writes result.json, the last
    /// file of a run: where it names the run, the other files are complete. Verbs that end at once in one folder do this one after the other.
    /// </summary>
    public static void Finish(RunFolder folder, ResultRecord record)
    {
        using FolderLock held = FolderLock.Take(folder.Path);
        IReadOnlyList<EarlierRun> earlier = EarlierRun.In(folder.Path);
        EarlierRun.RemoveStale(earlier, record.Verb, folder);
        ResultRecord whole = record with
        {
            Files = folder.Files,
            OtherVerbs = earlier.Where(run => run.Verb != record.Verb).ToDictionary(run => run.Verb, run => run.Record),
        };
        string text = JsonSerializer.Serialize(whole, RecordJson.Readable.ResultRecord) + "\n";
        AtomicFile.Write(Path.Combine(folder.Path, FileName), stream => stream.Write(Encoding.UTF8.GetBytes(text)));
    }
}
