// benchmark forward: passes of vision transformers over one image, in turns with the FMA peak.

using System.Globalization;
using Translucent.Autodiff;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Cli.Verbs;

/// <summary>The suite <c>forward</c>: one image, keeping no more than block boundaries.</summary>
static class BenchmarkForward
{
    public static void Run(BenchmarkRun run)
    {
        ModelShape[] shapes = run.Settings.Models;
        int rounds = run.Settings.Quick ? 3 : 15;
        double flops = shapes.Sum(s => (rounds + 2) * s.PassFlops);
        run.Announce($"forward, {rounds} passes of {string.Join(", ", shapes.Select(s => s.Title))}",
            run.Estimate(flops) + shapes.Sum(s => s.WeightBytes) / 5e8,
            60e6 + shapes.Max(s => s.WeightBytes + Cost.ForwardBytes(s.Config, s.Tokens, Keep.Boundaries)));
        BenchmarkRow[] rows = [.. shapes.Select(shape => run.Measure($"forward {shape.Title}", done => Measure(run, shape, rounds, done)))];
        run.Terminal.Table(["model", ">GFLOP", ">ms (median)", ">ms (least)", ">GFLOP/s", ">FMA peak", ">% of peak"], rows.Select(Cells));
        run.Terminal.Line();
        if (run.Settings.Profile) foreach (ModelShape shape in shapes) Profile(run, shape, rounds);
    }

    static void Profile(BenchmarkRun run, ModelShape shape, int rounds)
    {
        using VisionTransformer model = shape.Create();
        Tensor pixels = shape.Pixels();
        BenchmarkProfile profile = new();
        double peak = BenchmarkPeak.Median(), seconds = 0;
        for (int round = -2; round < rounds; round++)
        {
            run.Stop.ThrowIfCancellationRequested();
            if (round == 0) profile.Clear();
            double time = BenchmarkPeak.Seconds(() =>
                model.Forward(pixels, Keep.Boundaries, profile.Arena(Compute.Default), cancellationToken: run.Stop).Dispose());
            if (round >= 0) seconds += time;
        }
        run.Terminal.Table([$"{shape.Title}, by operation", ">calls", ">GFLOP", ">ms", ">% of time", ">% of peak"], profile.Lines(rounds, seconds, peak));
        run.Terminal.Line();
    }

    static BenchmarkRow Measure(BenchmarkRun run, ModelShape shape, int rounds, IProgress<double> done)
    {
        using VisionTransformer model = shape.Create();
        Tensor pixels = shape.Pixels();
        double flops = Cost.Forward(model, 1, shape.Tokens - 1);
        List<double> seconds = [], peaks = [], shares = [];
        for (int round = -2; round < rounds; round++)
        {
            run.Stop.ThrowIfCancellationRequested();
            double peak = BenchmarkPeak.Measure();
            double time = BenchmarkPeak.Seconds(() => model.Forward(pixels, Keep.Boundaries, new Arena(), cancellationToken: run.Stop).Dispose());
            if (round < 0) continue; // compiles and warms
            peaks.Add(peak);
            seconds.Add(time);
            shares.Add(flops / time / peak);
            done.Report((round + 1.0) / rounds);
        }
        double median = BenchmarkPeak.Median(seconds);
        return new BenchmarkRow("forward", shape.Name,
        [
            ("cores", Compute.Default.Threads), ("gflop", flops / 1e9), ("milliseconds", 1e3 * median), ("least_milliseconds", 1e3 * seconds.Min()),
            ("gflops", flops / median / 1e9),
            ("peak_gflops", BenchmarkPeak.Median(peaks) / 1e9), ("share_of_peak", BenchmarkPeak.Median(shares)), ("rounds", rounds),
        ]);
    }

    static string[] Cells(BenchmarkRow row)
    {
        string Number(string key, double factor = 1) => (factor * row[key]).ToString("F1", CultureInfo.InvariantCulture);
        return [row.Name, Number("gflop"), Number("milliseconds"), Number("least_milliseconds"), Number("gflops"), Number("peak_gflops"),
            Number("share_of_peak", 100)];
    }
}
