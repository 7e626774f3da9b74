// The comparison as a file for programs.

using System.Text.Json;
using Translucent.Checkpoints;
using Translucent.Verify;

namespace Translucent.Cli.Verbs;

/// <summary>What was compared.</summary>
/// <param name="Model">The model's folder.</param>
/// <param name="Hash">Of the model.</param>
/// <param name="Input">The input file.</param>
/// <param name="Golden">The golden file.</param>
/// <param name="Tolerance">For tensors without a stated one.</param>
/// <param name="Seconds">How long it took.</param>
sealed record VerifyReport(string Model, string Hash, string Input, string Golden, double Tolerance, double Seconds)
{
    /// <summary>Writes the file whole.</summary>
    public static void Write(string path, VerifyReport report, IReadOnlyList<GoldenResult> results, IReadOnlyList<string> uncovered) => AtomicFile.Write(path, stream =>
    {
        using Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("verb", "verify");
        MachineReport.WriteVersions(json);
        json.WriteString("model", report.Model);
        json.WriteString("model_hash", report.Hash);
        json.WriteString("input", report.Input);
        json.WriteString("golden", report.Golden);
        json.WriteNumber("tolerance", report.Tolerance);
        json.WriteNumber("seconds", Math.Round(report.Seconds, 3));
        json.WriteBoolean("pass", results.Count > 0 && results.All(r => r.Verdict == GoldenVerdict.Pass));
        json.WriteStartArray("results");
        foreach (GoldenResult result in results) Write(json, result);
        json.WriteEndArray();
        json.WriteStrings("not_covered", uncovered);
        json.WriteEndObject();
    });

    static void Write(Utf8JsonWriter json, GoldenResult result)
    {
        json.WriteStartObject();
        json.WriteString("name", result.Name);
        json.WriteStartArray("shape");
        foreach (int axis in result.Shape) json.WriteNumberValue(axis);
        json.WriteEndArray();
        if (result.Problem is null)
        {
            json.WriteNumber("max_abs_difference", result.Difference);
            json.WriteNumber("relative", result.Relative);
        }
        json.WriteNumber("tolerance", result.Tolerance);
        json.WriteString("verdict", VerifyTable.Verdict(result.Verdict));
        if (result.Problem is not null) json.WriteString("problem", result.Problem);
        json.WriteEndObject();
    }
}
