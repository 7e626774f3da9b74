// The preset object-selection: do the maps of the latent tokens of an object cover the object (ULTra, Hosseini et al. 2024, arXiv:2411.12589, eq. 17, ITIoU,
// and the sweep of its threshold in Figure 10)? The choices that the name leaves open are on docs/evaluate.md.

using System.Text.Json;
using System.Text.Json.Serialization;
using Translucent.Evaluate.DataSets;
using Translucent.Evaluate.Metrics;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Models;
using Translucent.Segment;
using Translucent.Tensors;

namespace Translucent.Evaluate.Jobs;

/// <summary>The intersection over union at every threshold.</summary>
/// <param name="Layer">l.</param>
/// <param name="Function">S, E or W.</param>
/// <param name="Together">Of the mean of the maps of the object's tokens.</param>
/// <param name="Each">Of the map of each token, the mean over tokens.</param>
sealed record SelectionRow(int Layer, string Function, IReadOnlyList<double> Together, IReadOnlyList<double> Each);

/// <summary>What one image said.</summary>
/// <param name="Tokens">How many patches are the object's.</param>
/// <param name="Share">Their share of all patches, which is the intersection over union of calling everything object.</param>
/// <param name="Rows">By layer and function.</param>
sealed record SelectionItem(int Tokens, double Share, IReadOnlyList<SelectionRow> Rows);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(SelectionItem))]
sealed partial class SelectionJson : JsonSerializerContext;

/// <summary>Measures images whose masks are known.</summary>
/// <param name="passes">Of any vision transformer.</param>
/// <param name="layers">l, from 2.</param>
/// <param name="functions">The scalars that stand for a token.</param>
/// <param name="w">For function W.</param>
sealed class ObjectSelection(ItemPasses passes, IReadOnlyList<int> layers, IReadOnlyList<TokenFunction> functions, Tensor? w = null)
{
    /// <summary>Thresholds of maps scaled to 0 .. 1.</summary>
    public static IReadOnlyList<double> Thresholds { get; } = [.. Enumerable.Range(1, 19).Select(i => i / 20.0)];

    /// <summary>What an image takes, whose object covers a quarter of it.</summary>
    public ItemCost Cost(Trace trace, SweepOptions options) => new(
        Explain.Cost.Forward(trace) + layers.Sum(l => Explain.Cost.Tokens(trace, l, (trace.Grid.Count + 3) / 4)) * functions.Count,
        Explain.Cost.ForwardBytes(trace, trace.Tape.Keep) + Sweep.BytesPerTarget(trace));

    /// <summary>One image as a line of JSON.</summary>
    public string Measure(LabelledImage image, SweepOptions options) => JsonSerializer.Serialize(Of(image, options), SelectionJson.Default.SelectionItem);

    /// <summary>One image.</summary>
    /// <exception cref="TranslucentException">The image has no mask, or the model sees nothing of the object.</exception>
    public SelectionItem Of(LabelledImage image, SweepOptions options)
    {
        if (image.Mask is null) throw new TranslucentException("has no mask, so nothing says where the object is.");
        using Trace trace = passes.Of(image, options);
        Ultra.CheckVectors(w, trace);
        PatchGrid grid = trace.Grid;
        bool[] truth = Patches(InputMask.Shares(InputMask.Of(image.Mask(), trace.Geometry!.Covered(grid.Patch)), grid.Rows, grid.Columns, grid.Patch));
        int[] tokens = [.. Enumerable.Range(0, grid.Count).Where(i => truth[i]).Select(i => grid.Prefix + i)];
        List<SelectionRow> rows = [];
        foreach (int layer in layers)
            foreach (TokenFunction function in functions)
            {
                UltraMaps made = Ultra.Explain(trace, layer, function, tokens, function == TokenFunction.W ? w : null, options);
                Tensor maps = MinMax.Scale(made.Maps), mean = new(grid.Count);
                for (int t = 0; t < tokens.Length; t++) TensorPrimitives.Add(mean.Span, maps.Row(t), mean.Span);
                Tensor together = MinMax.Scale(mean.Reshape(1, grid.Count));
                rows.Add(new SelectionRow(layer, function.ToString(), [.. Thresholds.Select(tau => IoU(together.Span, tau, truth))],
                    [.. Thresholds.Select(tau => Enumerable.Range(0, tokens.Length).Average(t => IoU(maps.Row(t), tau, truth)))]));
            }
        return new SelectionItem(tokens.Length, (double)tokens.Length / grid.Count, rows);
    }

    /// <summary>The patches that are the object's: those it covers by half or more, or where there is none the one that it covers most.</summary>
    /// <exception cref="TranslucentException">It covers none.</exception>
    public static bool[] Patches(double[] shares)
    {
        double most = shares.Max(), least = most >= 0.5 ? 0.5 : most;
        if (most == 0) throw new TranslucentException("nothing of the object is on the part that the model sees.");
        bool[] on = [.. shares.Select(s => s >= least)];
        if (most >= 0.5) return on;
        int first = Array.IndexOf(on, true);
        return [.. on.Select((_, i) => i == first)];
    }

