// benchmark engine: matrix products as a share of the machine's FMA peak. Products and the peak loop take turns, so that whatever else
// the machine does slows both.

using System.Globalization;
using Translucent.Tensors;

namespace Translucent.Cli.Verbs;

/// <summary>The suite <c>engine</c>.</summary>
static class BenchmarkEngine
{
    const double SecondsPerRound = 0.05;

    public static void Run(BenchmarkRun run)
    {
        int all = Compute.Default.Threads;
        int[] cores = all > 1 ? [1, all] : [1];
        double flops = run.Settings.Products.Sum(p => (Rounds(run, p) + 1) * Inner(run, p) * p.Flops * cores.Sum(c => all / (double)c));
        run.Announce($"engine, products {string.Join(", ", run.Settings.Products.Select(p => p.Name))} on {string.Join(" and ", cores)} cores",
            run.Estimate(flops) * 1.2, 40e6 + run.Settings.Products.Max(p => p.Bytes));
        try
        {
            List<BenchmarkRow> rows = [];
            foreach (int count in cores)
            {
                Compute.Default = Compute.Default.WithThreads(count);
                rows.Add(run.Measure("FMA peak", _ => new BenchmarkRow("engine", "fma peak", [("cores", count), ("gflops", BenchmarkPeak.Median() / 1e9)])));
            }
            foreach (ProductShape shape in run.Settings.Products)
            {
                SampleProduct product = shape.Create();
                foreach (int count in cores)
                {
                    Compute.Default = Compute.Default.WithThreads(count);
                    rows.Add(run.Measure($"{shape.Name} on {count}", done => Measure(run, shape, product, done)));
                }
            }
            run.Terminal.Table(["M x N x K", ">cores", ">GFLOP/s", ">FMA peak", ">% of peak"], rows.Select(Cells));
            run.Terminal.Line();
        }
        finally
        {
            Compute.Default = Compute.Default.WithThreads(all);
        }
    }

    static BenchmarkRow Measure(BenchmarkRun run, ProductShape shape, SampleProduct product, IProgress<double> done)
    {
        int rounds = Rounds(run, shape), inner = Inner(run, shape);
        List<double> speeds = [], peaks = [], shares = [];
        for (int round = -1; round < rounds; round++)
        {
            run.Stop.ThrowIfCancellationRequested();
            double peak = BenchmarkPeak.Measure();
            double speed = inner * product.Flops / BenchmarkPeak.Seconds(() =>
            {
                for (int i = 0; i < inner; i++) product.Run();
            });
            if (round < 0) continue; // compiles and warms
            peaks.Add(peak);
            speeds.Add(speed);
            shares.Add(speed / peak);
            done.Report((round + 1.0) / rounds);
        }
        return new BenchmarkRow("engine", shape.Name,
        [
            ("cores", Compute.Default.Threads), ("gflops", BenchmarkPeak.Median(speeds) / 1e9), ("peak_gflops", BenchmarkPeak.Median(peaks) / 1e9),
            ("share_of_peak", BenchmarkPeak.Median(shares)), ("rounds", rounds),
        ]);
    }

    /// <summary>Repetitions of a product that take one round's time.</summary>
    static int Inner(BenchmarkRun run, ProductShape shape) => (int)Math.Max(1, SecondsPerRound * run.Peak / shape.Flops);

    static int Rounds(BenchmarkRun run, ProductShape shape) =>
        run.Settings.Quick ? 3 : (int)Math.Clamp(20 * SecondsPerRound * run.Peak / (Inner(run, shape) * shape.Flops), 5, 15);

    static string[] Cells(BenchmarkRow row)
    {
        string gflops = row["gflops"].ToString("F1", CultureInfo.InvariantCulture);
        return row.Name == "fma peak"
            ? [row.Name, $"{row["cores"]}", gflops, gflops, "100.0"]
            : [row.Name, $"{row["cores"]}", gflops, row["peak_gflops"].ToString("F1", CultureInfo.InvariantCulture),
                (100 * row["share_of_peak"]).ToString("F1", CultureInfo.InvariantCulture)];
    }
}
