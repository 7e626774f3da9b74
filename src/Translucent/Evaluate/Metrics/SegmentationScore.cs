// Unsupervised segmentation as a number: clusters get classes, once for the whole set, and classes get their intersection over union. The modes are those
// of the public evaluations, each named, with what is right as the default (docs/segmentation-evaluation.md has the table).

namespace Translucent.Evaluate.Metrics;

/// <summary>How clusters get their classes.</summary>
enum Matching
{
    /// <summary>One to one, so that the pixels that agree are as many as they can be (STEGO, PiCIE, IIC).</summary>
    Counts,

    /// <summary>One to one, so that intersections over unions add up to the most; with another number of clusters than classes every cluster the class of
    /// its largest one (MaskContrast, deep-spectral).</summary>
    Overlap,

    /// <summary>Every cluster the class that most of its pixels have, several the same if need be (IIC's "orig").</summary>
    Majority,
}

/// <summary>What a public evaluation does otherwise than would be right.</summary>
/// <param name="AbsentClassesCountZero">A class that neither occurs nor is predicted counts 0 in the mean, as VOC code does; right is to leave it
/// out.</param>
/// <param name="ExtraClustersDropped">STEGO with more clusters than classes: pixels of clusters numbered C and above, and those in no cluster, are left out
/// of everything; right is to count them as wrong.</param>
sealed record SegmentationCompat(bool AbsentClassesCountZero = false, bool ExtraClustersDropped = false)
{
    /// <summary>What is right.</summary>
    public static SegmentationCompat None { get; } = new();
}

/// <summary>How one class was found.</summary>
/// <param name="Class">Its number.</param>
/// <param name="True">Pixels that have it.</param>
/// <param name="Found">Pixels that it was given to.</param>
/// <param name="Right">Pixels of both.</param>
sealed record ClassScore(int Class, long True, long Found, long Right)
{
    /// <summary>Intersection over union, 0 to 1; NaN where it neither occurs nor was given.</summary>
    public double IoU => True + Found - Right is var union && union > 0 ? (double)Right / union : double.NaN;

    /// <summary>The share of its pixels that were found; NaN where it does not occur. (PiCIE calls this precision.)</summary>
    public double Recall => True > 0 ? (double)Right / True : double.NaN;

    /// <summary>The share of the pixels it was given to that have it; NaN where it was given to none.</summary>
    public double Precision => Found > 0 ? (double)Right / Found : double.NaN;
}

/// <summary>The measures.</summary>
/// <param name="ClassOf">The class of every cluster; -1 where it got none.</param>
/// <param name="Classes">Class by class.</param>
/// <param name="MeanIoU">0 to 1.</param>
/// <param name="Accuracy">The share of pixels whose class was found.</param>
sealed record SegmentationScore(IReadOnlyList<int> ClassOf, IReadOnlyList<ClassScore> Classes, double MeanIoU, double Accuracy)
{
    /// <summary>Matches on a table and scores the same table, which is the habit of the field: its labels choose what the clusters are called.</summary>
    public static SegmentationScore Of(Confusion table, Matching matching = Matching.Counts, SegmentationCompat? compat = null) =>
        Of(table, Match(table, matching, compat ?? SegmentationCompat.None), compat);

    /// <summary>Scores a table by classes that clusters got elsewhere, as on the training part (IIC's IID+).</summary>
    /// <param name="table">Counts.</param>
    /// <param name="classOf">The class of every cluster, -1 for none.</param>
    /// <param name="compat">What a public evaluation does otherwise.</param>
    public static SegmentationScore Of(Confusion table, IReadOnlyList<int> classOf, SegmentationCompat? compat = null)
    {
        compat ??= SegmentationCompat.None;
        int clusters = Counted(table, compat);
        long[] right = new long[table.Classes], found = new long[table.Classes], all = new long[table.Classes];
        long lost = 0; // in clusters without a class
        for (int c = 0; c < table.Classes; c++)
            all[c] = compat.ExtraClustersDropped ? Enumerable.Range(0, clusters).Sum(k => table[k, c]) : table.OfClass(c);
        for (int k = 0; k < clusters; k++)
            if (classOf[k] is var c and >= 0)
            {
                right[c] += table[k, c];
                found[c] += table.OfCluster(k);
            }
            else lost += table.OfCluster(k);
        ClassScore[] classes = [.. Enumerable.Range(0, table.Classes).Select(c => new ClassScore(c, all[c], found[c], right[c]))];
        IEnumerable<double> overlaps = classes.Select(c => compat.AbsentClassesCountZero && double.IsNaN(c.IoU) ? 0 : c.IoU);
        if (compat.ExtraClustersDropped && lost > 0) overlaps = overlaps.Append(0); // the joined row is a class of its own
        long pixels = all.Sum();
        return new SegmentationScore([.. classOf], classes, Mean(overlaps), pixels > 0 ? (double)right.Sum() / pixels : double.NaN);
    }

    /// <summary>The class of every cluster; of equals the lowest. A cluster that shares no pixel with its class gets none.</summary>
    public static int[] Match(Confusion table, Matching matching, SegmentationCompat? compat = null)
    {
        int clusters = Counted(table, compat ?? SegmentationCompat.None);
        int[] classOf = new int[table.Clusters];
        Array.Fill(classOf, -1);
        double Gain(int k, int c) => matching == Matching.Overlap ? Overlap(table, k, c) : table[k, c];
        bool oneToOne = matching == Matching.Counts || (matching == Matching.Overlap && clusters == table.Classes);
        if (oneToOne) Assignment.Largest(clusters, table.Classes, Gain).CopyTo(classOf, 0);
        else
            for (int k = 0; k < clusters; k++)
                classOf[k] = Enumerable.Range(0, table.Classes).MaxBy(c => Gain(k, c));
        if (compat is not { ExtraClustersDropped: true })
            for (int k = 0; k < clusters; k++)
                if (classOf[k] >= 0 && table[k, classOf[k]] == 0) classOf[k] = -1; // nothing in common: a class that does not occur would be made up
        return classOf;
    }

    /// <summary>The mean intersection over union of things and of stuff.</summary>
    /// <param name="firstStuff">Classes below it are things.</param>
    /// <param name="byCluster">As PiCIE's code does: the clusters below it, each with the class it got, are the things. Their split is then not what it is
    /// called, though the mean over all is right.</param>
    public (double Things, double Stuff) ThingsAndStuff(int firstStuff, bool byCluster = false)
    {
        IEnumerable<(int Place, double IoU)> all = byCluster ? ClassOf.Select((c, k) => (k, c < 0 ? double.NaN : Classes[c].IoU)) : Classes.Select(c
            => (c.Class, c.IoU));
        return (Mean(all.Where(x => x.Place < firstStuff).Select(x => x.IoU)), Mean(all.Where(x => x.Place >= firstStuff).Select(x => x.IoU)));
    }

    static int Counted(Confusion table, SegmentationCompat compat) => compat.ExtraClustersDropped ? Math.Min(table.Clusters, table.Classes) : table.Clusters;

    static double Overlap(Confusion table, int cluster, int @class)
    {
        long both = table[cluster, @class], union = table.OfCluster(cluster) + table.OfClass(@class) - both;
        return union > 0 ? (double)both / union : 0;
    }

    static double Mean(IEnumerable<double> values) => values.Where(v => !double.IsNaN(v)).DefaultIfEmpty(double.NaN).Average();
}