    /// <summary>The intersection over union of what is above a threshold and what is true.</summary>
    public static double IoU(ReadOnlySpan<float> map, double threshold, bool[] truth)
    {
        (int both, int any) = (0, 0);
        for (int i = 0; i < truth.Length; i++)
        {
            bool above = map[i] > threshold;
            if (above && truth[i]) both++;
            if (above || truth[i]) any++;
        }
        return any == 0 ? 0 : (double)both / any;
    }

    /// <summary>The mean over images at the threshold that is best for those that are drawn, and at 0.5.</summary>
    static IntervalRow Drawn(List<SelectionRow> images)
    {
        double[][] byThreshold = [.. Thresholds.Select((_, t) => (double[])[.. images.Select(r => 100 * r.Together[t])])];
        return new(Name(images[0]), drawn =>
        {
            double[] means = [.. byThreshold.Select(values => PairedBootstrap.Mean(values, drawn))];
            return [means.Max(), means[9]];
        });
    }

    /// <summary>Every threshold, and how far it is behind the one that is best for all images.</summary>
    static IEnumerable<ResultTable> ByThreshold(List<SelectionRow> images, int count)
    {
        int best = Enumerable.Range(0, Thresholds.Count).MaxBy(t => images.Sum(r => r.Together[t]));
        return IntervalTables.Of($"ITIoU by threshold, {Name(images[0])}", "threshold", ["ITIoU, %"], [.. Thresholds.Select((_, t) =>
            IntervalRow.OfMeans(Word(t), [.. images.Select(r => (double[])[100 * r.Together[t]])]))], count, Word(best));

        static string Word(int t) => FormattableString.Invariant($"{Thresholds[t]:0.00}");
    }

    static string Name(SelectionRow row) => $"layer {row.Layer}, {row.Function}";

    /// <summary>Adds items up.</summary>
    public static EvaluationResults Reduce(JobSettings settings, JobItems items, string? against)
    {
        List<(SelectionRow Of, double[] Together, double[] Each)> all = [];
        List<List<SelectionRow>> rows = [];
        List<ResultExample> examples = [];
        (double share, int images) = (0, 0);
        foreach ((int item, string key, SelectionItem result) in items.Results(SelectionJson.Default.SelectionItem))
        {
            (share, images) = (share + result.Share, images + 1);
            for (int i = 0; i < result.Rows.Count; i++)
            {
                if (all.Count <= i)
                {
                    all.Add((result.Rows[i], new double[Thresholds.Count], new double[Thresholds.Count]));
                    rows.Add([]);
                }
                rows[i].Add(result.Rows[i]);
                for (int t = 0; t < Thresholds.Count; t++)
                {
                    all[i].Together[t] += result.Rows[i].Together[t];
                    all[i].Each[t] += result.Rows[i].Each[t];
                }
            }
            SelectionRow last = result.Rows[^1];
            double best = last.Together.Max();
            examples.Add(new ResultExample(item, key, best, FormattableString.Invariant(
                $"layer {last.Layer}, {last.Function}: {best:0.00} at its best threshold; {result.Tokens} patches, {100 * result.Share:0} % of all")));
        }
        ResultTable Table(string title, Func<(SelectionRow Of, double[] Together, double[] Each), double[]> sums) => new(title, "layer, function",
            ["best, %", "at threshold", "at 0.5, %", "everything, %"], [.. all.Select(r =>
            {
                double[] mean = [.. sums(r).Select(s => s / images)];
                int best = Array.IndexOf(mean, mean.Max());
                return ResultRow.Of(Name(r.Of), 100 * mean[best], Thresholds[best], 100 * mean[9], 100 * share / images);
            })], "Mean over images of the intersection over union with the patches of the object, at the threshold that is best for all images together. "
                + "Everything: what calling every patch object would give.");
        return new EvaluationResults
        {
            Tables = [Table("ITIoU: the mean map of the object's tokens", r => r.Together), Table("ITIoU: the map of each token by itself", r => r.Each),
                .. IntervalTables.Of("ITIoU of the mean map", "layer, function", ["best, %", "at 0.5, %"], [.. rows.Select(Drawn)], images, against),
                .. rows.Count > 0 ? ByThreshold(rows.First(r => r[0].Layer == rows[^1][0].Layer), images) : []],
            Charts = [new ResultChart("The mean map of the object's tokens", "threshold", "ITIoU",
                [.. all.Select(r => new ResultLine(Name(r.Of), Thresholds, [.. r.Together.Select(s => s / images)]))])],
            Examples = ResultExamples.BestAndWorst("ITIoU of the last layer", examples),
        };
    }
}
