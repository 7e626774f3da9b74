using Translucent.Tensors;

namespace Translucent.Tests.Tensors;

public class SampleProductTests
{
    [Theory, InlineData(1, 1), InlineData(3, 4)]
    public void Sample_products_count_what_they_compute(int heads, int targets)
    {
        SampleProduct product = new(5, 7, 3, transposed: true, heads, targets);
        product.Run();
        Assert.Equal(2.0 * 5 * 7 * 3 * heads * targets, product.Flops);
        Assert.Equal(4L * heads * (targets * (5 * 3 + 5 * 7) + 3 * 7), product.Bytes);
        Assert.Throws<ArgumentOutOfRangeException>(() => new SampleProduct(5, 0, 3));
    }
}
