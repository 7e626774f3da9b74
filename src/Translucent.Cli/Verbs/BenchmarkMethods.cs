// benchmark methods: class maps by each method for one class and for sixteen, from one forward pass.

using System.Diagnostics;
using System.Globalization;
using Translucent.Autodiff;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;
using Trace = Translucent.Models.Trace;

namespace Translucent.Cli.Verbs;

/// <summary>The suite <c>methods</c>.</summary>
static class BenchmarkMethods
{
    const int Many = 16, Rounds = 5, QuickRounds = 2;

    /// <summary>Methods that take gradients: what is measured unless methods are named.</summary>
    public static string[] Usual { get; } = ["gradcam", "gae", "tokentm", "attcat", "gradient_x_input", "conservative_lrp", "attn_lrp"];

    public static void Run(BenchmarkRun run)
    {
        foreach (ModelShape shape in run.Settings.Models)
        {
            int rounds = run.Settings.Quick ? QuickRounds : Rounds;
            using VisionTransformer model = shape.Create();
            using Trace trace = model.Forward(shape.Pixels(), Keep.All, new Arena(), cancellationToken: run.Stop);
            double flops = (rounds + 1) * run.Settings.Methods.Sum(m => m.Operations(trace, 1) + m.Operations(trace, Many));
            run.Announce($"methods, 1 and {Many} classes, {shape.Title}", run.Estimate(flops),
                60e6 + shape.WeightBytes + Cost.ForwardBytes(trace, Keep.All) + 5000.0 * 10 * shape.Width * 4);
            List<BenchmarkRow> rows = Measure(run, shape, model, trace, rounds);
            run.Terminal.Line($"forward pass of {shape.Title}: {1e3 * rows[0]["seconds_forward"]:0} ms, once for all methods and classes of a run");
            run.Terminal.Table(["model, method", ">1 class ms", $">{Many} classes ms", $">{Many} / 1", ">with forward", ">1 / gae", ">1: % of peak",
                $">{Many}: % of peak"], rows.Select(Cells));
            run.Terminal.Line();
        }
    }

    /// <summary>Every round runs every method with one class and with many, so that all meet the same state of the machine.</summary>
    static List<BenchmarkRow> Measure(BenchmarkRun run, ModelShape shape, VisionTransformer model, Trace trace, int rounds)
    {
        ClassMethod[] methods = [.. run.Settings.Methods];
        List<double>[] one = [.. methods.Select(_ => new List<double>())], many = [.. methods.Select(_ => new List<double>())],
            ratios = [.. methods.Select(_ => new List<double>())];
        List<double> peaks = [], forwards = [];
        run.Terminal.Work($"methods {shape.Title}", progress =>
        {
            for (int round = 0; round <= rounds; round++)
            {
                double forward = Forward(model, shape.Pixels());
                if (round > 0) forwards.Add(forward);
                for (int m = 0; m < methods.Length; m++)
                {
                    double alone = Seconds(run, trace, methods[m], 1), together = Seconds(run, trace, methods[m], Many),
                        beside = Seconds(run, trace, ClassMethods.Named("gae"), 1);
                    progress.Report((round * methods.Length + m + 1.0) / ((rounds + 1) * methods.Length));
                    if (round == 0) continue; // compiles
                    one[m].Add(alone);
                    many[m].Add(together);
                    ratios[m].Add(alone / beside);
                    peaks.Add(BenchmarkPeak.Measure());
                }
            }
        });
        double peak = BenchmarkPeak.Median(peaks), pass = BenchmarkPeak.Median(forwards);
        List<BenchmarkRow> rows = [];
        for (int m = 0; m < methods.Length; m++)
        {
            double first = BenchmarkPeak.Median(one[m]), sixteen = BenchmarkPeak.Median(many[m]);
            double Share(int count, double seconds) => methods[m].Operations(trace, count) / seconds / peak;
            rows.Add(new BenchmarkRow("methods", $"{shape.Name} {methods[m].Name}",
            [
                ("cores", Compute.Default.Threads), ("classes", Many), ("seconds_one", first), ("seconds_many", sixteen), ("many_to_one", sixteen / first),
                ("seconds_forward", pass), ("many_to_one_with_forward", (pass + sixteen) / (pass + first)), ("one_to_gae", BenchmarkPeak.Median(ratios[m])),
                ("gflop_one", methods[m].Operations(trace, 1) / 1e9), ("peak_gflops", peak / 1e9), ("share_of_peak_one", Share(1, first)),
                ("share_of_peak_many", Share(Many, sixteen)),
            ]));
        }
        run.Rows.AddRange(rows);
        return rows;
    }

    static double Forward(VisionTransformer model, Tensor pixels)
    {
        Stopwatch clock = Stopwatch.StartNew();
        using Trace trace = model.Forward(pixels);
        return clock.Elapsed.TotalSeconds;
    }

    static double Seconds(BenchmarkRun run, Trace trace, ClassMethod method, int classes)
    {
        run.Stop.ThrowIfCancellationRequested();
        ClassTargets targets = new([.. Enumerable.Range(0, classes).Select(c => 61 * c % trace.Readout!.Classes)]);
        Stopwatch clock = Stopwatch.StartNew();
        method.Explain(trace, targets, new SweepOptions { MemoryBytes = run.Settings.MemoryBytes, Stop = run.Stop });
        return clock.Elapsed.TotalSeconds;
    }

    static string[] Cells(BenchmarkRow row)
    {
        string Number(string key, string format = "F1", double factor = 1) => (factor * row[key]).ToString(format, CultureInfo.InvariantCulture);
        return
        [
            row.Name, Number("seconds_one", factor: 1e3), Number("seconds_many", factor: 1e3), Number("many_to_one", "F2"),
            Number("many_to_one_with_forward", "F2"), Number("one_to_gae", "F2"),
            Number("share_of_peak_one", factor: 100), Number("share_of_peak_many", factor: 100),
        ];
    }
}
