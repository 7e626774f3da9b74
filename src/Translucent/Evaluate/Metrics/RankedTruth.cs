// How well numbers find what is known to matter: area under the ROC curve (Fawcett 2006) and precision among the first.

namespace Translucent.Evaluate.Metrics;

/// <summary>Holds relevance against the truth.</summary>
static class RankedTruth
{
    /// <summary>The share of pairs of a true and a false place in which the true one has the larger number; equal numbers count half. NaN where all are
    /// alike.</summary>
    /// <exception cref="ArgumentException">The lists have different lengths.</exception>
    public static double RocArea(ReadOnlySpan<float> relevance, ReadOnlySpan<bool> truth)
    {
        Check(relevance, truth);
        double won = 0;
        long pairs = 0;
        for (int i = 0; i < truth.Length; i++)
            for (int j = 0; truth[i] && j < truth.Length; j++)
            {
                if (truth[j]) continue;
                pairs++;
                won += relevance[i] > relevance[j] ? 1 : relevance[i] == relevance[j] ? 0.5 : 0;
            }
        return pairs == 0 ? double.NaN : won / pairs;
    }

    /// <summary>The share of true places among the k with the largest numbers, k the number of true places; of equals the earlier counts first. NaN where none
    /// is true.</summary>
    /// <exception cref="ArgumentException">The lists have different lengths.</exception>
    public static double PrecisionAtTrue(ReadOnlySpan<float> relevance, ReadOnlySpan<bool> truth)
    {
        Check(relevance, truth);
        float[] numbers = relevance.ToArray();
        bool[] known = truth.ToArray();
        int count = known.Count(t => t);
        return count == 0 ? double.NaN : Enumerable.Range(0, known.Length).OrderByDescending(i => numbers[i]).Take(count).Count(i => known[i]) / (double)count;
    }

    static void Check(ReadOnlySpan<float> relevance, ReadOnlySpan<bool> truth)
    {
        if (relevance.Length != truth.Length)
            throw new ArgumentException($"relevance: {relevance.Length} numbers, expected {truth.Length}.", nameof(relevance));
    }
}
