// What the test of maps of latent tokens found over all images (ULTra, arXiv:2411.12589, eq. 16): mean distances, with intervals over images.

namespace Translucent.Evaluate.Jobs;

/// <summary>Results of <see cref="LatentRemoval"/>.</summary>
static class LatentRemovalResults
{
    static readonly string[] s_columns =
        ["positive region", "negative region", "random region", "positive - negative", "positive - random", "positive is further, % of tokens"];

    /// <summary>Adds items up.</summary>
    public static EvaluationResults Of(JobItems items, string? against)
    {
        List<(LatentRow Of, double[] Sums)> all = [];
        List<List<double[]>> apart = [];
        List<ResultExample> examples = [];
        int images = 0;
        foreach ((int item, string key, LatentItem result) in items.Results(LatentJson.Default.LatentItem))
        {
            images++;
            for (int i = 0; i < result.Rows.Count; i++)
            {
                LatentRow row = result.Rows[i];
                if (all.Count <= i)
                {
                    all.Add((row, new double[5]));
                    apart.Add([]);
                }
                apart[i].Add([row.Positive, row.Negative, row.Random, row.Positive - row.Negative, row.Positive - row.Random, 100 * row.Wins]);
                double[] values = [row.Positive, row.Negative, row.Random, row.Wins, row.Area];
                for (int v = 0; v < values.Length; v++) all[i].Sums[v] += values[v];
            }
            LatentRow last = result.Rows[^2]; // masked, of the last layer
            double gap = (last.Positive - last.Negative) / Math.Max(1e-30, last.Positive + last.Negative);
            examples.Add(new ResultExample(item, key, gap, FormattableString.Invariant(
                $"layer {last.Layer}, {last.Function}: {last.Positive:0.00} for the positive, {last.Negative:0.00} for the negative region")));
        }
        return new EvaluationResults
        {
            Tables =
            [
                new ResultTable("How far a latent token moves when patches change", "layer, function, zeta, change",
                    ["positive region", "negative region", "random region", "positive / negative", "positive is further, % of tokens", "area, % of patches"],
                    [.. all.Select(r => ResultRow.Of(Name(r.Of), r.Sums[0] / images, r.Sums[1] / images, r.Sums[2] / images, r.Sums[0] / r.Sums[1],
                        100 * r.Sums[3] / images, 100 * r.Sums[4] / images))],
                    "Mean Euclidean distance over tokens and images. A good map has a large distance for its positive and a small one for its negative region; "
                    + "the regions of a token have equal area and leave its own patch."),
                .. IntervalTables.Of("Distances", "layer, function, zeta, change", s_columns,
                    [.. all.Select((r, i) => IntervalRow.OfMeans(Name(r.Of), apart[i]))], images, against),
            ],
            Charts = [.. Charts(all, images)],
            Examples = ResultExamples.BestAndWorst("(positive - negative) / (positive + negative), last layer, masked", examples),
        };
    }

    /// <summary>Over layers where there are several, and over zeta.</summary>
    static IEnumerable<ResultChart> Charts(List<(LatentRow Of, double[] Sums)> all, int images)
    {
        ResultChart Chart(string title, string across, IEnumerable<(LatentRow Of, double[] Sums)> rows, Func<LatentRow, double> x) => new(title, across,
            "distance", [.. rows.GroupBy(r => r.Of.Function).SelectMany(g => ((string, int)[])[("positive", 0), ("negative", 1), ("random", 2)], (g, region) =>
                new ResultLine($"{g.Key}, {region.Item1}", [.. g.Select(r => x(r.Of))], [.. g.Select(r => r.Sums[region.Item2] / images)]))]);
        foreach (string change in LatentRemoval.Changes)
        {
            var own = all.Where(r => r.Of.Change == change).ToList();
            if (own.DistinctBy(r => r.Of.Layer).Count() > 1)
                yield return Chart(FormattableString.Invariant($"{change}, zeta {own[0].Of.Zeta:0.##}"), "layer", own.Where(r => r.Of.Zeta == own[0].Of.Zeta),
                    r => r.Layer);
            if (own.DistinctBy(r => r.Of.Zeta).Count() > 1)
                yield return Chart($"{change}, layer {own[^1].Of.Layer}", "zeta", own.Where(r => r.Of.Layer == own[^1].Of.Layer), r => r.Zeta);
        }
    }

    static string Name(LatentRow row) => FormattableString.Invariant($"layer {row.Layer}, {row.Function}, {row.Zeta:0.##}, {row.Change}");
}
