// The comparison as a file for programs.

using System.Text.Json;
using Translucent.Cli.Records;
using Translucent.Files;
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
    public static void Write(string path, VerifyReport report, IReadOnlyList<GoldenResult> results, IReadOnlyList<string> uncovered)
    {
        VerifyRecord record = new(
            "verify", MachineReport.Program(), report.Model, report.Hash, report.Input, report.Golden, report.Tolerance, Math.Round(report.Seconds, 3),
            results.Count > 0 && results.All(r => r.Verdict == GoldenVerdict.Pass), [.. results.Select(Of)], uncovered);
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, record, ReportJson.Ascii.VerifyRecord));
    }

    static ComparisonRecord Of(GoldenResult r) => new(
        r.Name, r.Shape, r.Problem is null ? r.Difference : null, r.Problem is null ? r.Relative : null, r.Tolerance, VerifyTable.Verdict(r.Verdict),
        r.Problem);
}
