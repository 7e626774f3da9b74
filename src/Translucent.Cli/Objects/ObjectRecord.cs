// result.json of the verbs that look for objects or ask about pictures: the same form as that of the other verbs.

using System.Text.Json;
using Translucent.Cli.Records;
using Translucent.Cli.Runs;
using Translucent.Models;

namespace Translucent.Cli.Objects;

/// <summary>An object that was found.</summary>
sealed record DetectionRecord(int Query, int Class, string Label, double Score, BoxRecord Box);

/// <summary>An answer.</summary>
sealed record AnswerRecord(int Index, string Label, double Logit, double Probability);

/// <summary>The settings of <c>detect</c> and of <c>explain</c> on a detector.</summary>
sealed record ObjectSettings(double Score, IReadOnlyList<int>? Queries, IReadOnlyList<string>? Methods, string? Scalar, double? MaskFactor, string? MaskEdge,
    int RenderSize);

/// <summary>The settings of <c>ask</c>.</summary>
sealed record AskSettings(string Question, string? Against, IReadOnlyList<string> Methods, string Detector, string? Features, int RenderSize);

/// <summary>A region of a question, with its relevance for every method.</summary>
sealed record RegionRecord(BoxRecord? Box, string Label, IReadOnlyDictionary<string, double> Relevance);

/// <summary>A token of a question, with its relevance for every method.</summary>
sealed record WordRecord(string Token, string Text, IReadOnlyDictionary<string, double> Relevance);

/// <summary>What <c>ask</c> found.</summary>
sealed record AskFindings(IReadOnlyList<AnswerRecord> Answers, string Explained, IReadOnlyList<WordRecord> Words, IReadOnlyList<RegionRecord> Regions);

/// <summary>Settings as part of a record.</summary>
static class ObjectJson
{
    public static JsonElement Element(ObjectSettings settings) => JsonSerializer.SerializeToElement(settings, RecordJson.Default.ObjectSettings);

    public static JsonElement Element(AskSettings settings) => JsonSerializer.SerializeToElement(settings, RecordJson.Default.AskSettings);
}

/// <summary>Writes the file that says a run is complete.</summary>
static class ObjectRecords
{
    /// <summary>Before the records of other verbs are known.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, JsonElement>> NoOthers { get; } = new Dictionary<string, IReadOnlyDictionary<string,
        JsonElement>>();

    /// <summary>Writes result.json into a run's folder, keeps the records of other verbs, and removes what an earlier run of this verb left.</summary>
    public static void Write(RunFolder folder, ResultRecord record)
    {
        IReadOnlyList<EarlierRun> earlier = EarlierRun.In(folder.Path);
        EarlierRun.RemoveStale(earlier, record.Verb, folder);
        RunRecord.Write(folder, record with { OtherVerbs = earlier.Where(e => e.Verb != record.Verb).ToDictionary(e => e.Verb, e => e.Record) });
    }

    public static DetectionRecord Of(Detection d, (int Width, int Height) size) =>
        new(d.Query, d.Class, d.Label, d.Score, BoxRecord.Of(d.Box.On(size.Width, size.Height)));
}
