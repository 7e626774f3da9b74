// Matrix products as a share of the machine's FMA peak: products and the peak loop take turns, so that a noisy machine slows both.

using System.Diagnostics;
using Translucent.Tensors;

namespace Translucent.Bench;

/// <summary>A table of products: GFLOP/s and share of the peak, on one core and on all.</summary>
static unsafe class GemmTable
{
    static readonly string[] s_shapes = ["788x3072x768", "788x3072x768t", "38809x768x3072", "197x3072x768", "197x768x3072", "197x2304x768t", "1x3072x768"];

    /// <param name="shapes">MxNxK, with a <c>t</c> at the end where B is stored as [N, K]; none for the usual ones.</param>
    public static void Print(string[] shapes)
    {
        int all = Compute.Default.Threads;
        Console.WriteLine($"kernel {Compute.Default.Kernel}, {all} cores");
        Console.WriteLine($"{"M x N x K",-20}{"cores",6}{"GFLOP/s",10}{"peak",10}{"% median",10}{"% best",10}");
        foreach (string shape in shapes.Length > 0 ? shapes : s_shapes)
        {
            foreach (int cores in all > 1 ? new[] { 1, all } : [1])
            {
                Compute.Default = Compute.Default.WithThreads(cores);
                Measure(shape, cores);
            }
            Compute.Default = Compute.Default.WithThreads(all);
        }
    }

    static void Measure(string shape, int cores)
    {
        bool transposed = shape.EndsWith('t');
        int[] sizes = [.. shape.TrimEnd('t').Split('x').Select(int.Parse)];
        (int m, int n, int k) = (sizes[0], sizes[1], sizes[2]);
        Tensor a = Random.Matrix(m, k), b = Random.Matrix(k, n), c = new(m, n);
        Operand right = transposed ? new Operand(b.Pointer, k).Transposed : new Operand(b.Pointer, n);
        double flops = 2.0 * m * n * k;
        int inner = Math.Max(1, (int)(2e9 / flops));
        int repetitions = (int)Math.Clamp(flops * inner / 512 / cores / 4, 100_000, 10_000_000);

        List<double> ratios = [], speeds = [], peaks = [];
        for (int round = -1; round < Math.Clamp((int)(6e11 / flops / inner), 5, 25); round++)
        {
            double peak = Time(() => Compute.Default.For(cores, _ => FmaPeak.Run(repetitions)));
            double product = Time(() =>
            {
                for (int i = 0; i < inner; i++) Gemm.Multiply(Compute.Default, m, n, k, new Operand(a.Pointer, k), right, c.Pointer, n);
            });
            if (round < 0) continue; // compiles and warms
            peaks.Add(512.0 * repetitions * cores / peak);
            speeds.Add(flops * inner / product);
            ratios.Add(speeds[^1] / peaks[^1]);
        }
        ratios.Sort();
        Console.WriteLine(
            $"{shape,-20}{cores,6}{speeds.Max() / 1e9,10:F1}{peaks.Max() / 1e9,10:F1}{100 * ratios[ratios.Count / 2],10:F1}{100 * speeds.Max() / peaks.Max(),10:F1}");
    }

    static double Time(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
