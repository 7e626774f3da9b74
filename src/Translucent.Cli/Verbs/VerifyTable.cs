// What the user reads of a comparison: a row per tensor, reasons, what was not covered, and the sum.

using System.Globalization;
using Translucent.Verify;

namespace Translucent.Cli.Verbs;

/// <summary>Prints comparisons.</summary>
static class VerifyTable
{
    public static void Print(Terminal terminal, IReadOnlyList<string> uncovered, List<GoldenResult> results)
    {
        terminal.Line();
        if (results.Count > 0)
            terminal.Table(["name", "shape", ">max abs difference", ">relative", ">tolerance", "verdict"], results.Select(Row));
        foreach (GoldenResult failed in results.Where(r => r.Problem is not null)) terminal.Line($"{failed.Name}: {failed.Problem}");
        if (uncovered.Count > 0)
        {
            terminal.Line();
            terminal.Line($"not covered, {uncovered.Count} {(uncovered.Count == 1 ? "name" : "names")}:");
            foreach (IGrouping<string, string> group in uncovered.GroupBy(n => n.Split('/')[0])) terminal.Line($"  {string.Join(' ', group)}");
        }
        terminal.Line();
        terminal.Line(Summary(results, uncovered.Count));
    }

    /// <summary>As in "42 compared: 40 pass, 1 falls short, 1 failed; 3 not covered."</summary>
    static string Summary(List<GoldenResult> results, int uncovered)
    {
        int Count(GoldenVerdict verdict) => results.Count(r => r.Verdict == verdict);
        if (results.Count == 0) return $"nothing compared: none of the {uncovered} names in the golden file is known.";
        return $"{results.Count} compared: {Count(GoldenVerdict.Pass)} pass, {Count(GoldenVerdict.Off)} fall short, {Count(GoldenVerdict.Failed)} failed; "
            + $"{uncovered} not covered.";
    }

    static string[] Row(GoldenResult r) =>
        [r.Name, $"[{string.Join(", ", r.Shape)}]", Number(r.Difference), Number(r.Relative), Number(r.Tolerance), Verdict(r.Verdict)];

    public static string Verdict(GoldenVerdict verdict) => verdict switch
    {
        GoldenVerdict.Pass => "pass",
        GoldenVerdict.Off => "falls short",
        _ => "failed",
    };

    /// <summary>The file of stated tolerances, as it is named.</summary>
    public static string Beside(string golden) => Path.Combine(Path.GetDirectoryName(golden) ?? "", GoldenTolerance.FileName);

    static string Number(double value) => double.IsNaN(value) ? "-" : value == 0 ? "0" : value.ToString("0.0e+0", CultureInfo.InvariantCulture);
}
