// Confidence intervals by the percentile bootstrap (Efron 1979; Efron and Tibshirani 1993, chapter 13): things are drawn again with replacement, as many
// as there are, and what is measured of them varies as it would on other things of the kind.

using Translucent.Tensors;

namespace Translucent.Evaluate.Metrics;

/// <summary>Draws again.</summary>
static class Bootstrap
{
    /// <summary>How many times, unless said otherwise.</summary>
    public const int DefaultTimes = 1000;

    /// <summary>The interval that holds 95 % of what is measured; the same for the same seed.</summary>
    /// <param name="count">How many things.</param>
    /// <param name="measure">(how often each is drawn): a number; what is no number is left out.</param>
    /// <param name="seed">Of the drawing.</param>
    /// <param name="times">How often they are drawn.</param>
    /// <returns>Percentiles 2.5 and 97.5; NaN where there are fewer than two things.</returns>
    public static (double Low, double High) Interval(int count, Func<int[], double> measure, ulong seed = 1, int times = DefaultTimes)
    {
        return Middle(Samples(count, measure, seed, times));
    }

    /// <summary>What is measured of every sample; none where there are fewer than two things.</summary>
    /// <param name="count">How many things.</param>
    /// <param name="measure">(how often each is drawn): what is measured.</param>
    /// <param name="seed">Of the drawing.</param>
    /// <param name="times">How often they are drawn.</param>
    public static T[] Samples<T>(int count, Func<int[], T> measure, ulong seed, int times)
    {
        if (count < 2) return [];
        T[] found = new T[times];
        Compute.Default.For(times, t =>
        {
            SplitMix random = new(SplitMix.At(seed, (ulong)t));
            int[] drawn = new int[count];
            for (int i = 0; i < count; i++) drawn[random.Below(count)]++;
            found[t] = measure(drawn);
        });
        return found;
    }

    /// <summary>Percentiles 2.5 and 97.5 of what is a number; NaN where nothing is.</summary>
    public static (double Low, double High) Middle(IEnumerable<double> found)
    {
        double[] sorted = [.. found.Where(v => !double.IsNaN(v)).Order()];
        return sorted.Length == 0 ? (double.NaN, double.NaN) : (Percentile(sorted, 0.025), Percentile(sorted, 0.975));
    }

    /// <summary>The interval of a mean.</summary>
    public static (double Low, double High) Mean(IReadOnlyList<double> values, ulong seed = 1) =>
        Interval(values.Count, drawn => PairedBootstrap.Mean(values, drawn), seed);

    /// <summary>Between the two nearest of sorted values, as NumPy's default.</summary>
    static double Percentile(double[] sorted, double share)
    {
        double at = share * (sorted.Length - 1);
        int below = (int)at;
        return sorted[below] + (at - below) * (sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]);
    }
}
