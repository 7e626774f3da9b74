// Tables of numbers that several methods have on the same images, with 95 % intervals, and of their differences from one of them (Metrics/PairedBootstrap).

using Translucent.Evaluate.Metrics;
using Translucent.Files;

namespace Translucent.Evaluate.Jobs;

/// <summary>A row of such tables.</summary>
/// <param name="Name">What it is about.</param>
/// <param name="Of">(how often each image is drawn): its numbers, one for every column.</param>
sealed record IntervalRow(string Name, Func<int[], double[]> Of)
{
    /// <summary>A row of means.</summary>
    /// <param name="name">What it is about.</param>
    /// <param name="images">The numbers of every image, one for every column.</param>
    public static IntervalRow OfMeans(string name, IReadOnlyList<double[]> images)
    {
        double[][] columns = [.. Enumerable.Range(0, images.Count == 0 ? 0 : images[0].Length).Select(c => (double[])[.. images.Select(i => i[c])])];
        return new(name, drawn => [.. columns.Select(values => PairedBootstrap.Mean(values, drawn))]);
    }
}

/// <summary>Makes them.</summary>
static class IntervalTables
{
    const string Note = "low and high: 95 % by bootstrap over images, 1,000 samples, the same for all rows.";

    /// <summary>Two tables: the numbers with their intervals, and their differences from one row; none where there are fewer than two images.</summary>
    /// <param name="what">What the numbers are of, as titles say it.</param>
    /// <param name="about">What rows are.</param>
    /// <param name="columns">Names of the numbers.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="images">How many images there are.</param>
    /// <param name="against">The row that others are compared with; null for the first.</param>
    /// <exception cref="TranslucentException">There is no such row.</exception>
    public static IEnumerable<ResultTable> Of(string what, string about, IReadOnlyList<string> columns, IReadOnlyList<IntervalRow> rows, int images,
        string? against)
    {
        if (images < 2 || rows.Count == 0) return [];
        int other = against is null ? 0 : rows.ToList().FindIndex(r => r.Name == against);
        if (other < 0)
            throw new TranslucentException($"--against {against}: is no row of '{what}', expected one of {string.Join("; ", rows.Select(r => r.Name))}.");
        PairedBootstrap found = PairedBootstrap.Of(images, [.. rows.Select(r => r.Of)], columns.Count);
        string[] heads = [.. columns.SelectMany(c => (string[])[c, $"{c}: low", $"{c}: high"])];
        IEnumerable<int> each = Enumerable.Range(0, columns.Count);
        ResultTable own = new($"{what}, with intervals", about, heads, [.. rows.Select((row, r) => ResultRow.Of(row.Name, each.SelectMany(c =>
            found.Interval(r, c) is var (low, high) ? (double[])[found.Own[r, c], low, high] : [])))], Note);
        if (rows.Count == 1) return [own];
        return [own, new ResultTable($"{what}, less those of {rows[other].Name}", about, heads, [.. rows.Select((row, r) => (row, r)).Where(x => x.r != other)
            .Select(x => ResultRow.Of(x.row.Name, each.SelectMany(c => found.Difference(x.r, other, c) is var (low, high)
                ? (double[])[found.Own[x.r, c] - found.Own[other, c], low, high] : [])))],
            $"{Note} An interval without 0 says that the difference is not by chance of these images.")];
    }
}
