// Spearman's rank correlation with average ranks for ties (Kendall, "Rank Correlation Methods", 1948, chapter 3): how far two maps
// order their patches alike, whatever their units. Defined as in scipy.stats.spearmanr.

namespace Translucent.Evaluate.Metrics;

/// <summary>Compares two lists of numbers by their order alone.</summary>
static class RankCorrelation
{
    /// <summary>Spearman's ρ, -1 .. 1: the correlation of the ranks, equal numbers sharing the mean of theirs.</summary>
    /// <returns>
    /// 1 for the same order, exactly; NaN where no order is defined: fewer than two numbers, a list whose numbers are all equal, or a NaN in either.
    /// </returns>
    /// <exception cref="ArgumentException">The lists have different lengths.</exception>
    public static double Spearman(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        if (a.Length != b.Length) throw new ArgumentException($"rank correlation: lists of {a.Length} and {b.Length} numbers, expected the same length.");
        double[] left = Ranks(a), right = Ranks(b);
        double middle = (a.Length + 1) / 2.0, product = 0, leftSquare = 0, rightSquare = 0;
        for (int i = 0; i < left.Length; i++)
        {
            (double x, double y) = (left[i] - middle, right[i] - middle);
            product += x * y;
            leftSquare += x * x;
            rightSquare += y * y;
        }
        return leftSquare == 0 || rightSquare == 0 ? double.NaN : product / Math.Sqrt(leftSquare * rightSquare);
    }

    /// <summary>The rank of every number, from 1 for the smallest; equal numbers share the mean of their ranks. All NaN if one number is NaN.</summary>
    public static double[] Ranks(ReadOnlySpan<float> values)
    {
        float[] sorted = values.ToArray();
        double[] ranks = new double[sorted.Length];
        if (Array.Exists(sorted, float.IsNaN))
        {
            Array.Fill(ranks, double.NaN);
            return ranks;
        }
        int[] order = [.. Enumerable.Range(0, sorted.Length)];
        Array.Sort(sorted, order);
        for (int first = 0, end; first < sorted.Length; first = end)
        {
            for (end = first + 1; end < sorted.Length && sorted[end] == sorted[first];) end++;
            double shared = (first + 1 + end) / 2.0; // mean of the ranks first + 1 .. end
            for (int i = first; i < end; i++) ranks[order[i]] = shared;
        }
        return ranks;
    }
}
