// How the records of runs become JSON: names in snake_case, absent values left out, made by source generation.

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Translucent.Runs.Records;

/// <summary>The JSON of every record that a run writes or reads.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ResultRecord))]
[JsonSerializable(typeof(RunFacts))]
[JsonSerializable(typeof(ObjectSettings))]
[JsonSerializable(typeof(AskSettings))]
[JsonSerializable(typeof(TextSettings))]
[JsonSerializable(typeof(ClassifySettings))]
[JsonSerializable(typeof(LensSettings))]
[JsonSerializable(typeof(TrustFile))]
[JsonSerializable(typeof(ExplainSettings))]
[JsonSerializable(typeof(CompareSettings))]
[JsonSerializable(typeof(TokensSettings))]
[JsonSerializable(typeof(StreamTokensSettings))]
[JsonSerializable(typeof(LayersSettings))]
[JsonSerializable(typeof(AttentionSettings))]
[JsonSerializable(typeof(StreamAttentionSettings))]
[JsonSerializable(typeof(ProjectSettings))]
[JsonSerializable(typeof(SegmentationSettings))]
sealed partial class RecordJson : JsonSerializerContext
{
    /// <summary>For files that people read: indented, other scripts as they are.</summary>
    public static RecordJson Readable => Others.Readable;

    /// <summary>Settings as part of a record.</summary>
    public static JsonElement Element(object settings) => JsonSerializer.SerializeToElement(settings, settings.GetType(), Default);

    // Made at first use: the generated Default has to be there before.
    static class Others
    {
        public static readonly RecordJson Readable =
            new(new JsonSerializerOptions(Default.Options) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
