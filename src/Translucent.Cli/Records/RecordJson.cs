// How the records of the command become JSON: names in snake_case, absent values left out, made by source generation.

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Translucent.Cli.Objects;

namespace Translucent.Cli.Records;

/// <summary>The JSON of every record that the command writes or reads.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ResultRecord))]
[JsonSerializable(typeof(RunFacts))]
[JsonSerializable(typeof(ObjectSettings))]
[JsonSerializable(typeof(AskSettings))]
[JsonSerializable(typeof(TrustFile))]
[JsonSerializable(typeof(ExplainSettings))]
[JsonSerializable(typeof(CompareSettings))]
[JsonSerializable(typeof(TokensSettings))]
[JsonSerializable(typeof(LayersSettings))]
[JsonSerializable(typeof(ProjectSettings))]
[JsonSerializable(typeof(SegmentationSettings))]
[JsonSerializable(typeof(InspectRecord))]
[JsonSerializable(typeof(VerifyRecord))]
[JsonSerializable(typeof(BenchmarkRecord))]
[JsonSerializable(typeof(EncodedRecord))]
sealed partial class RecordJson : JsonSerializerContext
{
    /// <summary>For files and output that people read: indented, other scripts as they are.</summary>
    public static RecordJson Readable => Others.Readable;

    /// <summary>Indented, in ASCII.</summary>
    public static RecordJson Ascii => Others.Ascii;

    /// <summary>On one line, other scripts as they are.</summary>
    public static RecordJson Line => Others.Line;

    // Made at first use: the generated Default has to be there before.
    static class Others
    {
        public static readonly RecordJson
            Readable = new(new JsonSerializerOptions(Default.Options) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }),
            Ascii = new(new JsonSerializerOptions(Default.Options) { WriteIndented = true }),
            Line = new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
