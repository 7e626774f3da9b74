// benchmark perturbation: what an image of an evaluation takes: the passes of a perturbation test, and a segmentation beside the sweep that it rests on.

using System.Globalization;
using Translucent.Evaluate.DataSets;
using Translucent.Evaluate.Jobs;
using Translucent.Evaluate.Perturb;
using Translucent.Explain;
using Translucent.Images;
using Translucent.Models;
using Translucent.Segment;
using Translucent.Tensors;

namespace Translucent.Cli.Verbs;

/// <summary>The suite <c>perturbation</c>.</summary>
static class BenchmarkPerturbation
{
    const int Classes = 6;

    public static void Run(BenchmarkRun run)
    {
        ModelShape[] shapes = run.Settings.Models;
        int rounds = run.Settings.Quick ? 1 : 3, images = 2 * PixelRemoval.Steps.Count;
        run.Announce($"perturbation and segmentation of an image, {rounds} rounds of {string.Join(", ", shapes.Select(s => s.Title))}",
            run.Estimate(shapes.Sum(s => rounds * (images + 4.0 * s.Tokens) * s.PassFlops)), 1e9);
        BenchmarkRow[] rows = [.. shapes.Select(shape => run.Measure($"perturbation {shape.Title}", done => Measure(run, shape, rounds, done)))];
        run.Terminal.Table(["model", ">ms an image, perturbed", ">of the peak, %", ">sweep of all tokens, s", ">segmentation, s", ">more than the sweep, %"],
            rows.Select(row => (string[])[row.Name, Number(row["milliseconds_per_perturbed_image"]), Number(100 * row["share_of_peak"]),
                Number(row["sweep_seconds"]), Number(row["segmentation_seconds"]), Number(100 * (row["segmentation_seconds"] / row["sweep_seconds"] - 1))]));
        run.Terminal.Line();
    }

    static BenchmarkRow Measure(BenchmarkRun run, ModelShape shape, int rounds, IProgress<double> done)
    {
        using VisionTransformer model = shape.Create();
        SweepOptions options = new() { MemoryBytes = run.Settings.MemoryBytes, Stop = run.Stop };
        int side = shape.Side, images = 2 * PixelRemoval.Steps.Count;
        byte[] bytes = new byte[3 * side * side];
        new Random(2).NextBytes(bytes);
        Image photo = new(side, side, 3, bytes);
        using Trace trace = model.Forward(photo);
        Tensor map = new(trace.Grid.Rows, trace.Grid.Columns);
        foreach (ref float v in map.Span) v = Random.Shared.NextSingle();
        SegmentationPicture picture = new("photo", () => photo, () => new LabelMap(side, side, [.. Enumerable.Range(0, side * side).Select(i => i % Classes)]));
        SegmentationMeasure measure = new(model, SegmentSettings.Default(shape.Depth + 1), [(TokenFunction.S, null)], new SweepChoice(null, false, 0));
        int[] tokens = [.. Enumerable.Range(1, shape.Tokens - 1)];
        List<double> perturbed = [], sweeps = [], segmented = [], peaks = [];
        for (int round = -1; round < rounds; round++)
        {
            run.Stop.ThrowIfCancellationRequested();
            peaks.Add(BenchmarkPeak.Measure());
            double test = BenchmarkPeak.Seconds(() => PixelRemoval.Probabilities(trace,
                [PixelOrder.Of(map, side, side, positive: true), PixelOrder.Of(map, side, side, positive: false)], options));
            double sweep = BenchmarkPeak.Seconds(() => Ultra.Explain(trace, shape.Depth + 1, TokenFunction.S, tokens, options: options));
            double segment = BenchmarkPeak.Seconds(() => measure.Of(picture, ScoredSize.Own, Classes, options));
            if (round < 0) continue; // compiles and warms
            perturbed.Add(test / images);
            sweeps.Add(sweep);
            segmented.Add(segment);
            done.Report((round + 1.0) / rounds);
        }
        double flops = Cost.Forward(model, 1, shape.Tokens - 1), seconds = BenchmarkPeak.Median(perturbed);
        return new BenchmarkRow("perturbation", shape.Name,
        [
            ("cores", Compute.Default.Threads), ("milliseconds_per_perturbed_image", 1e3 * seconds),
            ("share_of_peak", flops / seconds / BenchmarkPeak.Median(peaks)), ("sweep_seconds", BenchmarkPeak.Median(sweeps)),
            ("segmentation_seconds", BenchmarkPeak.Median(segmented)), ("rounds", rounds),
        ]);
    }

    static string Number(double v) => v.ToString("F1", CultureInfo.InvariantCulture);
}
