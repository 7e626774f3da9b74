using Translucent.Files;
using Translucent.Segment;
using Translucent.Tensors;

namespace Translucent.Tests.Segment;

public class ClusterMapsTests
{
    static readonly Tensor Three = new([3, 2, 2], values: [0, 1, 2, 4, 2, 3, 4, 8, 5, 0, 0, 0]);

    [Fact]
    public void Every_map_is_scaled_by_its_own_range()
    {
        Tensor scaled = MinMax.Scale(new Tensor([3, 1, 3], values: [2, 4, 3, -7, -7, -7, -3e38f, 0, 3e38f]));
        Assert.Equal([3, 1, 3], scaled.Shape.ToArray());
        Assert.Equal([0, 1, 0.5f, 0, 0, 0, 0, 0.5f, 1], scaled.ToArray());
    }

    [Fact]
    public void The_map_of_a_cluster_is_the_mean_of_its_members()
    {
        Tensor maps = ClusterMaps.Aggregate(Three, [1, 1, 0]);
        Assert.Equal([2, 2, 2], maps.Shape.ToArray());
        Assert.Equal([5, 0, 0, 0, 1, 2, 3, 6], maps.ToArray());
    }

    [Fact]
    public void Once_scaled_the_mean_of_a_cluster_equals_its_sum()
    {
        Tensor mean = MinMax.Scale(ClusterMaps.Aggregate(Three, [0, 0, 0])), sum = MinMax.Scale(new Tensor([1, 4], values: [7, 4, 6, 12]));
        for (int p = 0; p < 4; p++) Assert.Equal(sum.Span[p], mean.Span[p], 1e-6f);
    }

    [Fact]
    public void A_pixel_goes_to_the_largest_map_and_of_equals_to_the_lowest_number()
    {
        Assert.Equal([2, 1, 1, 1], ClusterMaps.LabelMap(Three));
        Assert.Equal([0, 0, 1], ClusterMaps.LabelMap(new Tensor([3, 3], values: [-1, 2, 0, -1, 2, 1, -1, 1, 1])));
        Assert.Equal([0, 0, 0, 0], ClusterMaps.LabelMap(new Tensor([1, 2, 2], values: [-5, -6, 0, 1])));
    }

    [Fact]
    public void A_mask_holds_the_pixels_whose_scaled_map_reaches_the_threshold()
    {
        Tensor maps = new([2, 4], values: [0, 1, 2, 4, 9, 9, 9, 9]);
        Assert.Equal([false, false, true, true, false, false, false, false], ClusterMaps.Mask(maps, 0.5f));
        Assert.Equal([false, false, false, true], ClusterMaps.Mask(maps, 1)[..4]);
        Assert.DoesNotContain(false, ClusterMaps.Mask(maps, 0));
    }

    [Fact]
    public void Wrong_arguments_are_named()
    {
        Contains("2, but there are 3", () => ClusterMaps.Aggregate(Three, [0, 1]));
        Contains("label 1", () => ClusterMaps.Aggregate(Three, [0, 2, 0]));
        Contains("-1", () => ClusterMaps.Aggregate(Three, [0, -1, 0]));
        Contains("-9", () => ClusterMaps.Aggregate(Three, [-9, -9, -9]));
        Contains("2000000000", () => ClusterMaps.Aggregate(Three, [0, 2_000_000_000, 1]));
        Contains("map 1 holds NaN", () => MinMax.Scale(new Tensor([2, 2], values: [1, 2, 3, float.NaN])));
        Contains("single number", () => MinMax.Scale(new Tensor()));
        Contains("[0, 4, 4]", () => ClusterMaps.LabelMap(new Tensor(0, 4, 4)));
        Contains("1.5", () => ClusterMaps.Mask(Three, 1.5f));
        Contains("NaN", () => ClusterMaps.Mask(Three, float.NaN));
    }

    [Fact]
    public void Nothing_gives_nothing()
    {
        Assert.Equal(0, MinMax.Scale(new Tensor(0, 3)).Length);
        Assert.Equal([0, 3], ClusterMaps.Aggregate(new Tensor(0, 3), []).Shape.ToArray());
        Assert.Empty(ClusterMaps.LabelMap(new Tensor(2, 0)));
    }

    static void Contains(string part, Action act)
    {
        Exception? thrown = Record.Exception(act);
        Assert.True(thrown is ArgumentException or TranslucentException, $"{thrown}");
        Assert.Contains(part, thrown.Message);
    }
}
