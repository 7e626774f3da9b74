using Translucent.Tensors;

namespace Translucent.Tests.Tensors;

/// <summary>Normal numbers: their distribution, and that they are the same everywhere.</summary>
public class SplitMixTests
{
    [Fact]
    public void Normal_numbers_have_the_moments_and_tails_of_the_normal_distribution()
    {
        const int n = 1_000_000;
        SplitMix random = new(3);
        double[] x = new double[n];
        for (int i = 0; i < n; i++) x[i] = random.Normal();
        double[] moments = [.. Enumerable.Range(1, 4).Select(k => x.Average(v => Math.Pow(v, k)))];
        Assert.Equal(0, moments[0], 5e-3); // five standard errors or more
        Assert.Equal(1, moments[1], 8e-3);
        Assert.Equal(0, moments[2], 2e-2);
        Assert.Equal(3, moments[3], 6e-2);
        foreach ((double bound, double share) in (ReadOnlySpan<(double, double)>)[(-2, 0.0227501), (-1, 0.1586553), (0, 0.5), (0.5, 0.6914625),
            (1.5, 0.9331928), (3, 0.9986501)])
            Assert.Equal(share, x.Count(v => v < bound) / (double)n, 2.5e-3);
    }

    [Fact]
    public void Normal_numbers_are_these_on_every_machine()
    {
        SplitMix random = new(2024);
        long[] bits = [.. Enumerable.Range(0, 5).Select(_ => BitConverter.DoubleToInt64Bits(random.Normal()))];
        Assert.Equal([4597876767659976312, -4623373292863153689, 4608314645062911281, -4616041030146939684, -4615213114222579040], bits);
    }

    /// <summary>Marsaglia's polar method again, with the logarithm of the system.</summary>
    [Fact]
    public void Normal_numbers_follow_the_polar_method()
    {
        SplitMix random = new(5), plain = new(5);
        for (int i = 0; i < 10_000; i++)
        {
            double x, s;
            do
            {
                x = 2 * plain.Unit() - 1;
                double y = 2 * plain.Unit() - 1;
                s = x * x + y * y;
            }
            while (s >= 1 || s == 0);
            double expected = x * Math.Sqrt(-2 * Math.Log(s) / s);
            Assert.Equal(expected, random.Normal(), 1e-15 * Math.Max(1, Math.Abs(expected)));
        }
    }
}
