// How the reports of --json become JSON: names in snake_case, absent values left out, made by source generation.

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Translucent.Cli.Records;

/// <summary>The JSON of every report for other programs.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(InspectRecord))]
[JsonSerializable(typeof(VerifyRecord))]
[JsonSerializable(typeof(BenchmarkRecord))]
[JsonSerializable(typeof(EncodedRecord))]
[JsonSerializable(typeof(EmbedRecord))]
[JsonSerializable(typeof(TextScoresRecord))]
[JsonSerializable(typeof(IReadOnlyList<MethodRecord>), TypeInfoPropertyName = "Methods")]
sealed partial class ReportJson : JsonSerializerContext
{
    /// <summary>Indented, in ASCII.</summary>
    public static ReportJson Ascii => Others.Ascii;

    /// <summary>On one line, other scripts as they are.</summary>
    public static ReportJson Line => Others.Line;

    // Made at first use: the generated Default has to be there before.
    static class Others
    {
        public static readonly ReportJson
            Ascii = new(new JsonSerializerOptions(Default.Options) { WriteIndented = true }),
            Line = new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
