// How often the pixels of every cluster have every class, over a whole data set: the one table that all measures of unsupervised segmentation are made
// of (STEGO, PiCIE, IIC, MaskContrast; docs/segmentation-evaluation.md).

namespace Translucent.Evaluate.Metrics;

/// <summary>Counts of pixels, [clusters x classes]; whole numbers, so that any order of adding gives the same.</summary>
sealed class Confusion
{
    readonly long[] _counts; // [K + 1, C]; the last row is of pixels without a cluster

    /// <summary>A table of zeros.</summary>
    public Confusion(int clusters, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(clusters, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        (Clusters, Classes, _counts) = (clusters, classes, new long[(clusters + 1) * classes]);
    }

    /// <summary>K.</summary>
    public int Clusters { get; }

    /// <summary>C.</summary>
    public int Classes { get; }

    /// <summary>Pixels of a cluster that have a class.</summary>
    public long this[int cluster, int @class] => _counts[cluster * Classes + @class];

    /// <summary>Pixels of a class that are in no cluster.</summary>
    public long Missed(int @class) => this[Clusters, @class];

    /// <summary>Pixels of a cluster.</summary>
    public long OfCluster(int cluster) => _counts.AsSpan(cluster * Classes, Classes).ToArray().Sum();

    /// <summary>Pixels of a class, with those in no cluster.</summary>
    public long OfClass(int @class) => Enumerable.Range(0, Clusters + 1).Sum(k => this[k, @class]);

    /// <summary>All pixels that count.</summary>
    public long Pixels => _counts.Sum();

    /// <summary>Adds pixels; one whose class is below 0, or C and above, does not count.</summary>
    /// <param name="clusters">The cluster of every pixel; below 0 where there is none.</param>
    /// <param name="classes">The class of every pixel.</param>
    /// <exception cref="ArgumentException">They are not of one picture, or there is no such cluster.</exception>
    public Confusion Add(ReadOnlySpan<int> clusters, ReadOnlySpan<int> classes)
    {
        if (clusters.Length != classes.Length)
            throw new ArgumentException($"clusters: {clusters.Length} pixels, and the truth has {classes.Length}.", nameof(clusters));
        for (int p = 0; p < classes.Length; p++)
        {
            if ((uint)classes[p] >= (uint)Classes) continue;
            if (clusters[p] >= Clusters) throw new ArgumentException($"clusters: a pixel has cluster {clusters[p]}, expected at most {Clusters - 1}.",
                nameof(clusters));
            _counts[(clusters[p] < 0 ? Clusters : clusters[p]) * Classes + classes[p]]++;
        }
        return this;
    }

    /// <summary>Adds the table of another part of the set.</summary>
    /// <exception cref="ArgumentException">It has another size.</exception>
    public Confusion Add(Confusion other)
    {
        if ((other.Clusters, other.Classes) != (Clusters, Classes))
            throw new ArgumentException($"other: [{other.Clusters}, {other.Classes}], expected [{Clusters}, {Classes}].", nameof(other));
        for (int i = 0; i < _counts.Length; i++) _counts[i] += other._counts[i];
        return this;
    }

    /// <summary>The table of clusters joined under other numbers.</summary>
    /// <param name="names">The number of every cluster; below 0 for none, as if its pixels were in no cluster.</param>
    /// <param name="count">How many numbers.</param>
    public Confusion Renamed(IReadOnlyList<int> names, int count)
    {
        Confusion renamed = new(count, Classes);
        for (int k = 0; k <= Clusters; k++)
        {
            int row = k == Clusters || names[k] < 0 ? count : names[k];
            for (int c = 0; c < Classes; c++) renamed._counts[row * Classes + c] += this[k, c];
        }
        return renamed;
    }

    /// <summary>The table as it is stored: cluster by cluster, and last the pixels without one.</summary>
    public IReadOnlyList<long> Counts => _counts;

    /// <summary>A stored table.</summary>
    /// <exception cref="ArgumentException">Another number of counts, or a negative one.</exception>
    public static Confusion Of(int clusters, int classes, IReadOnlyList<long> counts)
    {
        Confusion table = new(clusters, classes);
        if (counts.Count != table._counts.Length || counts.Any(c => c < 0))
            throw new ArgumentException($"counts: {counts.Count}, expected {table._counts.Length} of 0 or more.", nameof(counts));
        for (int i = 0; i < counts.Count; i++) table._counts[i] = counts[i];
        return table;
    }

    /// <summary>The adjusted Rand index of clusters and classes over all pixels that are in a cluster (MaskContrast's ARI).</summary>
    public double AdjustedRandIndex()
    {
        (long[] both, long[] rows, long[] columns) = Margins();
        return AdjustedRand.Of(both, rows, columns, rows.Sum());
    }

    /// <summary>Mutual information of clusters and classes, divided by the mean of their entropies (scikit-learn's default); 0 to 1.</summary>
    public double NormalizedMutualInformation()
    {
        (long[] both, long[] rows, long[] columns) = Margins();
        double all = rows.Sum(), mutual = Entropy(rows, all) + Entropy(columns, all) - Entropy(both, all), mean = (Entropy(rows, all) + Entropy(columns,
            all)) / 2;
        return mean > 0 ? Math.Clamp(mutual / mean, 0, 1) : 1;
    }

    (long[] Both, long[] Rows, long[] Columns) Margins() => (_counts[..(Clusters * Classes)], [.. Enumerable.Range(0, Clusters).Select(OfCluster)],
        [.. Enumerable.Range(0, Classes).Select(c => OfClass(c) - Missed(c))]);

    static double Entropy(long[] counts, double all) => counts.Where(n => n > 0).Sum(n => -n / all * Math.Log(n / all));
}
