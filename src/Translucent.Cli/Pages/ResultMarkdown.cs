// Tables of results as Markdown.

using System.Text;
using Translucent.Cli.Jobs;
using Translucent.Evaluate.Jobs;

namespace Translucent.Cli.Pages;

/// <summary>Writes them.</summary>
static class ResultMarkdown
{
    /// <summary>Tables with their titles and notes, one after another; a number and its bounds stand in one cell.</summary>
    public static string Of(IEnumerable<ResultTable> tables)
    {
        StringBuilder text = new();
        foreach (ResultTable table in tables)
        {
            text.Append($"\n## {table.Title}\n\n| {table.About} | {string.Join(" | ", table.Columns.Where((_, c) => c % 3 == 0))} |\n|---|")
                .Append(string.Concat(Enumerable.Repeat("---:|", table.Columns.Count / 3))).Append('\n');
            foreach ((ResultRow row, string[] cells) in table.Rows.Zip(JobMerge.Cells(table)))
                text.Append($"| {row.Name} | {string.Join(" | ", cells.Chunk(3).Select(c => c[0] == "-" ? "-" : $"{c[0]} ({c[1]}, {c[2]})"))} |\n");
            text.Append($"\n{table.Note}\n");
        }
        return text.ToString();
    }
}
