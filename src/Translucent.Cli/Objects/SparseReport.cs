// What `translucent evaluate sparse` writes: tables in Markdown, one for every picture and kind of targets, and one of all scenes.

using System.Globalization;
using System.Text;
using Translucent.Evaluate.Jobs;
using Translucent.Pictures;
using Translucent.Runs;

namespace Translucent.Cli.Objects;

/// <summary>The report of a study of sparse sweeps.</summary>
static class SparseReport
{
    /// <summary>The text.</summary>
    public static string Of(JobLog<StudyLine> log, IReadOnlyList<StudyPicture> pictures, string model)
    {
        StringBuilder text = new($"# Sparse sweeps against exact ones: {model}\n\nAll tokens, all classes; medians over targets. "
            + "Error: the largest deviation of a row, the own entry left out, over its largest entry. rho: Spearman's rank correlation.\n");
        foreach (StudyPicture picture in pictures)
            foreach (IGrouping<string, SparseLine> table in picture.Lines.Where(line => line.Truth is null).GroupBy(line => line.Table))
            {
                StudyLine[] found = [.. table.Select(line => Find(log, picture, line))];
                if (table.Key == SparseJob.Agreements)
                {
                    IEnumerable<string> rand = SparseJob.Rows.Zip(found[0].Agreement!, (k, a) => FormattableString.Invariant($"K = {k}: {a:0.00}"));
                    text.Append($"\nSegments ({found[0].Name}), adjusted Rand index against exact ones: {string.Join(", ", rand)}.\n");
                    continue;
                }
                Head(text, $"{picture.Name}: {table.Key}", "targets", SparseJob.Rows.Select(k => $"K = {k}: error / rho (worst)"));
                foreach (StudyLine line in found) text.Append($"| {line.Name} | {string.Join(" | ", line.Checks!.Select(Cell))} |\n");
            }
        double[][] scenes = [.. pictures.Where(p => p.Lines[0].Truth is not null).Select(p => Find(log, p, p.Lines[0]).Agreement!.ToArray())];
        if (scenes.Length > 1) Scenes(text, scenes, pictures[^1].Lines[0].Name);
        return text.ToString();
    }

    /// <summary>A plot for every table and measure: a line for every kind of targets, the mean over pictures against K.</summary>
    /// <returns>The name of each file and the SVG.</returns>
    public static IEnumerable<(string Name, string Svg)> Plots(JobLog<StudyLine> log, IReadOnlyList<StudyPicture> pictures)
    {
        StudyPicture[] own = [.. pictures.Where(p => p.Lines[0].Truth is null)];
        if (own.Length == 0) yield break;
        double[] rows = [.. SparseJob.Rows.Select(k => (double)k)];
        foreach (IGrouping<string, SparseLine> table in own[0].Lines.Where(line => line.Table != SparseJob.Agreements).GroupBy(line => line.Table))
            foreach ((string measure, string up, Func<StudyCheck, double> of) in
                ((string, string, Func<StudyCheck, double>)[])[("rho", "rank correlation", c => c.Rank), ("error", "error", c => c.Error)])
            {
                CurveLine[] lines = [.. table.Select(line => new CurveLine(line.Name, rows, [.. Enumerable.Range(0, rows.Length)
                    .Select(i => own.Average(picture => of(Find(log, picture, line).Checks![i])))]))];
                string name = string.Concat(table.Key.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
                yield return ($"{name}-{measure}.svg", CurveChart.Draw($"{table.Key}: mean of {own.Length} pictures",
                    "K, rows kept beside the own", up, lines));
            }
    }

    static StudyLine Find(JobLog<StudyLine> log, StudyPicture picture, SparseLine line) =>
        log.Done.First(d => (d.Picture, d.Table, d.Name) == (picture.Key, line.Table, line.Name));

    static void Head(StringBuilder text, string title, string first, IEnumerable<string> columns)
    {
        string[] names = [first, .. columns];
        text.Append($"\n## {title}\n\n| {string.Join(" | ", names)} |\n|{string.Concat(names.Select(_ => "---|"))}\n");
    }

    /// <summary>Segments against the truth, and what is lost beside exact ones with twice its standard error.</summary>
    static void Scenes(StringBuilder text, double[][] found, string clusters)
    {
        Head(text, $"{found.Length} scenes of Shapes: mean IoU of segments ({clusters}) with the truth", "",
            SparseJob.Rows.Select(k => $"K = {k}").Prepend("exact"));
        string[] means = [.. Enumerable.Range(0, found[0].Length).Select(i => Text(found.Average(f => f[i])))];
        string[] lost = [.. Enumerable.Range(1, found[0].Length - 1).Select(i =>
        {
            double[] differences = [.. found.Select(f => f[i] - f[0])];
            double mean = differences.Average(), variance = differences.Sum(d => (d - mean) * (d - mean)) / (differences.Length - 1);
            return $"{mean.ToString("+0.0000;-0.0000;0.0000", CultureInfo.InvariantCulture)} ± {Text(2 * Math.Sqrt(variance / differences.Length))}";
        })];
        text.Append($"| mean IoU | {string.Join(" | ", means)} |\n| beside exact | | {string.Join(" | ", lost)} |\n");
    }

    static string Text(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);

    static string Cell(StudyCheck c) => string.Create(CultureInfo.InvariantCulture, $"{c.Error:0.000} / {c.Rank:0.000} ({c.Worst:0.00})");
}
