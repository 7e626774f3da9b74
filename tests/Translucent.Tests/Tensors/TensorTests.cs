using Translucent.Tensors;

namespace Translucent.Tests.Tensors;

public class TensorTests
{
    [Fact]
    public void Memory_is_aligned_zeroed_and_shared_by_a_reshape()
    {
        Tensor t = new(2, 3);
        Assert.Equal(6, t.Length);
        Assert.True(t.Span.IndexOfAnyExcept(0f) < 0);
        t.Reshape(3, 2).Span[5] = 7;
        Assert.Equal(7, t.Row(1)[2]);
    }

    [Fact]
    public void A_reshape_to_another_length_names_both_shapes()
    {
        var e = Assert.Throws<ArgumentException>(() => new Tensor(2, 3).Reshape(4));
        Assert.Contains("[2, 3]", e.Message);
        Assert.Contains("[4]", e.Message);
    }

    [Fact]
    public void A_part_is_a_copy()
    {
        Tensor t = new([2, 2, 3], [.. Enumerable.Range(0, 12).Select(i => (float)i)]);
        Assert.Equal([2, 3], t[1].Shape);
        Assert.Equal([6f, 7, 8, 9, 10, 11], t[1].ToArray());
        Assert.Equal([3f, 4, 5], t[0, 1].ToArray());
        Assert.Equal((0, 5f), (t[0, 1, 2].Shape.Length, t[0, 1, 2].Span[0]));
        t[1].Span.Clear();
        Assert.Equal(11, t.Span[^1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => t[2]);
        Assert.Throws<ArgumentOutOfRangeException>(() => t[0, -1]);
        Assert.Throws<ArgumentException>(() => t[0, 0, 0, 0]);
    }
}
