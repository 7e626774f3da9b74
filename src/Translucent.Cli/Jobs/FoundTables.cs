// The tables that an evaluation has written: of results.json, or of the table.md of verbs that write no other.

using System.Globalization;
using System.Text.Json;
using Translucent.Evaluate.Jobs;
using Translucent.Files;

namespace Translucent.Cli.Jobs;

/// <summary>What was found.</summary>
/// <param name="On">On what: data, number of images, model; empty where the files do not say.</param>
/// <param name="Images">How many images were measured; null where the files do not say.</param>
/// <param name="Tables">The tables.</param>
sealed record FoundTables(string On, int? Images, IReadOnlyList<ResultTable> Tables)
{
    const string Markdown = "table.md";

    /// <summary>Deletes them, so that what is read later was written later.</summary>
    public static void Clear(string folder)
    {
        if (!Directory.Exists(folder)) return;
        foreach (string name in (string[])[ResultsFile.Name, Markdown]) File.Delete(Path.Combine(folder, name));
    }

    /// <summary>Reads them; null where there are none.</summary>
    public static FoundTables? In(string folder)
    {
        string results = Path.Combine(folder, ResultsFile.Name), markdown = Path.Combine(folder, Markdown);
        if (File.Exists(results))
        {
            ResultsFile file = JsonSerializer.Deserialize(File.ReadAllBytes(results), ResultsJson.Default.ResultsFile)
                ?? throw new TranslucentException($"{results}: is null, expected what an evaluation has written.");
            string failed = file.Failed > 0 ? $", {file.Failed} failed" : "";
            return new FoundTables($"{file.Settings.Data.Name} ({file.Measured} images{failed}), {file.Settings.Model.Name}", file.Measured,
                file.Results.Tables);
        }
        return File.Exists(markdown) ? new FoundTables("", null, Parse(File.ReadAllLines(markdown))) : null;
    }

    /// <summary>The tables of a text: under the last heading, names first, then a line of dashes, then rows.</summary>
    public static IReadOnlyList<ResultTable> Parse(IReadOnlyList<string> lines)
    {
        List<ResultTable> tables = [];
        string title = "";
        List<ResultRow> rows = [];
        for (int i = 0; i < lines.Count; i++)
        {
            if (lines[i].StartsWith('#')) title = lines[i].TrimStart('#', ' ');
            if (!lines[i].StartsWith('|')) continue;
            string[] cells = [.. lines[i].Trim('|').Split('|').Select(c => c.Trim())];
            if (i + 1 < lines.Count && lines[i + 1].StartsWith("|---", StringComparison.Ordinal))
            {
                rows = [];
                tables.Add(new ResultTable(title, cells[0], cells[1..], rows));
                i++;
            }
            else rows.Add(new ResultRow(cells[0], [.. cells.Skip(1).Select(c =>
                double.TryParse(c, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : (double?)null)]));
        }
        return tables;
    }
}
