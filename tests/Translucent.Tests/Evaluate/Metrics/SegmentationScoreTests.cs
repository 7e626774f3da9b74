using Translucent.Evaluate.Metrics;

namespace Translucent.Tests.Evaluate.Metrics;

/// <summary>The protocols of unsupervised segmentation on cases worked by hand.</summary>
public class SegmentationScoreTests
{
    [Fact]
    public void Permuted_labels_are_perfect()
    {
        Random random = new(5);
        int[] truth = [.. Enumerable.Range(0, 5000).Select(_ => random.Next(21))], names = [.. Enumerable.Range(0, 21).OrderBy(_ => random.Next())];
        Confusion table = new Confusion(21, 21).Add([.. truth.Select(t => names[t])], truth);
        foreach (Matching matching in Enum.GetValues<Matching>())
        {
            SegmentationScore score = SegmentationScore.Of(table, matching);
            Assert.Equal((1.0, 1.0), (score.MeanIoU, score.Accuracy));
            Assert.Equal(Enumerable.Range(0, 21), names.Select(n => score.ClassOf[n]));
        }
        Assert.Equal((1.0, 1.0), (table.AdjustedRandIndex(), Math.Round(table.NormalizedMutualInformation(), 12)));
    }

    [Fact]
    public void One_cluster_for_all_gives_the_largest_share()
    {
        Confusion table = new Confusion(3, 3).Add([1, 1, 1, 1, 1], [0, 2, 2, 2, 1]);
        SegmentationScore score = SegmentationScore.Of(table);
        Assert.Equal(2, score.ClassOf[1]);
        Assert.Equal(0.6, score.Accuracy, 12);
        Assert.Equal(0.6 / 3, score.MeanIoU, 12);
        Assert.Equal(0, table.AdjustedRandIndex(), 12);
    }

    [Fact]
    public void Two_by_two_by_hand()
    {
        // clusters 0 0 0 1 1 1, classes 1 1 0 0 0 1: cluster 0 is class 1 with 2 of 4 (union of 3 and 3), cluster 1 is class 0 the same
        SegmentationScore score = SegmentationScore.Of(new Confusion(2, 2).Add([0, 0, 0, 1, 1, 1], [1, 1, 0, 0, 0, 1]));
        Assert.Equal([1, 0], score.ClassOf);
        Assert.Equal([0.5, 0.5], score.Classes.Select(c => c.IoU));
        Assert.Equal(4 / 6.0, score.Accuracy, 12);
        Assert.Equal((3L, 3L, 2L), (score.Classes[0].True, score.Classes[0].Found, score.Classes[0].Right));
        Assert.Equal((2 / 3.0, 2 / 3.0), (score.Classes[0].Recall, score.Classes[0].Precision));
    }

    [Fact]
    public void Recall_and_precision_are_what_they_are_called()
    {
        ClassScore c = new(0, True: 10, Found: 4, Right: 3);
        Assert.Equal((0.3, 0.75, 3 / 11.0), (c.Recall, c.Precision, c.IoU));
    }

    [Fact]
    public void Ignored_pixels_change_nothing()
    {
        Confusion table = new Confusion(2, 2).Add([0, 1, 1], [0, 1, 0]), more = new Confusion(2, 2).Add([0, 1, 1, 0, 1, 0], [0, 1, 0, -1, 2, 255]);
        Assert.Equal(table.Counts, more.Counts);
    }

    [Fact]
    public void Pixels_without_a_cluster_are_wrong_not_gone()
    {
        SegmentationScore score = SegmentationScore.Of(new Confusion(2, 2).Add([0, 1, -1, -1], [0, 1, 1, 1]));
        Assert.Equal(0.5, score.Accuracy);
        Assert.Equal(1 / 3.0, score.Classes[1].IoU, 12);
    }

    [Fact]
    public void More_clusters_than_classes_leave_some_without_a_class()
    {
        SegmentationScore score = SegmentationScore.Of(new Confusion(3, 2).Add([0, 0, 1, 2, 2, 2], [0, 0, 0, 1, 1, 1]));
        Assert.Equal([0, -1, 1], score.ClassOf);
        Assert.Equal(5 / 6.0, score.Accuracy, 12);
        Assert.Equal((2 / 3.0 + 1) / 2, score.MeanIoU, 12);
        Assert.Equal([0, 0, 1], SegmentationScore.Of(new Confusion(3, 2).Add([0, 0, 1, 2, 2, 2], [0, 0, 0, 1, 1, 1]), Matching.Overlap).ClassOf); // many to one
    }

    [Fact]
    public void Fewer_clusters_than_classes_leave_classes_at_zero()
    {
        SegmentationScore score = SegmentationScore.Of(new Confusion(1, 2).Add([0, 0, 0], [0, 0, 1]));
        Assert.Equal([2 / 3.0, 0], score.Classes.Select(c => c.IoU));
        Assert.Equal(1 / 3.0, score.MeanIoU, 12);
    }

    [Fact]
    public void A_cluster_that_fits_nothing_does_not_make_a_class_up()
    {
        // one to one would give cluster 1 the absent class 1 or 2
        SegmentationScore score = SegmentationScore.Of(new Confusion(2, 3).Add([0, 0, 1], [0, 0, 0]));
        Assert.Equal([0, -1], score.ClassOf);
        Assert.Equal(2 / 3.0, score.MeanIoU, 12);
        Assert.Equal(2 / 3.0, score.Accuracy, 12);
    }

