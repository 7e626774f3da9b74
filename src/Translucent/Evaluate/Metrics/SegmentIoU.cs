// How well segments without names fit regions with names: every segment is given at most one class, so that intersections over unions add up to the
// most they can (per-image matching; docs/evaluate.md).

using Translucent.Tensors;

namespace Translucent.Evaluate.Metrics;

/// <summary>Segments of one picture against the truth.</summary>
static class SegmentIoU
{
    /// <summary>The mean over the classes of the picture of intersection over union; a class without a segment counts 0.</summary>
    /// <param name="segments">The segment of every pixel, from 0; below 0 where there is none.</param>
    /// <param name="truth">The class of every pixel, from 0; below 0 where it does not count.</param>
    /// <returns>0 to 1; NaN where no pixel counts.</returns>
    /// <exception cref="ArgumentException">They are not of one picture.</exception>
    public static double Mean(ReadOnlySpan<int> segments, ReadOnlySpan<int> truth)
    {
        if (segments.Length != truth.Length)
            throw new ArgumentException($"segments: {segments.Length} pixels, and the truth has {truth.Length}.", nameof(segments));
        Dictionary<int, int> classes = [], clusters = [];
        Dictionary<(int Class, int Cluster), int> both = [];
        int[] classSize = new int[truth.Length], clusterSize = new int[truth.Length];
        for (int p = 0; p < truth.Length; p++)
        {
            if (truth[p] < 0) continue;
            int c = Place(classes, truth[p]);
            classSize[c]++;
            if (segments[p] < 0) continue;
            int s = Place(clusters, segments[p]);
            clusterSize[s]++;
            both[(c, s)] = both.GetValueOrDefault((c, s)) + 1;
        }
        if (classes.Count == 0) return double.NaN;
        if (clusters.Count == 0) return 0;
        Tensor gain = new(classes.Count, clusters.Count);
        foreach (((int c, int s), int pixels) in both) gain.Row(c)[s] = (float)pixels / (classSize[c] + clusterSize[s] - pixels);
        int[] matched = Assignment.Largest(gain);
        return matched.Select((s, c) => s < 0 ? 0 : (double)gain.Row(c)[s]).Sum() / classes.Count;
    }

    static int Place(Dictionary<int, int> places, int label)
    {
        if (!places.TryGetValue(label, out int place)) places[label] = place = places.Count;
        return place;
    }
}
