using Translucent.Tensors;

namespace Translucent.Tests.Tensors;

public class NormalNoiseTests
{
    [Fact]
    public void It_has_the_moments_asked_for()
    {
        Tensor t = new(100_001);
        NormalNoise.Fill(t, seed: 5, mean: 3, deviation: 2);
        double[] standard = [.. t.ToArray().Select(x => (x - 3) / 2.0)];
        Assert.Equal(0, standard.Average(), 5 / Math.Sqrt(t.Length)); // five standard errors
        Assert.Equal(1, standard.Average(x => x * x), 5 * Math.Sqrt(2.0 / t.Length));
        Assert.Equal(0, standard.Zip(standard.Skip(1)).Average(p => p.First * p.Second), 5 / Math.Sqrt(t.Length)); // neighbours do not know each other
    }

    [Fact]
    public void A_number_depends_on_seed_and_place_alone()
    {
        Tensor whole = new(10_000), part = new(5000), other = new(5000);
        NormalNoise.Fill(whole, seed: 9);
        NormalNoise.Fill(part, seed: 9);
        NormalNoise.Fill(other, seed: 10);
        Assert.True(whole.Span[..5000].SequenceEqual(part.Span));
        Assert.False(part.Span.SequenceEqual(other.Span));
    }
}
