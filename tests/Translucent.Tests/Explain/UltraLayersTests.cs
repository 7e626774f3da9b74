using Translucent.Autodiff;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;
using Translucent.Tests.Models;

namespace Translucent.Tests.Explain;

/// <summary>All layers in one walk are the layers one by one.</summary>
public sealed class UltraLayersTests : IDisposable
{
    readonly Fixture _fixture = Fixture.Open("trained/cifar10-vit-chelsea");

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData(null, TokenFunction.S)]
    [InlineData(0, TokenFunction.S)]
    [InlineData(3, TokenFunction.E)]
    [InlineData(16, TokenFunction.S)]
    public void One_walk_gives_the_bits_of_a_sweep_for_each_layer(int? k, TokenFunction function)
    {
        SweepOptions options = new() { Rows = k };
        foreach (int token in (int[])[0, 20, 64])
        {
            Tensor together = UltraLayers.Rows(_fixture.Trace, token, function, options: options);
            Assert.Equal(_fixture.Trace.Blocks.Count, together.Rows);
            for (int layer = 2; layer <= together.Rows + 1; layer++)
                Assert.Equal(Ultra.Explain(_fixture.Trace, layer, function, [token], options: options).Rows.ToArray(), together.Row(layer - 2).ToArray());
        }
    }

    [Fact]
    public void Blocks_that_are_computed_again_give_the_same_bits()
    {
        VisionTransformer model = (VisionTransformer)_fixture.Trace.Model;
        using Trace whole = model.Forward(_fixture.Trace.Pixels, Keep.All), boundaries = model.Forward(_fixture.Trace.Pixels, Keep.Boundaries);
        SweepOptions options = new() { Rows = 4 };
        Assert.Equal(UltraLayers.Rows(whole, 9, options: options).ToArray(), UltraLayers.Rows(boundaries, 9, options: options).ToArray());
    }

    [Fact]
    public void Memory_does_not_grow_from_token_to_token()
    {
        VisionTransformer model = (VisionTransformer)_fixture.Trace.Model;
        Arena arena = new();
        using Trace trace = model.Forward(_fixture.Trace.Pixels, Keep.All, arena);
        UltraLayers.Rows(trace, 1, options: new SweepOptions { Rows = 4 });
        long before = arena.Bytes;
        for (int token = 2; token < 12; token++) UltraLayers.Rows(trace, token, options: new SweepOptions { Rows = 4 });
        Assert.Equal(before, arena.Bytes);
    }

    [Fact]
    public void Several_images_and_unknown_tokens_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => UltraLayers.Rows(_fixture.Trace, 65, options: new SweepOptions { Rows = 2 }));
        VisionTransformer model = (VisionTransformer)_fixture.Trace.Model;
        Tensor one = _fixture.Trace.Pixels, two = new(2, 3, one.Shape[2], one.Shape[3]);
        using Trace pair = model.Forward(two);
        Assert.Throws<ArgumentException>(() => UltraLayers.Rows(pair, 1));
    }
}
