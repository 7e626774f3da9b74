// Average precision as scikit-learn has it: the sum over thresholds of the gain in recall times the precision there, without interpolation.

namespace Translucent.Evaluate.Metrics;

/// <summary>How well scores put what is true before what is not.</summary>
static class AveragePrecision
{
    /// <summary>Σ (R_k − R_{k−1}) P_k over the distinct scores from the largest down; NaN where nothing is true.</summary>
    /// <exception cref="ArgumentException">The lists have different lengths.</exception>
    public static double Of(ReadOnlySpan<float> scores, ReadOnlySpan<bool> truth)
    {
        if (scores.Length != truth.Length) throw new ArgumentException($"scores: {scores.Length} numbers, expected {truth.Length}.", nameof(scores));
        float[] keys = scores.ToArray();
        bool[] items = truth.ToArray();
        Array.Sort(keys, items);
        long positives = items.LongCount(t => t), found = 0, seen = 0;
        if (positives == 0) return double.NaN;
        double sum = 0;
        for (int i = keys.Length - 1; i >= 0;)
        {
            long before = found;
            float key = keys[i];
            for (; i >= 0 && keys[i].Equals(key); i--, seen++)
                if (items[i]) found++;
            sum += (double)(found - before) / positives * found / seen;
        }
        return sum;
    }
}
