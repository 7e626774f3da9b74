// The adjusted Rand index (Hubert and Arabie, "Comparing partitions", Journal of Classification 2, 1985): how far two groupings agree, whatever their labels.

namespace Translucent.Evaluate.Metrics;

/// <summary>Compares groupings.</summary>
static class AdjustedRand
{
    /// <summary>1 for the same grouping, about 0 for unrelated ones; negative where they agree less than by chance.</summary>
    /// <returns>1 too where both put everything into one group, or each thing into its own.</returns>
    /// <exception cref="ArgumentException">The lists have different lengths.</exception>
    public static double Of(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        if (a.Length != b.Length) throw new ArgumentException($"adjusted Rand index: lists of {a.Length} and {b.Length} labels, expected the same length.");
        Dictionary<(int, int), long> both = [];
        Dictionary<int, long> left = [], right = [];
        for (int i = 0; i < a.Length; i++)
        {
            both[(a[i], b[i])] = both.GetValueOrDefault((a[i], b[i])) + 1;
            left[a[i]] = left.GetValueOrDefault(a[i]) + 1;
            right[b[i]] = right.GetValueOrDefault(b[i]) + 1;
        }
        return Of(both.Values, left.Values, right.Values, a.Length);
    }

    /// <summary>The same from how often labels meet.</summary>
    /// <param name="both">Things with each pair of labels.</param>
    /// <param name="left">Things with each label of the first grouping.</param>
    /// <param name="right">Of the second.</param>
    /// <param name="count">All things.</param>
    public static double Of(IEnumerable<long> both, IEnumerable<long> left, IEnumerable<long> right, long count)
    {
        double together = both.Sum(Pairs), lefts = left.Sum(Pairs), rights = right.Sum(Pairs), all = Pairs(count);
        double chance = all == 0 ? 0 : lefts * rights / all, most = (lefts + rights) / 2;
        return most == chance ? 1 : (together - chance) / (most - chance);
    }

    static double Pairs(long count) => count * (count - 1) / 2.0;
}
