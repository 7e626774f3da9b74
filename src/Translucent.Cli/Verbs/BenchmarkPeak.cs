// The machine's own limit, measured beside everything that is held against it.

using System.Diagnostics;
using Translucent.Tensors;

namespace Translucent.Cli.Verbs;

/// <summary>Floating-point operations per second of a loop of nothing but fused multiply-adds.</summary>
static class BenchmarkPeak
{
    const int Repetitions = 500_000, PiecesPerThread = 4; // some 10 ms; in pieces, so that threads that start late do not idle in the end

    /// <summary>One measurement with as many threads as compute now.</summary>
    public static double Measure()
    {
        int pieces = PiecesPerThread * Compute.Default.Threads;
        double[] done = new double[pieces];
        double seconds = Seconds(() => Compute.Default.For(pieces, i => done[i] = FmaPeak.Run(Repetitions)));
        return done.Sum() / seconds;
    }

    /// <summary>The median of a few measurements.</summary>
    public static double Median(int count = 9) => Median([.. Enumerable.Range(0, count).Select(_ => Measure())]);

    public static double Median(IReadOnlyList<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    public static double Seconds(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
