using Translucent.Evaluate.Trust;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;
using Translucent.Tests.Models;

namespace Translucent.Tests.Evaluate.Trust;

/// <summary>Maps of noisy copies, and sums of relevance.</summary>
public class NoiseStabilityTests
{
    [Fact]
    public void Without_noise_nothing_changes_at_all()
    {
        using Fixture f = Fixture.Open("vision/clip_vision");
        foreach (NoiseStability s in NoiseStability.Of(f.Trace, t => Gae.Rows(t, f.Classes), new NoiseSettings { Sigma = 0, Copies = 5 }))
            Assert.Equal(new NoiseStability(1, 0, 1), s);
    }

    [Fact]
    public void More_noise_changes_more_and_the_seed_decides_how()
    {
        using Fixture f = Fixture.Open("trained/cifar10-vit-chelsea");
        NoiseStability At(double sigma, ulong seed = 0) =>
            NoiseStability.Of(f.Trace, t => Gae.Rows(t, f.Classes), new NoiseSettings { Sigma = sigma, Seed = seed, Copies = 3 })[0];
        (NoiseStability little, NoiseStability much) = (At(0.01), At(0.3));
        Assert.True(1 > little.MeanRho && little.MeanRho > much.MeanRho);
        Assert.True(0 < little.MaxChange && little.MaxChange < much.MaxChange);
        Assert.Equal(1, little.SameAnswer);
        Assert.Equal(little, At(0.01));
        Assert.NotEqual(little, At(0.01, seed: 1));
    }

    [Fact]
    public void The_noise_is_as_strong_as_said()
    {
        using Fixture f = Fixture.Open("vision/vit");
        Tensor Pixels(Trace t) => new([1, t.Grid.Count], [.. t.Pixels.Span[..t.Grid.Count]]); // as if they were a map
        double[] change = [.. Enumerable.Range(0, 40)
            .Select(seed => NoiseStability.Of(f.Trace, Pixels, new NoiseSettings { Sigma = 0.1, Copies = 1, Seed = (ulong)seed })[0].MaxChange)];
        double length = Math.Sqrt(Pixels(f.Trace).ToArray().Sum(x => (double)x * x));
        double range = 1 / f.Model.Preprocessor.Deviation[0]; // from black to white
        double found = Math.Sqrt(change.Average(c => c * c) * length * length / f.Trace.Grid.Count) / range;
        Assert.Equal(0.1, found, 5 * 0.1 / Math.Sqrt(2 * 40 * f.Trace.Grid.Count)); // five standard errors
    }

    [Fact]
    public void A_map_without_differences_has_no_rank_correlation()
    {
        using Fixture f = Fixture.Open("vision/vit");
        NoiseStability flat = NoiseStability.Of(f.Trace, t => new Tensor(1, t.Grid.Count), new NoiseSettings { Copies = 1 }).Single();
        Assert.Equal((double.NaN, double.NaN), (flat.MeanRho, flat.MaxChange));
        Assert.Throws<ArgumentOutOfRangeException>(() => NoiseStability.Of(f.Trace, t => RawAttention.Rows(t), new NoiseSettings { Sigma = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => NoiseStability.Of(f.Trace, t => RawAttention.Rows(t), new NoiseSettings { Copies = 0 }));
    }

    [Fact]
    public void What_is_missing_is_told_as_a_part_of_what_was_promised()
    {
        Assert.Equal(0, Conservation.Of([1, 2, -0.5f], 2.5).RelativeGap);
        Assert.Equal(0.25, Conservation.Of([3, -6], -4).RelativeGap);
        Assert.Equal(double.PositiveInfinity, Conservation.Of([1], 0).RelativeGap);
        Assert.Equal(double.NaN, Conservation.Of([], 0).RelativeGap);
    }
}
