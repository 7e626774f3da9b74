// Otsu's threshold: N. Otsu, "A threshold selection method from gray-level histograms", IEEE Transactions on Systems, Man, and Cybernetics
// 9 (1979). A map becomes 8-bit levels, and the level is sought that splits them into two classes as far apart as possible.

using Translucent.Files;

namespace Translucent.Segment;

/// <summary>Where a map is best cut in two.</summary>
static class OtsuThreshold
{
    /// <summary>The levels of a map: trunc((v - min) / (max - min) · 255), in float64; a constant map becomes zeros.</summary>
    /// <param name="map">Numbers of any unit, at least one.</param>
    /// <exception cref="ArgumentException">No numbers.</exception>
    /// <exception cref="TranslucentException">A number that is not finite.</exception>
    public static byte[] Levels(ReadOnlySpan<float> map)
    {
        if (map.IsEmpty) throw new ArgumentException("map: no numbers, expected at least one.", nameof(map));
        int bad = Maps.FirstNotFinite(map);
        if (bad >= 0) throw new TranslucentException($"map: {map[bad]} at {bad}; every number must be finite.");
        byte[] levels = new byte[map.Length];
        double min = TensorPrimitives.Min(map), range = TensorPrimitives.Max(map) - min;
        if (range > 0)
            for (int i = 0; i < levels.Length; i++) levels[i] = (byte)((map[i] - min) / range * 255);
        return levels;
    }

    /// <summary>The level t for which q1 · q2 · (m1 - m2)² is largest, of shares q and means m of {v ≤ t} and {v > t}; the first of equals.</summary>
    /// <remarks>t is a level that occurs: a level without pixels splits as the one below it does, and is passed over.</remarks>
    /// <param name="levels">As <see cref="Levels"/> gives them, at least one.</param>
    /// <returns>0 .. 255; 0 where all levels are the same.</returns>
    /// <exception cref="ArgumentException">No levels.</exception>
    public static int Of(ReadOnlySpan<byte> levels)
    {
        if (levels.IsEmpty) throw new ArgumentException("levels: none, expected at least one.", nameof(levels));
        long[] counts = new long[256];
        long sum = 0;
        foreach (byte level in levels)
        {
            counts[level]++;
            sum += level;
        }
        (double best, int threshold, long below, long sumBelow) = (0, 0, 0, 0);
        for (int t = 0; t < 256 && below < levels.Length; t++)
        {
            if (counts[t] == 0) continue;
            below += counts[t];
            sumBelow += t * counts[t];
            long above = levels.Length - below;
            if (above == 0) break;
            double apart = (double)sumBelow / below - (double)(sum - sumBelow) / above;
            double between = (double)below * above * apart * apart;
            if (between > best) (best, threshold) = (between, t);
        }
        return threshold;
    }
}
