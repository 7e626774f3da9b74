using FsCheck;
using FsCheck.Fluent;
using Translucent.Files;
using Translucent.Segment;
using Translucent.Tensors;
using Translucent.Tests.Reference;

namespace Translucent.Tests.Segment;

public class AgglomerativeTests
{
    static readonly (Linkage Linkage, Metric Metric)[] Ways =
    [
        (Linkage.Average, Metric.Euclidean), (Linkage.Ward, Metric.Euclidean), (Linkage.Complete, Metric.Euclidean), (Linkage.Single, Metric.Euclidean),
        (Linkage.Average, Metric.Cosine), (Linkage.Complete, Metric.Cosine), (Linkage.Single, Metric.Cosine),
    ];

    /// <summary>A seed, up to 24 rows of 3 to 11 columns, and a number of clusters.</summary>
    static Arbitrary<(int Seed, int Rows, int Columns, int Clusters)> Problems { get; } = Arb.From(
        from seed in Gen.Choose(0, 1 << 20)
        from rows in Gen.Choose(1, 24)
        from columns in Gen.Choose(3, 11)
        from clusters in Gen.Choose(1, rows)
        select (seed, rows, columns, clusters));

    [Fact]
    public void Heights_and_partitions_equal_the_definition() => Prop.ForAll(Problems, problem =>
    {
        Tensor x = Uniform(problem.Seed, problem.Rows, problem.Columns);
        foreach ((Linkage linkage, Metric metric) in Ways)
        {
            Dendrogram tree = Agglomerative.Cluster(x, linkage, metric);
            var expected = SlowClustering.Merges(x, linkage, metric);
            for (int k = 0; k < expected.Count; k++)
            {
                Assert.Equal(expected[k].Height, tree.Merges[k].Height, 1e-12 * Math.Max(1, expected[k].Height));
                Assert.Equal(expected[k].Members.Length, tree.Merges[k].Size);
            }
            Assert.Equal(SlowClustering.Labels(x, linkage, metric, problem.Clusters), tree.Labels(problem.Clusters));
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_order_of_the_tokens_does_not_matter() => Prop.ForAll(Problems, problem =>
    {
        Tensor x = Uniform(problem.Seed, problem.Rows, problem.Columns), shuffled = new(x.Shape);
        int[] order = [.. Enumerable.Range(0, problem.Rows)];
        new Random(problem.Seed).Shuffle(order);
        for (int i = 0; i < order.Length; i++) x.Row(order[i]).CopyTo(shuffled.Row(i));

        foreach ((Linkage linkage, Metric metric) in Ways)
        {
            int[] labels = Agglomerative.Cluster(x, linkage, metric).Labels(problem.Clusters);
            int[] moved = Agglomerative.Cluster(shuffled, linkage, metric).Labels(problem.Clusters);
            Assert.Equal(SlowClustering.Renumbered(Array.ConvertAll(order, i => labels[i])), moved);
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Equal_distances_and_equal_rows_still_give_a_tree() => Prop.ForAll(Problems, problem =>
    {
        Tensor x = Uniform(problem.Seed, problem.Rows, problem.Columns);
        foreach (ref float value in x.Span) value = value < 0.5f ? 0 : 1; // many ties, duplicates and rows of zeros
        foreach ((Linkage linkage, Metric metric) in Ways)
        {
            Dendrogram tree = Agglomerative.Cluster(x, linkage, metric);
            HashSet<int> used = [];
            for (int k = 0; k < tree.Merges.Length; k++)
            {
                Merge merge = tree.Merges[k];
                Assert.True(k == 0 || merge.Height >= tree.Merges[k - 1].Height);
                Assert.True(merge.First < merge.Second && merge.Second < tree.Count + k && used.Add(merge.First) && used.Add(merge.Second));
                Assert.Equal(Size(tree, merge.First) + Size(tree, merge.Second), merge.Size);
            }
            if (linkage != Linkage.Single) continue; // the one whose heights do not depend on which tie is broken first
            var expected = SlowClustering.Merges(x, linkage, metric);
            for (int k = 0; k < expected.Count; k++) Assert.Equal(expected[k].Height, tree.Merges[k].Height, 1e-7);
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_cut_by_height_makes_the_merges_strictly_below_it()
    {
        Dendrogram tree = Agglomerative.Cluster(new Tensor([4, 1], values: [0, 1, 3, 7]), Linkage.Single, Metric.Euclidean);
        Assert.Equal([1.0, 2, 4], tree.Merges.ToArray().Select(merge => merge.Height));
        Assert.Equal([0, 1, 2, 3], tree.LabelsBelow(1));
        Assert.Equal([0, 0, 1, 2], tree.LabelsBelow(1.0001));
        Assert.Equal([0, 0, 0, 1], tree.LabelsBelow(4));
        Assert.Equal([0, 0, 0, 0], tree.LabelsBelow(1e300));
        Assert.Equal([0, 1, 2, 3], tree.LabelsBelow(0));
    }

    [Fact]
    public void One_observation_is_one_cluster_and_two_merge_once()
    {
        Dendrogram one = Agglomerative.Cluster(new Tensor([1, 2], values: [3, 4]), Linkage.Average, Metric.Cosine);
        Assert.Equal(0, one.Merges.Length);
        Assert.Equal([0], one.Labels(1));
        Assert.Equal([0], one.LabelsBelow(0.5));

        foreach ((Linkage linkage, Metric metric) in Ways)
        {
            Dendrogram two = Agglomerative.Cluster(new Tensor([2, 2], values: [3, 0, 0, 4]), linkage, metric);
            Assert.Equal([new Merge(0, 1, metric == Metric.Euclidean ? 5 : 1, 2)], two.Merges.ToArray());
        }
    }

    [Fact]
    public void Cosine_ignores_length_keeps_near_directions_apart_and_gives_zeros_distance_one()
    {
        Tensor x = new([4, 2], values: [1, 0, 3e20f, 3e12f, 0, 0, 0, 0]);
        Dendrogram tree = Agglomerative.Cluster(x, Linkage.Single, Metric.Cosine);
        Assert.Equal(5e-17, tree.Merges[0].Height, 1e-20); // angle 1e-8: 1 - cos is half its square, which 1 - cos in float64 cannot show
        Assert.Equal([1.0, 1], tree.Merges[1..].ToArray().Select(merge => merge.Height));
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        Tensor x = Uniform(5, 77, 45);
        int threads = Compute.Default.Threads;
        try
        {
            Compute.Default = Compute.Default.WithThreads(1);
            Merge[] alone = Agglomerative.Cluster(x, Linkage.Ward, Metric.Euclidean).Merges.ToArray();
            Compute.Default = Compute.Default.WithThreads(5);
            Assert.Equal(alone, Agglomerative.Cluster(x, Linkage.Ward, Metric.Euclidean).Merges.ToArray());
        }
        finally
        {
            Compute.Default = Compute.Default.WithThreads(threads);
        }
    }

    [Fact]
    public void Wrong_arguments_are_named()
    {
        Tensor x = Uniform(1, 4, 3), nan = Uniform(1, 4, 3), endless = Uniform(1, 4, 3);
        nan.Row(2)[1] = float.NaN;
        endless.Row(3)[0] = float.NegativeInfinity;
        Contains("row 2 holds NaN in column 1", () => Agglomerative.Cluster(nan, Linkage.Average, Metric.Cosine));
        Contains("row 3", () => Agglomerative.Cluster(endless, Linkage.Average, Metric.Cosine));
        Contains("ward", () => Agglomerative.Cluster(x, Linkage.Ward, Metric.Cosine));
        Contains("[2, 2, 3]", () => Agglomerative.Cluster(new Tensor(2, 2, 3), Linkage.Ward, Metric.Euclidean));
        Contains("[0, 3]", () => Agglomerative.Cluster(new Tensor(0, 3), Linkage.Ward, Metric.Euclidean));
        Contains("[3, 0]", () => Agglomerative.Cluster(new Tensor(3, 0), Linkage.Ward, Metric.Euclidean));
        Contains("at most 65536", () => Agglomerative.Cluster(new Tensor(65537, 1), Linkage.Ward, Metric.Euclidean));

        Dendrogram tree = Agglomerative.Cluster(x, Linkage.Ward, Metric.Euclidean);
        Contains("0 clusters of 4", () => tree.Labels(0));
        Contains("5 clusters of 4", () => tree.Labels(5));
        Contains("-0.5", () => tree.LabelsBelow(-0.5));
        Contains("NaN", () => tree.LabelsBelow(double.NaN));
        Contains("finite", () => tree.LabelsBelow(double.PositiveInfinity));
    }

    [Fact]
    public void Clustering_stops_when_asked()
    {
        using CancellationTokenSource stop = new();
        Tensor x = new(40, 3);
        Random random = new(3);
        foreach (ref float v in x.Span) v = (float)random.NextDouble();
        Merge[] all = Agglomerative.Cluster(x, Linkage.Average, Metric.Cosine, stop.Token).Merges.ToArray();
        Assert.Equal(Agglomerative.Cluster(x, Linkage.Average, Metric.Cosine).Merges.ToArray(), all);
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => Agglomerative.Cluster(x, Linkage.Average, Metric.Cosine, stop.Token));
        Assert.Throws<OperationCanceledException>(() => NeighbourChain.Merge(DistanceMatrix.Between(x, Metric.Cosine), Linkage.Average, stop.Token));
        Assert.Throws<OperationCanceledException>(() => DistanceMatrix.Between(x, Metric.Cosine, stop.Token));
    }

    static void Contains(string part, Action act)
    {
        Exception? thrown = Record.Exception(act);
        Assert.True(thrown is ArgumentException or TranslucentException, $"{thrown}");
        Assert.Contains(part, thrown.Message);
    }

    static int Size(Dendrogram tree, int id) => id < tree.Count ? 1 : tree.Merges[id - tree.Count].Size;

    static Tensor Uniform(int seed, int rows, int columns)
    {
        Random random = new(seed);
        Tensor x = new(rows, columns);
        foreach (ref float value in x.Span) value = random.NextSingle();
        return x;
    }
}
