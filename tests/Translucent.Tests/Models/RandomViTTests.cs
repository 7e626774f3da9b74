using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Tests.Models;

/// <summary>Models made of random numbers.</summary>
public class RandomViTTests
{
    static readonly VisionConfig s_small = new("ViT", Width: 8, Depth: 2, Heads: 2, Hidden: 16, Patch: 4, ImageSize: 12, Prefix: 1);

    [Fact]
    public void The_same_seed_makes_the_same_model()
    {
        Tensor pixels = new(1, 3, 12, 12);
        pixels.Span.Fill(0.5f);
        float[] Logits(int seed)
        {
            using VisionTransformer model = RandomViT.Create(s_small, classes: 5, seed);
            using Trace trace = model.Forward(pixels);
            return trace.Logits.ToArray();
        }
        Assert.Equal(Logits(3), Logits(3));
        Assert.NotEqual(Logits(3), Logits(4));
        Assert.Equal(5, Logits(3).Length);
        Assert.All(Logits(3), v => Assert.True(float.IsFinite(v) && v != 0));
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => RandomViT.Create(s_small with { Heads = 3 }));
        Assert.Throws<ArgumentException>(() => RandomViT.Create(s_small with { ImageSize = 3 }));
        Assert.Throws<ArgumentException>(() => RandomViT.Create(s_small with { Prefix = 2 }));
    }
}