    [Fact]
    public void An_absent_class_is_left_out_or_as_VOC_code_does_counts_zero()
    {
        Confusion table = new Confusion(3, 3).Add([0, 1], [0, 1]);
        SegmentationScore right = SegmentationScore.Of(table), voc = SegmentationScore.Of(table, compat: new(AbsentClassesCountZero: true));
        Assert.Equal((1.0, 2 / 3.0), (right.MeanIoU, voc.MeanIoU));
        Assert.Equal(right.ClassOf, voc.ClassOf);
        Assert.Equal(right.Classes, voc.Classes); // nothing else differs
    }

    [Fact]
    public void STEGO_drops_extra_clusters_where_they_are_wrong()
    {
        // cluster 2 of two classes: in STEGO's code its pixels vanish
        Confusion table = new Confusion(3, 2).Add([0, 0, 1, 2, 2], [0, 0, 1, 1, 1]);
        SegmentationCompat stego = new(ExtraClustersDropped: true);
        SegmentationScore right = SegmentationScore.Of(table), dropped = SegmentationScore.Of(table, compat: stego);
        Assert.Equal((0.8, 1.0), (right.Accuracy, dropped.Accuracy));
        Assert.Equal(1, dropped.MeanIoU);
        Assert.Equal((1 + 2 / 3.0) / 2, right.MeanIoU, 12);
        Confusion square = new Confusion(2, 2).Add([0, 0, 1, 1], [0, 1, 1, 1]);
        Assert.Equal(SegmentationScore.Of(square).MeanIoU, SegmentationScore.Of(square, compat: stego).MeanIoU); // without extra clusters nothing differs
    }

    [Fact]
    public void STEGO_counts_an_unmatched_row_as_a_class_of_its_own()
    {
        SegmentationScore score = SegmentationScore.Of(new Confusion(2, 2).Add([0, 0, 1], [0, 1, 1]), [0, -1], new(ExtraClustersDropped: true));
        Assert.Equal((0.5 + 0 + 0) / 3, score.MeanIoU, 12);
    }

    [Fact]
    public void Counts_and_overlaps_can_match_otherwise()
    {
        // class 0: 10 + 5 pixels in clusters 0 and 1; class 1: 4 in cluster 0. By counts 0-0 (10); by overlap 0-0 is 10/19, 1-1 nothing; 1-0 5/15 + 0-1 4/14
        int[] clusters = [.. Enumerable.Repeat(0, 10), .. Enumerable.Repeat(1, 5), .. Enumerable.Repeat(0, 4)];
        int[] classes = [.. Enumerable.Repeat(0, 15), .. Enumerable.Repeat(1, 4)];
        Confusion table = new Confusion(2, 2).Add(clusters, classes);
        Assert.Equal([0, -1], SegmentationScore.Match(table, Matching.Counts)); // cluster 1 has nothing of class 1
        Assert.Equal([1, 0], SegmentationScore.Match(table, Matching.Overlap));
    }

    [Fact]
    public void Things_and_stuff_by_class_are_not_those_by_cluster()
    {
        // one thing (class 0) found half, in cluster 1; one kind of stuff found whole, in cluster 0
        SegmentationScore score = SegmentationScore.Of(new Confusion(3, 2).Add([1, 2, 0], [0, 0, 1]));
        Assert.Equal((0.5, 1.0), score.ThingsAndStuff(1));
        Assert.Equal((1.0, 0.5), score.ThingsAndStuff(1, byCluster: true));
    }

    [Fact]
    public void Matching_on_training_data_is_kept_for_the_rest()
    {
        int[] classOf = SegmentationScore.Match(new Confusion(2, 2).Add([0, 1], [0, 1]), Matching.Counts);
        Confusion other = new Confusion(2, 2).Add([1, 0], [0, 1]);
        Assert.Equal((0.0, 1.0), (SegmentationScore.Of(other, classOf).Accuracy, SegmentationScore.Of(other).Accuracy));
    }

    [Fact]
    public void Parts_in_any_order_are_the_whole()
    {
        Random random = new(3);
        int[] clusters = [.. Enumerable.Range(0, 4000).Select(_ => random.Next(-1, 5))], classes = [.. clusters.Select(k => random.Next(-1, 4))];
        Confusion whole = new Confusion(5, 4).Add(clusters, classes), merged = new(5, 4), threads = new(5, 4);
        foreach (int part in (int[])[3, 0, 2, 1])
            merged.Add(Confusion.Of(5, 4, new Confusion(5, 4).Add(clusters.AsSpan(part * 1000, 1000), classes.AsSpan(part * 1000, 1000)).Counts));
        Parallel.For(0, 8, part =>
        {
            Confusion mine = new Confusion(5, 4).Add(clusters.AsSpan(part * 500, 500), classes.AsSpan(part * 500, 500));
            lock (threads) threads.Add(mine);
        });
        Assert.Equal(whole.Counts, merged.Counts);
        Assert.Equal(whole.Counts, threads.Counts);
    }

    [Fact]
    public void Counts_beyond_float_are_told_apart()
    {
        long big = 1L << 40; // one pixel decides, which float32 cannot see
        Confusion table = Confusion.Of(2, 2, [big, big + 1, big, big, 0, 0]);
        Assert.Equal([1, 0], SegmentationScore.Match(table, Matching.Counts));
    }

    [Fact]
    public void Covering_by_hand()
    {
        // a person's halves against ours: one region of three quarters and one of a quarter
        int[] person = [0, 0, 1, 1], ours = [0, 0, 0, 1];
        Assert.Equal((2 * (2 / 3.0) + 2 * 0.5) / 4, Covering.Of(ours, person), 12);
        Covering both = Covering.Of(ours, [person, ours]);
        Assert.Equal((1.0, 1.0), (both.Best, both.BestRand));
        Assert.Equal((1 + Covering.Of(ours, person)) / 2, both.Average, 12);
        Assert.Equal((1 + AdjustedRand.Of(ours, person)) / 2, both.AverageRand, 12);
    }
}
