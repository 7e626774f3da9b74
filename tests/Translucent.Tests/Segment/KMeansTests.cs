using Translucent.Segment;
using Translucent.Tensors;

namespace Translucent.Tests.Segment;

public class KMeansTests
{
    [Fact]
    public void Separate_groups_are_found_and_their_means_are_the_centres()
    {
        Tensor points = new(30, 3);
        NormalNoise.Fill(points, seed: 1, deviation: 0.1);
        for (int i = 0; i < 30; i++) points.Row(i)[i % 3] += 10;
        KMeans found = KMeans.Of(points, 3, seed: 5);
        Assert.Equal(3, Enumerable.Range(0, 3).Select(g => found.Labels[g]).Distinct().Count());
        for (int i = 0; i < 30; i++) Assert.Equal(found.Labels[i % 3], found.Labels[i]);
        double mean = Enumerable.Range(0, 10).Average(i => (double)points.Row(3 * i)[0]);
        Assert.Equal(mean, found.Centres.Row(found.Labels[0])[0], 1e-5);
    }

    [Fact]
    public void Every_point_is_with_its_nearest_centre()
    {
        Tensor points = new(200, 4);
        NormalNoise.Fill(points, seed: 2);
        KMeans found = KMeans.Of(points, 7, seed: 1, restarts: 2);
        Assert.Equal(7, found.Labels.Distinct().Count());
        double inertia = 0;
        for (int i = 0; i < 200; i++)
        {
            double[] distances = [.. Enumerable.Range(0, 7).Select(k => Enumerable.Range(0, 4).Sum(c
                => Math.Pow(points.Row(i)[c] - (double)found.Centres.Row(k)[c], 2)))];
            Assert.Equal(distances.Min(), distances[found.Labels[i]], 1e-5);
            inertia += distances.Min();
        }
        Assert.Equal(inertia, found.Inertia, 1e-3);
        Assert.True(KMeans.Of(points, 7, seed: 1, restarts: 20).Inertia <= found.Inertia);
    }

    [Fact]
    public void Threads_change_nothing_and_seeds_do()
    {
        Tensor points = new(500, 5);
        NormalNoise.Fill(points, seed: 3);
        Compute before = Compute.Default;
        KMeans one, eight;
        try
        {
            Compute.Default = before.WithThreads(1);
            one = KMeans.Of(points, 9, seed: 4, restarts: 3);
            Compute.Default = before.WithThreads(8);
            eight = KMeans.Of(points, 9, seed: 4, restarts: 3);
        }
        finally
        {
            Compute.Default = before;
        }
        Assert.Equal(one.Labels, eight.Labels);
        Assert.Equal(one.Centres.ToArray(), eight.Centres.ToArray());
        Assert.NotEqual(one.Labels, KMeans.Of(points, 9, seed: 5, restarts: 1).Labels);
    }

    [Fact]
    public void Equal_points_make_fewer_clusters_and_a_tie_goes_to_the_lowest()
    {
        KMeans found = KMeans.Of(new Tensor([4, 1], [1, 1, 2, 2]), 3, seed: 0);
        Assert.Equal(2, found.Centres.Rows);
        Assert.Equal(0, found.Inertia);
    }
}
