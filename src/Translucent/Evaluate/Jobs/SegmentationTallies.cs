// The segments of a whole data set with classes, in two ways: per image, each image's segments matched on its own truth; and global, one set of clusters
// for all images (SetClusters.cs), matched once, on these images or on others.

using Translucent.Evaluate.Metrics;

namespace Translucent.Evaluate.Jobs;

/// <summary>One way of giving segments classes, over the whole set.</summary>
/// <param name="Score">The measures.</param>
/// <param name="Table">Counts: of clusters for global, of classes given for per-image.</param>
/// <param name="Images">[3 x classes] of every image: pixels that have each class, were given it, and both.</param>
/// <param name="MeanIoUs">Of every image alone.</param>
sealed record SegmentationTally(SegmentationScore Score, Confusion Table, IReadOnlyList<long[]> Images, IReadOnlyList<double> MeanIoUs)
{
    /// <summary>The mean IoU of the set if its images were drawn so often; clusters and their classes stay.</summary>
    public double MeanIoU(int[] drawn, SegmentationCompat compat)
    {
        int classes = Images[0].Length / 3;
        double sum = 0;
        int counted = 0;
        for (int c = 0; c < classes; c++)
        {
            long all = 0, found = 0, right = 0;
            for (int i = 0; i < drawn.Length; i++)
            {
                long[] image = Images[i];
                (all, found, right) = (all + drawn[i] * image[c], found + drawn[i] * image[classes + c], right + drawn[i] * image[2 * classes + c]);
            }
            if (new ClassScore(c, all, found, right).IoU is var overlap && !double.IsNaN(overlap)) (sum, counted) = (sum + overlap, counted + 1);
            else if (compat.AbsentClassesCountZero) counted++;
        }
        return counted > 0 ? sum / counted : double.NaN;
    }

    /// <summary>Every image matched on its own truth.</summary>
    /// <param name="tables">[segments x classes] of every image.</param>
    /// <param name="classes">C.</param>
    /// <param name="matching">How segments get classes.</param>
    /// <param name="compat">What counts.</param>
    public static SegmentationTally PerImage(IEnumerable<Confusion> tables, int classes, Matching matching, SegmentationCompat compat)
    {
        Confusion all = new(classes, classes);
        List<long[]> images = [];
        List<double> means = [];
        foreach (Confusion table in tables)
        {
            Confusion named = table.Renamed(SegmentationScore.Match(table, matching), classes);
            all.Add(named);
            Note(named, images, means);
        }
        return new SegmentationTally(SegmentationScore.Of(all, Same(classes), compat with { ExtraClustersDropped = false }), all, images, means);
    }

    /// <summary>One set of clusters for all images.</summary>
    /// <param name="tables">[segments x classes] of every image; read twice.</param>
    /// <param name="clusterOf">The cluster of every segment, image after image.</param>
    /// <param name="clusters">K.</param>
    /// <param name="classes">C.</param>
    /// <param name="matching">How clusters get classes.</param>
    /// <param name="compat">What counts.</param>
    /// <param name="classOf">The class that every cluster got on other images; null to match on these.</param>
    public static SegmentationTally Global(Func<IEnumerable<Confusion>> tables, IReadOnlyList<int[]> clusterOf, int clusters, int classes, Matching matching,
        SegmentationCompat compat, IReadOnlyList<int>? classOf = null)
    {
        Confusion all = new(clusters, classes);
        foreach ((Confusion table, int[] names) in tables().Zip(clusterOf)) all.Add(table.Renamed(names, clusters));
        SegmentationScore score = classOf is null ? SegmentationScore.Of(all, matching, compat) : SegmentationScore.Of(all, classOf, compat);
        List<long[]> images = [];
        List<double> means = [];
        foreach ((Confusion table, int[] names) in tables().Zip(clusterOf))
            Note(table.Renamed([.. names.Select(k => k < 0 ? -1 : score.ClassOf[k])], classes), images, means);
        return new SegmentationTally(score, all, images, means);
    }

    static void Note(Confusion named, List<long[]> images, List<double> means)
    {
        SegmentationScore own = SegmentationScore.Of(named, Same(named.Classes));
        images.Add([.. own.Classes.Select(c => c.True), .. own.Classes.Select(c => c.Found), .. own.Classes.Select(c => c.Right)]);
        means.Add(own.MeanIoU);
    }

    static int[] Same(int classes) => [.. Enumerable.Range(0, classes)];
}
