// A table of a paper with our numbers beside those of the paper, as markdown and JSON.

using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Translucent.Evaluate.Jobs;
using Translucent.Files;

namespace Translucent.Cli.Jobs;

/// <summary>A number of ours.</summary>
/// <param name="Row">What it is about.</param>
/// <param name="Column">What was measured.</param>
/// <param name="Paper">What the paper says; null where that is not at hand.</param>
/// <param name="Ours">What was found.</param>
/// <param name="Difference">Ours - paper; null where one is missing, or where other images were measured than the paper's.</param>
/// <param name="On">On which data, how many images, with which model.</param>
/// <param name="Note">Why there is no difference, where both numbers are there.</param>
sealed record ReproducedNumber(string Row, string Column, double? Paper, double Ours, double? Difference, string On, string? Note);

/// <summary>What could not be run.</summary>
/// <param name="About">What it is about.</param>
/// <param name="Command">What would have been run.</param>
/// <param name="Why">Every reason, with what to do.</param>
sealed record NotRun(string About, string? Command, IReadOnlyList<string> Why);

/// <summary>The whole table.</summary>
sealed record ReproducedTable(string Table, string Title, string Source, string Known, string Version, IReadOnlyList<ReproducedNumber> Numbers,
    IReadOnlyList<NotRun> NotRun)
{
    const string NotAtHand = "not at hand";

    /// <summary>The numbers of one run beside those of the paper. A number that a run does not have is left out, whatever the paper says.</summary>
    /// <param name="run">The run.</param>
    /// <param name="found">What it has written.</param>
    /// <param name="expected">How many images the paper has; null where that does not matter.</param>
    /// <param name="paper">(row, column): what the paper says, or null.</param>
    public static IEnumerable<ReproducedNumber> Compare(PaperRun run, FoundTables found, int? expected, Func<string, string, double?> paper)
    {
        ResultTable table = found.Tables.FirstOrDefault(t => t.Title.StartsWith(run.Table, StringComparison.Ordinal))
            ?? throw new TranslucentException($"{run.About}: the results have no table '{run.Table}'.");
        bool others = expected is { } count && found.Images is { } measured && measured != count;
        foreach (ResultRow row in table.Rows)
            for (int c = 0; c < table.Columns.Count; c++)
            {
                if (run.Rows?.Contains(row.Name) == false || run.Columns?.Contains(table.Columns[c]) == false || row.Values[c] is not { } ours) continue;
                double? said = paper(row.Name, table.Columns[c]);
                yield return new ReproducedNumber($"{run.About}: {row.Name}", table.Columns[c], said, ours, others ? null : ours - said, found.On,
                    others && said is not null ? $"{found.Images} images, the paper has {expected}" : null);
            }
    }

    /// <summary>Writes TABLE.md and TABLE.json.</summary>
    public void Write(string folder)
    {
        AtomicFile.Write(Path.Combine(folder, $"{Table}.json"),
            stream => stream.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(this, ReproducedJson.Readable.ReproducedTable) + "\n")));
        AtomicFile.Write(Path.Combine(folder, $"{Table}.md"), stream => stream.Write(Encoding.UTF8.GetBytes(Markdown())));
    }

    /// <summary>Shows it.</summary>
    public void Show(Terminal terminal)
    {
        terminal.Line($"{Table}: {Title} ({Source}). {Known}");
        if (Numbers.Count > 0) terminal.Table(["row", "measure", ">paper", ">ours", ">difference", "on"], Numbers.Select(Cells));
        foreach (NotRun run in NotRun) terminal.Line($"not run: {run.About}: {string.Join("; ", run.Why)}");
    }

    string Markdown()
    {
        StringBuilder text = new($"# {Table}: {Title}\n\n{Source}. {Known}\n");
        if (Numbers.Count > 0)
        {
            text.Append("\n| row | measure | paper | ours | difference | on |\n|---|---|---:|---:|---:|---|\n");
            foreach (ReproducedNumber number in Numbers) text.Append($"| {string.Join(" | ", Cells(number).Select(Cell))} |\n");
        }
        if (NotRun.Count > 0)
        {
            text.Append("\n## Not run\n\n| row | why | command |\n|---|---|---|\n");
            foreach (NotRun run in NotRun)
                text.Append($"| {Cell(run.About)} | {Cell(string.Join("; ", run.Why))} | {(run.Command is { } c ? $"`{Cell(c)}`" : "")} |\n");
        }
        return text.ToString();
    }

    static string[] Cells(ReproducedNumber n) => [n.Row, n.Column, n.Paper is { } paper ? Text(paper) : NotAtHand, Text(n.Ours),
        n.Difference is { } d ? d.ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture) : n.Note ?? "-", n.On];

    static string Text(double value) => value.ToString(Math.Abs(value) < 1 ? "0.0000" : "0.00", CultureInfo.InvariantCulture);

    static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(ReproducedTable))]
sealed partial class ReproducedJson : JsonSerializerContext
{
    /// <summary>Other scripts as they are.</summary>
    public static ReproducedJson Readable => Others.Readable;

    static class Others
    {
        public static readonly ReproducedJson Readable =
            new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
