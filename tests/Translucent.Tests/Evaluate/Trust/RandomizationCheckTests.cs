using Translucent.Evaluate.Metrics;
using Translucent.Evaluate.Trust;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;
using Translucent.Tests.Models;

namespace Translucent.Tests.Evaluate.Trust;

/// <summary>Maps of ever more random models beside that of the trained one.</summary>
public class RandomizationCheckTests
{
    [Fact]
    public void A_method_that_looks_at_the_image_alone_does_not_notice()
    {
        using Fixture f = Fixture.Open("vision/vit");
        Tensor PixelsSquared(Trace t)
        {
            Tensor map = new(1, t.Grid.Rows * t.Grid.Patch, t.Grid.Columns * t.Grid.Patch);
            for (int i = 0; i < map.Length; i++) map.Span[i] = t.Pixels.Span[i] * t.Pixels.Span[i];
            return map;
        }
        Assert.All(RandomizationCheck.Of(f.Trace, PixelsSquared).Single(), s => Assert.Equal((1.0, 1.0), (s.Rho, s.AbsoluteRho)));
    }

    [Fact]
    public void No_random_layer_gives_the_same_map_and_all_of_them_another()
    {
        using Fixture f = Fixture.Open("trained/cifar10-vit-chelsea");
        Tensor Explain(Trace t) => PatchMaps.Of(t, Gae.Rows(t, f.Classes));
        using Trace trained = RandomizedModel.Cascade(f.Model).First().Model.Forward(f.Trace.Pixels);
        Assert.Equal(1, RankCorrelation.Spearman(Explain(f.Trace).Row(0), Explain(trained).Row(0)));

        var stages = RandomizationCheck.Of(f.Trace, Explain);
        Assert.Equal(f.Classes.Length, stages.Count);
        Assert.Equal(["head", "blocks.5", "blocks.4", "blocks.3", "blocks.2", "blocks.1", "blocks.0", "embed"], stages[0].Select(s => s.Name));
        foreach (var map in stages)
        {
            Assert.All(map, s => Assert.InRange(s.Rho, -1, 0.95));
            Assert.InRange(Math.Abs(map[^1].Rho), 0, 0.5);
            Assert.All(map, s => Assert.Equal(s.Rho, s.AbsoluteRho)); // GAE has no sign
        }
    }

    [Fact]
    public void What_asks_for_no_class_does_not_notice_a_random_head()
    {
        using Fixture f = Fixture.Open("vision/dinov2");
        var stages = RandomizationCheck.Of(f.Trace, t => RawAttention.Rows(t)).Single();
        Assert.Equal(1, stages[0].Rho);
        Assert.True(stages[1].Rho < 1);
    }

    [Theory]
    [MemberData(nameof(Fixture.Names), MemberType = typeof(Fixture))]
    public void Every_family_can_be_checked_with_a_seed_that_decides(string name)
    {
        using Fixture f = Fixture.Open(name);
        double[] Rho(ulong seed) => [.. RandomizationCheck.Of(f.Trace, t => GradientTimesInput.Rows(t, f.Classes), most: 2, seed).SelectMany(m => m)
            .SelectMany(s => new[] { s.Rho, s.AbsoluteRho })];
        double[] found = Rho(1);
        Assert.Equal(f.Classes.Length * 2 * 2, found.Length);
        Assert.All(found, r => Assert.InRange(r, -1, 1));
        Assert.Equal(found, Rho(1));
        Assert.NotEqual(found, Rho(2));
    }

    [Fact]
    public void Few_stages_are_spread_from_the_head_to_all_layers()
    {
        using Fixture f = Fixture.Open("trained/cifar10-vit-chelsea");
        string[] Names(int most) => [.. RandomizationCheck.Of(f.Trace, RawAttention.Rows, most).Single().Select(s => s.Name)];
        Assert.Equal(["embed"], Names(1));
        Assert.Equal(["head", "embed"], Names(2));
        Assert.Equal(["head", "blocks.4", "blocks.1", "embed"], Names(4));
        Assert.Equal(8, RandomizationCheck.Count(f.Trace));
        Assert.Throws<ArgumentOutOfRangeException>(() => Names(0));
    }
}
