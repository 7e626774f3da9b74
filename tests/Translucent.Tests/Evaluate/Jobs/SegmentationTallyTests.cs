using Translucent.Evaluate.Jobs;
using Translucent.Evaluate.Metrics;
using Translucent.Tensors;

namespace Translucent.Tests.Evaluate.Jobs;

/// <summary>Both ways of giving the segments of a set their classes, on cases worked by hand.</summary>
public class SegmentationTallyTests
{
    // two images of two segments each; what is segment 0 here is segment 1 there
    static readonly Confusion[] s_tables = [new Confusion(2, 2).Add([0, 0, 1, 1], [0, 0, 1, 0]), new Confusion(2, 2).Add([0, 1, 1, 1], [1, 0, 0, 0])];

    [Fact]
    public void Per_image_matches_every_image_on_its_own_truth()
    {
        SegmentationTally tally = SegmentationTally.PerImage(s_tables, 2, Matching.Counts, SegmentationCompat.None);
        Assert.Equal(7 / 8.0, tally.Score.Accuracy, 12);
        Assert.Equal([6 - 1, 3], [tally.Score.Classes[0].Right, tally.Score.Classes[1].Found]);
        Assert.Equal([(2 / 3.0 + 1 / 2.0) / 2, 1], tally.MeanIoUs);
    }

    [Fact]
    public void Global_clusters_by_looks_and_matches_once()
    {
        // by looks segment 0 of the first image and segment 1 of the second are the same; strength does not count
        Tensor[] features = [new([2, 2], [1, 0, 0, 1]), new([2, 2], [0, 5, 9, 0.1f])];
        IReadOnlyList<int[]> clusterOf = SetClusters.Find(features, [[2, 2], [1, 3]], 2, seed: 1, restarts: 3).Of;
        Assert.Equal(clusterOf[0][0], clusterOf[1][1]);
        Assert.NotEqual(clusterOf[0][0], clusterOf[0][1]);
        SegmentationTally tally = SegmentationTally.Global(() => s_tables, clusterOf, 2, 2, Matching.Counts, SegmentationCompat.None);
        Assert.Equal(7 / 8.0, tally.Score.Accuracy, 12);
        SegmentationTally wrong = SegmentationTally.Global(() => s_tables, [[0, 1], [0, 1]], 2, 2, Matching.Counts, SegmentationCompat.None);
        Assert.Equal(5 / 8.0, wrong.Score.Accuracy, 12); // what per-image matching forgives
    }

    [Fact]
    public void Other_images_find_their_place_in_clusters_and_take_names_from_them()
    {
        Tensor[] features = [new([2, 2], [1, 0, 0, 1]), new([2, 2], [0, 5, 9, 0.1f])];
        SetClusters found = SetClusters.Find(features, [[2, 2], [1, 3]], 2, seed: 1, restarts: 3);
        Assert.Equal(found.Of, found.Place(features, [[2, 2], [1, 3]])); // those that were clustered lie where they lay
        (int first, int second) = (found.Of[0][0], found.Of[0][1]);
        IReadOnlyList<int[]> placed = found.Place([new([3, 2], [0.2f, 3, 8, 1, 1, 1])], [[2, 2, 0]]);
        Assert.Equal([second, first, -1], placed[0]);

        // named on the images above cluster `first` is class 0; here its pixels are of class 1, and the labels that are scored may not rename it
        SegmentationTally named = SegmentationTally.Global(() => s_tables, found.Of, 2, 2, Matching.Counts, SegmentationCompat.None);
        Confusion here = new Confusion(3, 2).Add([0, 0, 1, 1], [0, 0, 1, 1]);
        Assert.Equal((0, 1), (named.Score.ClassOf[first], named.Score.ClassOf[second]));
        SegmentationTally elsewhere = SegmentationTally.Global(() => [here], placed, 2, 2, Matching.Counts, SegmentationCompat.None, named.Score.ClassOf);
        Assert.Equal((0, 1), (elsewhere.Score.Accuracy, SegmentationTally.Global(() => [here], placed, 2, 2, Matching.Counts,
            SegmentationCompat.None).Score.Accuracy));
        Assert.Throws<ArgumentException>(() => SetClusters.Find([], [], 2, seed: 1, restarts: 1).Place(features, [[2, 2], [1, 3]]));
    }

    [Fact]
    public void A_segment_without_pixels_is_in_no_cluster()
    {
        IReadOnlyList<int[]> clusterOf = SetClusters.Find([new Tensor([2, 1], [1, 1])], [[3, 0]], 5, seed: 1, restarts: 1).Of;
        Assert.Equal([0, -1], clusterOf[0]);
    }

    [Fact]
    public void Drawing_every_image_once_gives_the_score_itself()
    {
        SegmentationTally tally = SegmentationTally.PerImage(s_tables, 2, Matching.Counts, SegmentationCompat.None);
        Assert.Equal(tally.Score.MeanIoU, tally.MeanIoU([1, 1], SegmentationCompat.None), 12);
        Assert.Equal(tally.MeanIoUs[1], tally.MeanIoU([0, 2], SegmentationCompat.None), 12);
    }

    [Fact]
    public void Intervals_hold_the_mean_and_repeat()
    {
        double[] values = [.. Enumerable.Range(0, 100).Select(i => i % 10 / 10.0)];
        (double low, double high) = Bootstrap.Mean(values);
        Assert.InRange(low, 0.38, 0.42); // 0.45 - 1.96 * 0.287 / 10
        Assert.InRange(high, 0.48, 0.52);
        Assert.Equal((low, high), Bootstrap.Mean(values));
        Assert.Equal((double.NaN, double.NaN), Bootstrap.Mean([0.5]));
    }
}
