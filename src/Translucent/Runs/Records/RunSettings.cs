// Everything that decides about the files of a run but model and image: "settings" in result.json, one record for each verb.

using System.Text.Json.Serialization;

namespace Translucent.Runs.Records;

/// <summary>Settings that all verbs share; they follow those of the verb.</summary>
abstract record RunSettings
{
    /// <summary>Texts that are the classes.</summary>
    [JsonPropertyOrder(1)]
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>Sentences that the texts stand in.</summary>
    [JsonPropertyOrder(2)]
    public IReadOnlyList<string>? Templates { get; init; }

    /// <summary>Of the files of the tokenizer that read the texts.</summary>
    [JsonPropertyOrder(3)]
    public string? TokenizerSha256 { get; init; }

    /// <summary>exact, auto, or how many rows sparse sweeps keep; of verbs that leave the choice.</summary>
    [JsonPropertyOrder(4)]
    public string? Rows { get; init; }

    /// <summary>How many targets a sparse sweep is checked on.</summary>
    [JsonPropertyOrder(4)]
    public int? Check { get; init; }

    /// <summary>The longest side of pictures.</summary>
    [JsonPropertyOrder(4)]
    public int RenderSize { get; init; }

    /// <summary>How maps are drawn, where that is not the usual way.</summary>
    [JsonPropertyOrder(5)]
    public LookSettings? Look { get; init; }
}

/// <summary>How maps are drawn.</summary>
sealed record LookSettings(string Colormap, double Strength, bool Even, bool Cells, double? Top);

/// <summary>Of <c>explain</c>.</summary>
sealed record ExplainSettings(
    IReadOnlyList<string> Methods, IReadOnlyList<string> Targets, string Scalar, bool Segmentation, TrustSettings? Trust, int? StartBlock,
    string? Scale = null) : RunSettings;

/// <summary>Of <c>compare</c>.</summary>
sealed record CompareSettings(IReadOnlyList<string> Methods, IReadOnlyList<string> Targets, string Scalar, string Scale, int? StartBlock) : RunSettings;

/// <summary>Of <c>tokens</c>.</summary>
sealed record TokensSettings(int Layer, string Function, string? WSha256, bool All, IReadOnlyList<string> Tokens, bool AcrossLayers) : RunSettings;

/// <summary>Of <c>layers</c>.</summary>
sealed record LayersSettings(string Function, string? WSha256, IReadOnlyList<string> Tokens, IReadOnlyList<int> Layers) : RunSettings;

/// <summary>Of <c>attention</c>.</summary>
sealed record AttentionSettings(int Layer, IReadOnlyList<int> Heads, IReadOnlyList<string> Tokens) : RunSettings;

/// <summary>Of <c>attention</c> on detectors, questions about pictures and texts.</summary>
sealed record StreamAttentionSettings(string? Site, int? Layer, IReadOnlyList<int> Heads, IReadOnlyList<string> Tokens, double? Score, int RenderSize)
{
    /// <summary>Of the text or question.</summary>
    public string? TextSha256 { get; init; }

    /// <summary>Of the files of the tokenizer that read it.</summary>
    public string? TokenizerSha256 { get; init; }

    /// <summary>Whose objects are the regions.</summary>
    public string? Detector { get; init; }
}

/// <summary>Of <c>tokens</c> on detectors, questions about pictures and texts.</summary>
sealed record StreamTokensSettings(string? Stream, int? Layer, string Function, string? WSha256, IReadOnlyList<string> Tokens, bool AcrossLayers, double? Score,
    int RenderSize)
{
    /// <summary>exact, auto, or how many rows sparse sweeps keep; of texts.</summary>
    public string? Rows { get; init; }

    /// <summary>How maps are drawn, where that is not the usual way.</summary>
    public LookSettings? Look { get; init; }

    /// <summary>Of the text or question.</summary>
    public string? TextSha256 { get; init; }

    /// <summary>Of the files of the tokenizer that read it.</summary>
    public string? TokenizerSha256 { get; init; }

    /// <summary>Whose objects are the regions.</summary>
    public string? Detector { get; init; }
}

/// <summary>Of <c>project</c>.</summary>
sealed record ProjectSettings(IReadOnlyList<int> Layers, IReadOnlyList<string> Targets, int Top, IReadOnlyList<string> Perturb, string Scores) : RunSettings;

/// <summary>Of <c>segment</c>; clusters or threshold.</summary>
sealed record SegmentationSettings(
    int Layer, string Function, double? Threshold, int? Clusters, string Linkage, string Metric, string Upsample, float? Tau,
    string? WSha256 = null) : RunSettings;
