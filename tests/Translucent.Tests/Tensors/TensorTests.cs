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
}
