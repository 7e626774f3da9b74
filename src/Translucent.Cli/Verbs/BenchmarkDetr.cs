// benchmark detr: the forward pass of a detector of DETR-R50's shape, and explaining one object and twenty, in turns with the FMA peak.

using System.Diagnostics;
using System.Globalization;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;
using Trace = Translucent.Models.Trace;

namespace Translucent.Cli.Verbs;

/// <summary>The suite <c>detr</c>: 800 x 1066 pixels, 100 queries, random weights.</summary>
static class BenchmarkDetr
{
    const int Height = 800, Width = 1066, Many = 20, Rounds = 5, QuickRounds = 1;

    static readonly string[] s_methods = ["absolute", "gae"];

    public static void Run(BenchmarkRun run)
    {
        int rounds = run.Settings.Quick ? QuickRounds : Rounds;
        run.Announce($"detr, {rounds} passes of DETR-R50 over {Width} x {Height} pixels, 1 and {Many} objects explained",
            run.Estimate((rounds + 1) * 1.4e12), 1.5e9);
        run.Measure("detr", done => Measure(run, rounds, done));
        run.Terminal.Table(["model, method", ">forward ms", ">% of peak", ">1 object ms", $">{Many} objects ms", $">{Many} / 1 with forward", ">memory MiB"],
            run.Rows.Where(r => r.Suite == "detr").SelectMany(Cells));
        run.Terminal.Line();
    }

    static BenchmarkRow Measure(BenchmarkRun run, int rounds, IProgress<double> done)
    {
        using Detr model = RandomDetr.Create();
        Tensor pixels = new(3, Height, Width);
        Random random = new(2);
        foreach (ref float x in pixels.Span) x = 2 * random.NextSingle() - 1;
        List<double> forward = [], shares = [];
        Dictionary<(string, int), List<double>> seconds = s_methods.SelectMany(m => (int[])[1, Many], (m, n) => (m, n))
            .ToDictionary(key => key, _ => new List<double>());
        double flops = 0;
        long memory = 0;
        for (int round = -1; round < rounds; round++)
        {
            run.Stop.ThrowIfCancellationRequested();
            double peak = BenchmarkPeak.Measure();
            Stopwatch clock = Stopwatch.StartNew();
            using Trace trace = model.Forward([pixels], cancellationToken: run.Stop);
            double pass = clock.Elapsed.TotalSeconds;
            flops = Cost.Forward(trace);
            foreach (((string method, int count), List<double> list) in seconds)
            {
                DetectionTargets targets = new([.. Enumerable.Range(0, count).Select(i => new DetectionTarget(5 * i, i))]);
                clock.Restart();
                StreamMethods.Named(method).Explain(trace, targets, new SweepOptions { MemoryBytes = run.Settings.MemoryBytes, Stop = run.Stop });
                if (round >= 0) list.Add(clock.Elapsed.TotalSeconds);
            }
            memory = Math.Max(memory, Process.GetCurrentProcess().PeakWorkingSet64);
            if (round < 0) continue; // compiles and warms
            forward.Add(pass);
            shares.Add(flops / pass / peak);
            done.Report((round + 1.0) / rounds);
        }
        double median = BenchmarkPeak.Median(forward);
        return new BenchmarkRow("detr", "DETR-R50",
        [
            ("cores", Compute.Default.Threads), ("gflop", flops / 1e9), ("milliseconds", 1e3 * median), ("share_of_peak", BenchmarkPeak.Median(shares)),
            ("peak_memory_bytes", memory),
            .. seconds.Select(pair => ($"seconds_{pair.Key.Item1}_{pair.Key.Item2}", BenchmarkPeak.Median(pair.Value))),
        ]);
    }

    static IEnumerable<string[]> Cells(BenchmarkRow row) => s_methods.Select(method =>
    {
        string Number(double value, string format = "F0") => value.ToString(format, CultureInfo.InvariantCulture);
        double one = row[$"seconds_{method}_1"], many = row[$"seconds_{method}_{Many}"], pass = row["milliseconds"] / 1e3;
        return (string[])[$"{row.Name} {method}", Number(1e3 * pass), Number(100 * row["share_of_peak"], "F1"), Number(1e3 * one), Number(1e3 * many),
            Number((pass + many) / (pass + one), "F2"), Number(row["peak_memory_bytes"] / 1048576)];
    });
}
