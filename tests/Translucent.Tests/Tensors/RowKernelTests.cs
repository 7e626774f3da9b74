using Translucent.Tensors;

namespace Translucent.Tests.Tensors;

/// <summary>Operations on rows of every length, against sums in float64; what lies behind a row is never touched.</summary>
public unsafe class RowKernelTests
{
    public static TheoryData<int> Lengths => [1, 2, 5, 15, 16, 17, 31, 32, 33, 50, 197, 257, 768];

    [Theory, MemberData(nameof(Lengths))]
    public void Sums_and_dot_products_see_every_number_once(int n)
    {
        Tensor a = Draw(n, 1), b = Draw(n, 2);
        double sum = 0, dot = 0, size = 0;
        for (int i = 0; i < n; i++)
        {
            sum += a.Span[i];
            dot += (double)a.Span[i] * b.Span[i];
            size += Math.Abs(a.Span[i]);
        }
        Assert.Equal(sum, Kernels.Sum(a.Span[..n]), 1e-6 * size);
        Assert.Equal(dot, Kernels.Dot(a.Pointer, b.Pointer, n), 1e-6 * size);
    }

    [Theory, MemberData(nameof(Lengths))]
    public void The_pull_of_softmax_is_its_formula(int n)
    {
        Tensor p = Draw(n, 3), g = Draw(n, 4);
        float[] before = g.ToArray();
        double dot = Enumerable.Range(0, n).Sum(i => (double)p.Span[i] * before[i]);
        Kernels.PullSoftmax(p.Pointer, g.Pointer, n, 0.125f);
        for (int i = 0; i < n; i++) Assert.Equal((before[i] - dot) * p.Span[i] * 0.125, g.Span[i], 1e-6 * n);
        Assert.Equal(before[n..], g.ToArray()[n..]);
    }

    [Theory, MemberData(nameof(Lengths))]
    public void Parts_of_the_gradient_are_weighted_and_added(int n)
    {
        Add<PositivePart>(n, g => Math.Max(g, 0));
        Add<AbsoluteValue>(n, Math.Abs);
        Add<WholeGradient>(n, g => g);
        Add<NoGradient>(n, _ => 1);
    }

    static void Add<T>(int n, Func<float, float> part) where T : struct, IGradientPart
    {
        Tensor g = Draw(n, 5), a = Draw(n, 6), into = Draw(n, 7);
        float[] before = into.ToArray();
        Kernels.AddProduct<T>(g.Pointer, a.Pointer, 0.3f, into.Pointer, n);
        for (int i = 0; i < n; i++) Assert.Equal(before[i] + 0.3 * part(g.Span[i]) * a.Span[i], into.Span[i], 1e-6);
        Assert.Equal(before[n..], into.ToArray()[n..]);
    }

    [Fact]
    public void A_number_that_is_none_stays_none()
    {
        for (int at = 0; at < 20; at++)
        {
            Tensor g = Draw(20, 8), into = new(32);
            g.Span[at] = float.NaN;
            Kernels.AddProduct<PositivePart>(g.Pointer, Draw(20, 9).Pointer, 1, into.Pointer, 20);
            for (int i = 0; i < 20; i++) Assert.Equal(i == at, float.IsNaN(into.Span[i]));
        }
    }

    /// <summary>n numbers between -1 and 1, and more behind them, up to whole vectors.</summary>
    static Tensor Draw(int n, int seed)
    {
        Random random = new(seed);
        Tensor t = new(Kernels.WholeVectors(n));
        foreach (ref float x in t.Span) x = random.NextSingle() * 2 - 1;
        return t;
    }
}
