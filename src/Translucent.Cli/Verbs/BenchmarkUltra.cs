// benchmark ultra: ULTra_S maps of all tokens of a layer, counted operations against the FMA peak, and the memory of the process.

using System.Diagnostics;
using System.Globalization;
using Translucent.Autodiff;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Runs;
using Translucent.Tensors;
using Trace = Translucent.Models.Trace;

namespace Translucent.Cli.Verbs;

/// <summary>The suite <c>ultra</c>.</summary>
static class BenchmarkUltra
{
    const int QuickTokens = 40;

    public static void Run(BenchmarkRun run)
    {
        ModelShape[] shapes = run.Settings.Models;
        double flops = shapes.Sum(s => Tokens(run, s) * s.PassFlops * (Layer(run, s) - 1) / s.Depth);
        run.Announce($"ultra, every token of {string.Join(", ", shapes.Select(s => s.Title))}", run.Estimate(flops) + shapes.Sum(s => s.WeightBytes) / 5e8,
            60e6 + shapes.Max(s => s.WeightBytes + Cost.ForwardBytes(s.Config, s.Tokens, Keep.All) + 5000.0 * 10 * s.Width * 4));
        BenchmarkRow[] rows = [.. shapes.Select(shape => run.Measure($"ultra {shape.Title}", done => Measure(run, shape, done)))];
        run.Terminal.Table(["model", ">layer", ">tokens", ">GFLOP", ">seconds", ">tokens/s", ">GFLOP/s", ">FMA peak", ">% of peak", ">peak memory"],
            rows.Select(Cells));
        run.Terminal.Line();
    }

    static BenchmarkRow Measure(BenchmarkRun run, ModelShape shape, IProgress<double> done)
    {
        BenchmarkMemory.Reset();
        using VisionTransformer model = shape.Create();
        using Trace trace = model.Forward(shape.Pixels(), Keep.All, new Arena(), cancellationToken: run.Stop);
        int layer = Layer(run, shape);
        int[] tokens = [.. Enumerable.Range(0, Tokens(run, shape))];
        SweepOptions options = new() { MemoryBytes = run.Settings.MemoryBytes, Stop = run.Stop };
        Ultra.Explain(trace, layer, tokens: [0], options: options); // compiles

        // the peak is taken between chunks as well, and that time taken off: on a machine that others use it changes while the sweep runs
        List<double> peaks = [BenchmarkPeak.Median()];
        Stopwatch clock = Stopwatch.StartNew();
        ChunkProgress progress = new(count =>
        {
            clock.Stop();
            if (count < tokens.Length) peaks.Add(BenchmarkPeak.Measure());
            done.Report(count / (double)tokens.Length);
            clock.Start();
        });
        Ultra.Explain(trace, layer, tokens: tokens, options: options with { Progress = progress });
        clock.Stop();
        double seconds = clock.Elapsed.TotalSeconds, flops = Cost.Tokens(model, 1, trace.Tokens, layer, tokens.Length);
        peaks.Add(BenchmarkPeak.Median());
        double peak = BenchmarkPeak.Median(peaks);
        return new BenchmarkRow("ultra", shape.Name,
        [
            ("cores", Compute.Default.Threads), ("layer", layer), ("tokens", tokens.Length), ("all_tokens", trace.Tokens), ("gflop", flops / 1e9),
            ("seconds", seconds),
            ("seconds_for_all", seconds / tokens.Length * trace.Tokens), ("tokens_per_second", tokens.Length / seconds), ("gflops", flops / seconds / 1e9),
            ("peak_gflops", peak / 1e9), ("peak_gflops_before", peaks[0] / 1e9), ("peak_gflops_after", peaks[^1] / 1e9),
            ("share_of_peak", flops / seconds / peak),
            ("peak_memory_bytes", BenchmarkMemory.Peak),
        ]);
    }

    static int Layer(BenchmarkRun run, ModelShape shape) => Math.Min(run.Settings.Layer ?? int.MaxValue, shape.Depth + 1);

    static int Tokens(BenchmarkRun run, ModelShape shape) => Math.Min(run.Settings.Tokens ?? (run.Settings.Quick ? QuickTokens : int.MaxValue), shape.Tokens);

    static string[] Cells(BenchmarkRow row)
    {
        string Number(string key, string format = "F1", double factor = 1) => (factor * row[key]).ToString(format, CultureInfo.InvariantCulture);
        return
        [
            row.Name, Number("layer", "F0"), $"{row["tokens"]} of {row["all_tokens"]}", Number("gflop"), Number("seconds", "F2"), Number("tokens_per_second"),
            Number("gflops"),
            Number("peak_gflops"), Number("share_of_peak", factor: 100), ByteSize.Text(row["peak_memory_bytes"]),
        ];
    }

    /// <summary>Calls at once, on the thread that reports.</summary>
    sealed class ChunkProgress(Action<int> report) : IProgress<int>
    {
        public void Report(int value) => report(value);
    }
}
