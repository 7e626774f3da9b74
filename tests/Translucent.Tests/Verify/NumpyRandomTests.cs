using Translucent.Tensors;
using Translucent.Verify;

namespace Translucent.Tests.Verify;

public class NumpyRandomTests
{
    /// <summary>numpy.random.seed(0); numpy.random.rand(10, 2048).astype(numpy.float32): its ends, and the sum of all as float64.</summary>
    [Fact]
    public void Numbers_are_those_of_numpy()
    {
        Tensor found = new NumpyRandom(0).Rand(10, 2048);
        Assert.Equal([0.54881352186203f, 0.7151893377304077f, 0.6027633547782898f, 0.5448831915855408f, 0.42365479469299316f, 0.6458941102027893f],
            found.Span[..6].ToArray());
        Assert.Equal([0.13445694744586945f, 0.14543546736240387f, 0.43726497888565063f, 0.35237136483192444f, 0.44748347997665405f, 0.657065749168396f],
            found.Span[^6..].ToArray());
        Assert.Equal(10160.678178569324, found.ToArray().Sum(v => (double)v), 1e-3);
    }

    /// <summary>The first output of MT19937 after init_genrand(5489), and its ten thousandth, which the C++ standard states ([rand.predef], mt19937).</summary>
    [Fact]
    public void Outputs_are_those_of_the_standard()
    {
        NumpyRandom random = new(5489);
        Assert.Equal(3499211612u, random.Next());
        for (int i = 2; i < 10_000; i++) random.Next();
        Assert.Equal(4123659995u, random.Next());
    }

    [Fact]
    public void Seeds_differ() => Assert.NotEqual(new NumpyRandom(0).NextDouble(), new NumpyRandom(1).NextDouble());
}
