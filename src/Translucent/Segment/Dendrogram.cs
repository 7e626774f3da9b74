// The tree of merges that agglomerative clustering yields, and the partitions that cutting it gives.
// The numbering is SciPy's: 0 .. n-1 are the observations, n+k is the cluster made by merge k.

namespace Translucent.Segment;

/// <summary>One step of agglomerative clustering.</summary>
/// <param name="First">The cluster of lower number.</param>
/// <param name="Second">The cluster of higher number.</param>
/// <param name="Height">The distance of the two.</param>
/// <param name="Size">How many observations the union holds.</param>
public readonly record struct Merge(int First, int Second, double Height, int Size);

/// <summary>A tree of merges over n observations.</summary>
public sealed class Dendrogram
{
    readonly Merge[] _merges;

    Dendrogram(int count, Merge[] merges) => (Count, _merges) = (count, merges);

    /// <summary>How many observations, n.</summary>
    public int Count { get; }

    /// <summary>The n-1 merges by ascending height; merge k makes cluster n+k.</summary>
    public ReadOnlySpan<Merge> Merges => _merges;

    /// <summary>Sorts merges that name any observation of either cluster, children before parents, and numbers the clusters.</summary>
    internal static Dendrogram From(int count, (int A, int B, double Height)[] found)
    {
        Forest forest = new(count);
        int[] cluster = [.. Enumerable.Range(0, count)], size = new int[count]; // of the tree that a root stands for
        Array.Fill(size, 1);
        List<Merge> merges = new(count - 1);
        foreach ((int a, int b, double height) in found.OrderBy(m => m.Height)) // stable: of equal heights the earlier found first
        {
            int p = forest.Root(a), q = forest.Root(b), root = forest.Join(p, q);
            size[root] = size[p] + size[q];
            merges.Add(new(Math.Min(cluster[p], cluster[q]), Math.Max(cluster[p], cluster[q]), height, size[root]));
            cluster[root] = count + merges.Count - 1;
        }
        return new(count, [.. merges]);
    }

    /// <summary>The cluster of each observation when the tree is cut into <paramref name="clusters"/>.</summary>
    /// <param name="clusters">How many clusters, 1 to n.</param>
    /// <returns>[n], numbered 0, 1, 2, ... in order of first appearance.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Not in 1 .. n.</exception>
    public int[] Labels(int clusters) => LabelsAfter(MergesTo(clusters));

    /// <summary>The cluster of each observation when all merges of a height below <paramref name="threshold"/> are made.</summary>
    /// <param name="threshold">In units of the distance that the tree was made with; 0 or more.</param>
    /// <returns>[n], numbered 0, 1, 2, ... in order of first appearance.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Negative or not finite.</exception>
    public int[] LabelsBelow(double threshold) => LabelsAfter(MergesBelow(threshold));

    /// <summary>How many merges leave <paramref name="clusters"/>.</summary>
    internal int MergesTo(int clusters)
    {
        if (clusters < 1 || clusters > Count)
            throw new ArgumentOutOfRangeException(nameof(clusters), $"{clusters} clusters of {Count} observations; expected 1 to {Count}.");
        return Count - clusters;
    }

    /// <summary>How many merges have a height below <paramref name="threshold"/>; n minus these is the number of clusters.</summary>
    internal int MergesBelow(double threshold)
    {
        if (!double.IsFinite(threshold) || threshold < 0)
            throw new ArgumentOutOfRangeException(nameof(threshold), $"a distance threshold of {threshold}; expected a finite number, 0 or more.");
        int made = 0;
        while (made < _merges.Length && _merges[made].Height < threshold) made++;
        return made;
    }

    /// <summary>The partition after the first <paramref name="made"/> merges.</summary>
    internal int[] LabelsAfter(int made)
    {
        Forest forest = new(Count + made);
        for (int k = 0; k < made; k++)
        {
            forest.Join(_merges[k].First, Count + k);
            forest.Join(_merges[k].Second, Count + k);
        }
        Dictionary<int, int> number = [];
        int[] labels = new int[Count];
        for (int i = 0; i < Count; i++)
        {
            int root = forest.Root(i);
            if (!number.TryGetValue(root, out labels[i])) number[root] = labels[i] = number.Count;
        }
        return labels;
    }

    /// <summary>Disjoint sets: every item points towards the root of its tree.</summary>
    readonly struct Forest(int count)
    {
        readonly int[] _parent = [.. Enumerable.Range(0, count)];

        public int Root(int item)
        {
            while (_parent[item] != item) item = _parent[item] = _parent[_parent[item]]; // halve the path
            return item;
        }

        /// <summary>Unites two trees; returns the common root.</summary>
        public int Join(int a, int b) => _parent[Root(a)] = Root(b);
    }
}
