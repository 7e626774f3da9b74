// The experiment of Cui, Fan and Chen on detectors (Tables 1 and 2), as Chefer, Gur and Wolf 2021 set it up: maps of all detected objects become
// masks, which COCO's protocol compares with the true ones (docs/multimodal.md).

using Translucent.Evaluate.DataSets;
using Translucent.Evaluate.Metrics;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Images;
using Translucent.Models;
using Translucent.Segment;
using Translucent.Tensors;

namespace Translucent.Evaluate.Jobs;

/// <summary>A mask of an object by one method at one factor of Otsu's threshold.</summary>
sealed record MaskOf(string Method, double Factor, CocoDetection Detection);

/// <summary>How well a method's masks agree with the truth.</summary>
/// <param name="Method">The method.</param>
/// <param name="Factor">Of Otsu's threshold.</param>
/// <param name="From">The lowest threshold of intersection over union: 0.5 as COCO has it, 0.2 as the paper.</param>
/// <param name="Precision">AP, then AP of medium and of large objects; NaN where there are none.</param>
/// <param name="Recall">AR, then of medium and of large objects.</param>
/// <param name="AtHalf">AP at an intersection over union of 0.5.</param>
sealed record MaskScore(
    string Method, double Factor, double From, (double All, double Medium, double Large) Precision, (double All, double Medium, double Large) Recall,
    double AtHalf);

/// <summary>Explains the objects of pictures and makes masks of the maps.</summary>
/// <param name="model">The detector.</param>
/// <param name="truth">The pictures with their objects.</param>
/// <param name="methods">Methods that fit detectors.</param>
/// <param name="score">Objects above it are explained.</param>
sealed class MaskJob(Detr model, CocoInstances truth, IReadOnlyList<StreamMethod> methods, double score = 0.5)
{
    /// <summary>Otsu's threshold itself, and 0.3 of it.</summary>
    public static IReadOnlyList<double> Factors { get; } = [1, MapMask.PaperFactor];

    readonly Dictionary<string, int> _categories = truth.Categories.GroupBy(c => c.Name).ToDictionary(g => g.Key, g => g.First().Id);

    /// <summary>The masks of one picture, at its own size, and the boxes that the detector found (method "box", factor 0).</summary>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public IReadOnlyList<MaskOf> Of(CocoImage image, Image photo, SweepOptions options)
    {
        using Trace trace = model.Forward(photo, cancellationToken: options.Stop);
        IReadOnlyList<Detection> found = trace.Objects!.Found(score);
        if (found.Count == 0) return [];
        List<MaskOf> masks = [.. found.Select(d => new MaskOf("box", 0, new CocoDetection(image.Id, Category(d), d.Score, Box(d, photo))))];
        DetectionTargets targets = DetectionTargets.Of(found);
        (int Height, int Width) input = (trace.Pixels.Shape[2], trace.Pixels.Width), size = (photo.Height, photo.Width);
        foreach (StreamMethod method in methods)
        {
            Tensor maps = method.Explain(trace, targets, options)["image"];
            for (int t = 0; t < found.Count; t++)
                foreach (double factor in Factors)
                {
                    bool[] mask = MapMask.Of(maps[t, 0].Span, trace.Grid.Rows, trace.Grid.Columns, input, size, factor);
                    masks.Add(new MaskOf(method.Name, factor,
                        new CocoDetection(image.Id, Category(found[t]), found[t].Score, Rle.Encode(mask, size.Width, size.Height))));
                }
        }
        return masks;
    }

    /// <summary>AP and AR of every method, factor and set of thresholds; the boxes' AP as method "box".</summary>
    /// <exception cref="TranslucentException">A mask is of a picture that the truth does not list.</exception>
    public static IReadOnlyList<MaskScore> Score(CocoInstances truth, IEnumerable<MaskOf> masks)
    {
        List<MaskScore> scores = [];
        foreach (IGrouping<(string Method, double Factor), MaskOf> group in masks.GroupBy(m => (m.Method, m.Factor)))
            foreach (IReadOnlyList<double> thresholds in group.Key.Method == "box" ? [CocoEvaluation.CocoThresholds]
                : (IReadOnlyList<double>[])[CocoEvaluation.CocoThresholds, CocoEvaluation.PaperThresholds])
            {
                CocoEvaluation e = CocoEvaluation.Of(truth, [.. group.Select(m => m.Detection)], group.Key.Method == "box" ? CocoRegion.Box : CocoRegion.Mask,
                    thresholds);
                scores.Add(new MaskScore(group.Key.Method, group.Key.Factor, thresholds[0],
                    (e.AveragePrecision(), e.AveragePrecision(CocoArea.Medium), e.AveragePrecision(CocoArea.Large)),
                    (e.AverageRecall(), e.AverageRecall(CocoArea.Medium), e.AverageRecall(CocoArea.Large)), e.AveragePrecision(threshold: 0.5)));
            }
        return scores;
    }

    /// <summary>AP of every method with 95 % intervals, and its difference from the first method's: tables by factor and lowest threshold, as
    /// <see cref="Score"/> has them. Pictures are drawn again.</summary>
    /// <exception cref="TranslucentException">A mask is of a picture that the truth does not list.</exception>
    public static IEnumerable<ResultTable> Intervals(CocoInstances truth, IEnumerable<MaskOf> masks)
    {
        ILookup<double, MaskOf> byFactor = masks.Where(m => m.Method != "box").ToLookup(m => m.Factor);
        foreach (double factor in Factors)
            foreach (IReadOnlyList<double> thresholds in (IReadOnlyList<double>[])[CocoEvaluation.CocoThresholds, CocoEvaluation.PaperThresholds])
            {
                IntervalRow[] rows = [.. byFactor[factor].GroupBy(m => m.Method).Select(group => CocoEvaluation.OfDrawn(truth,
                    [.. group.Select(m => m.Detection)], CocoRegion.Mask, thresholds) is var precision
                        ? new IntervalRow(group.Key, drawn => [100 * precision(drawn)]) : throw new InvalidOperationException())];
                string what = FormattableString.Invariant($"AP, Otsu x {factor}, intersection over union from {thresholds[0]:0.00}");
                foreach (ResultTable table in IntervalTables.Of(what, "method", ["AP, %"], rows, truth.Images.Count, null)) yield return table;
            }
    }

    /// <summary>The category of the truth that a class is: by its name, or where none is called so, by its index.</summary>
    int Category(Detection d) => _categories.TryGetValue(d.Label, out int id) ? id : d.Class;

    static (double, double, double, double) Box(Detection d, Image photo)
    {
        (double left, double top, double right, double bottom) = d.Box.On(photo.Width, photo.Height);
        return (left, top, right - left, bottom - top);
    }
}
