// From clustered explanation maps to a segmentation: ULTra (arXiv:2411.12589) section 4.1, eq. 7 (aggregation) and eq. 8
// (argmax), and object selection by a threshold, eq. 14. What was decided where the paper is silent: docs/segment.md.

using Translucent.Files;
using Translucent.Tensors;

namespace Translucent.Segment;

/// <summary>Maps of clusters and the pixels that they claim.</summary>
static class ClusterMaps
{
    /// <summary>The mean map of every cluster.</summary>
    /// <param name="maps">[n, ...]: one map a token, on the patch grid: upsampling is linear, so upsampling the K means equals the mean of n upsampled
    /// maps.</param>
    /// <param name="labels">[n]: the cluster of each map, 0 .. K-1, none empty.</param>
    /// <returns>[K, ...], in the units of the maps. After <see cref="MinMax.Scale(Tensor)"/> mean and sum are the same map.</returns>
    /// <exception cref="ArgumentException">Not one label for each map, or a label that no map has.</exception>
    /// <exception cref="TranslucentException">A number that is not finite.</exception>
    public static Tensor Aggregate(Tensor maps, int[] labels)
    {
        int n = Maps.Count(maps), size = Maps.Size(maps);
        int[] members = Members(labels, n);
        double[] sums = new double[checked(members.Length * size)];
        for (int i = 0; i < n; i++)
        {
            ReadOnlySpan<float> map = maps.Span.Slice(i * size, size);
            Span<double> sum = sums.AsSpan(labels[i] * size, size);
            for (int p = 0; p < size; p++) sum[p] += map[p];
        }
        Tensor means = new([members.Length, .. maps.Shape[1..]]);
        for (int p = 0; p < sums.Length; p++) means.Span[p] = (float)(sums[p] / members[p / size]);
        return means;
    }

    /// <summary>The cluster whose map is largest at each pixel; of equals the lowest number.</summary>
    /// <param name="aggregated">[K, H, W] (or [K, pixels]): cluster maps, each <see cref="MinMax.Scale(Tensor)">scaled</see> so that they compare.</param>
    /// <returns>[H, W] row by row, each 0 .. K-1.</returns>
    /// <exception cref="ArgumentException">No map.</exception>
    /// <exception cref="TranslucentException">A number that is not finite.</exception>
    public static int[] LabelMap(Tensor aggregated)
    {
        int count = Maps.Count(aggregated), size = Maps.Size(aggregated);
        if (count == 0) throw new ArgumentException($"aggregated: {aggregated}, expected the map of at least one cluster.");
        int[] labels = new int[size];
        float[] largest = aggregated.Span[..size].ToArray();
        for (int c = 1; c < count; c++)
        {
            ReadOnlySpan<float> map = aggregated.Span.Slice(c * size, size);
            for (int p = 0; p < size; p++)
                if (map[p] > largest[p]) (largest[p], labels[p]) = (map[p], c);
        }
        return labels;
    }

    /// <summary>The pixels that belong to an object: where the min-max scaled map reaches a threshold.</summary>
    /// <param name="maps">[n, ...]: the map of a token or cluster each; every map is scaled to 0 .. 1 on its own.</param>
    /// <param name="threshold">tau, 0 .. 1. A constant map scales to zeros: nothing is selected unless tau is 0.</param>
    /// <returns>[n, ...] row by row.</returns>
    /// <exception cref="ArgumentException">A threshold outside 0 .. 1.</exception>
    /// <exception cref="TranslucentException">A number that is not finite.</exception>
    public static bool[] Mask(Tensor maps, float threshold)
    {
        if (!(threshold >= 0 && threshold <= 1))
            throw new ArgumentOutOfRangeException(nameof(threshold), $"a mask threshold of {threshold}; expected 0 to 1.");
        Tensor scaled = MinMax.Scale(maps);
        bool[] mask = new bool[scaled.Length];
        for (int p = 0; p < mask.Length; p++) mask[p] = scaled.Span[p] >= threshold;
        return mask;
    }

    /// <summary>How many maps each cluster has.</summary>
    static int[] Members(int[] labels, int maps)
    {
        if (labels.Length != maps) throw new ArgumentException($"labels: {labels.Length}, but there are {maps} maps.");
        int[] members = new int[maps == 0 ? 0 : Math.Clamp(labels.Max(), 0, maps - 1) + 1];
        foreach (int label in labels)
        {
            if (label < 0 || label >= members.Length)
                throw new ArgumentException($"labels: {label} among {maps} maps; expected 0, 1, 2, ... without gaps.");
            members[label]++;
        }
        int empty = Array.IndexOf(members, 0);
        return empty < 0 ? members : throw new ArgumentException($"labels: no map has label {empty}; expected 0, 1, 2, ... without gaps.");
    }
}
