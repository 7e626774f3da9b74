// result.json of the verbs that look for objects or ask about pictures: the same form as that of the other verbs.

using System.Text.Json;
using System.Text.Json.Serialization;
using Translucent.Checkpoints;
using Translucent.Cli.Runs;
using Translucent.Files;
using Translucent.Models;

namespace Translucent.Cli.Objects;

/// <summary>An image as it was read.</summary>
sealed record ImageRecord(string Path, int Width, int Height, long Bytes, string Modified, string Sha256);

/// <summary>A model.</summary>
sealed record ModelRecord(string Name, string Folder, string Family, string Hash, long Parameters);

/// <summary>What ran.</summary>
sealed record VersionsRecord(string Translucent, string Runtime, string System, string Architecture, int Threads)
{
    public static VersionsRecord Now { get; } = new(RunRecord.Version, global::System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription,
        global::System.Runtime.InteropServices.RuntimeInformation.OSDescription,
        global::System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(), Tensors.Compute.Default.Threads);
}

/// <summary>A box in pixels of the photograph.</summary>
sealed record BoxRecord(double Left, double Top, double Right, double Bottom);

/// <summary>An object that was found.</summary>
sealed record DetectionRecord(int Query, int Class, string Label, double Score, BoxRecord Box);

/// <summary>An answer.</summary>
sealed record AnswerRecord(int Index, string Label, double Logit, double Probability);

/// <summary>The settings of <c>detect</c> and of <c>explain</c> on a detector.</summary>
sealed record ObjectSettings(double Score, IReadOnlyList<int>? Queries, IReadOnlyList<string>? Methods, string? Scalar, double? MaskFactor, string? MaskEdge, int RenderSize);

/// <summary>The settings of <c>ask</c>.</summary>
sealed record AskSettings(string Question, string? Against, IReadOnlyList<string> Methods, string Detector, string? Features, int RenderSize);

/// <summary>A region of a question, with its relevance for every method.</summary>
sealed record RegionRecord(BoxRecord? Box, string Label, IReadOnlyDictionary<string, double> Relevance);

/// <summary>A token of a question, with its relevance for every method.</summary>
sealed record WordRecord(string Token, string Text, IReadOnlyDictionary<string, double> Relevance);

/// <summary>What <c>ask</c> found.</summary>
sealed record AskFindings(IReadOnlyList<AnswerRecord> Answers, string Explained, IReadOnlyList<WordRecord> Words, IReadOnlyList<RegionRecord> Regions);

/// <summary>The whole file.</summary>
sealed record ResultRecord(
    string Verb, string Finished, ImageRecord? Image, ModelRecord Model, JsonElement Settings, VersionsRecord Versions, IReadOnlyDictionary<string, double> Seconds,
    IReadOnlyList<DetectionRecord>? Detections, AskFindings? Ask, IReadOnlyList<WrittenFile> Files, IReadOnlyDictionary<string, IReadOnlyDictionary<string, JsonElement>> OtherVerbs);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ResultRecord))]
[JsonSerializable(typeof(ObjectSettings))]
[JsonSerializable(typeof(AskSettings))]
sealed partial class ObjectJson : JsonSerializerContext
{
    public static JsonElement Element(ObjectSettings settings) => JsonSerializer.SerializeToElement(settings, Default.ObjectSettings);

    public static JsonElement Element(AskSettings settings) => JsonSerializer.SerializeToElement(settings, Default.AskSettings);
}

/// <summary>Writes the file that says a run is complete.</summary>
static class ObjectRecords
{
    /// <summary>Writes result.json into a run's folder, keeps the records of other verbs, and removes what an earlier run of this verb left.</summary>
    public static void Write(RunFolder folder, ResultRecord record)
    {
        IReadOnlyList<EarlierRun> earlier = EarlierRun.In(folder.Path);
        EarlierRun.RemoveStale(earlier, record.Verb, folder);
        record = record with { OtherVerbs = earlier.Where(e => e.Verb != record.Verb).ToDictionary(e => e.Verb, e => e.Record) };
        byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(record, ObjectJson.Default.ResultRecord);
        AtomicFile.Write(Path.Combine(folder.Path, RunRecord.FileName), stream => stream.Write(bytes));
    }

    public static ImageRecord Of(string path, (int Width, int Height) size, ImageFingerprint fingerprint) =>
        new(path, size.Width, size.Height, fingerprint.Bytes, fingerprint.Modified, fingerprint.Sha256);

    public static DetectionRecord Of(Detection d, (int Width, int Height) size) => new(d.Query, d.Class, d.Label, d.Score, Box(d.Box.On(size.Width, size.Height)));

    public static BoxRecord Box((double Left, double Top, double Right, double Bottom) box) =>
        new(Math.Round(box.Left, 3), Math.Round(box.Top, 3), Math.Round(box.Right, 3), Math.Round(box.Bottom, 3));
}
