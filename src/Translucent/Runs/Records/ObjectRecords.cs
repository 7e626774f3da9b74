// result.json of the verbs that look for objects or ask about pictures: the same form as that of the other verbs.

using Translucent.Models;

namespace Translucent.Runs.Records;

/// <summary>An object that was found.</summary>
sealed record DetectionRecord(int Query, int Class, string Label, double Score, BoxRecord Box)
{
    /// <summary>On an image of a size in pixels.</summary>
    public static DetectionRecord Of(Detection d, (int Width, int Height) size) =>
        new(d.Query, d.Class, d.Label, d.Score, BoxRecord.Of(d.Box.On(size.Width, size.Height)));
}

/// <summary>An answer.</summary>
sealed record AnswerRecord(int Index, string Label, double Logit, double Probability);

/// <summary>The settings of <c>detect</c> and of <c>explain</c> on a detector.</summary>
sealed record ObjectSettings(double Score, IReadOnlyList<int>? Queries, IReadOnlyList<string>? Methods, string? Scalar, double? MaskFactor, string? MaskEdge,
    int RenderSize, LookSettings? Look = null);

/// <summary>The settings of <c>ask</c>.</summary>
sealed record AskSettings(string Question, string? Against, IReadOnlyList<string> Methods, string Detector, string? Features, int RenderSize);

/// <summary>A region of a question, with its relevance for every method.</summary>
sealed record RegionRecord(BoxRecord? Box, string Label, IReadOnlyDictionary<string, double> Relevance);

/// <summary>A token of a question, with its relevance for every method.</summary>
sealed record WordRecord(string Token, string Text, IReadOnlyDictionary<string, double> Relevance);

/// <summary>What <c>ask</c> found.</summary>
sealed record AskFindings(IReadOnlyList<AnswerRecord> Answers, string Explained, IReadOnlyList<WordRecord> Words, IReadOnlyList<RegionRecord> Regions);
