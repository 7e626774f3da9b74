using System.Runtime.InteropServices;
using Translucent.Tensors;
using Translucent.Tests.Reference;

namespace Translucent.Tests.Tensors;

/// <summary>Functions of spans against double, on dense grids, and by lanes of either width.</summary>
public class VectorMathTests
{
    delegate void Function(ReadOnlySpan<float> x, Span<float> y);

    [Fact]
    public void Exp_is_within_1_1_ulp()
    {
        Assert.InRange(Ulps(VectorMath.Exp, Math.Exp, Grid(-87.3f, 88.7f)), 0, 1.1);
        Assert.InRange(Error(VectorMath.Exp, Math.Exp, Grid(-110, -87)), 0, 1.5e-45); // subnormal: one step
    }

    [Fact]
    public void Tanh_is_within_three_ulp()
    {
        Assert.InRange(Ulps(VectorMath.Tanh, Math.Tanh, Grid(-12, 12)), 0, 3);
        Assert.InRange(Ulps(VectorMath.Tanh, Math.Tanh, Grid(-0.01f, 0.01f)), 0, 3);
    }

    [Fact]
    public void Sigmoid_is_within_three_ulp() => Assert.InRange(Ulps(VectorMath.Sigmoid, x => 1 / (1 + Math.Exp(-x)), Grid(-86, 20)), 0, 3);

    [Fact]
    public void Erf_is_within_three_ulp()
    {
        Assert.InRange(Ulps(VectorMath.Erf, ErrorFunction.Erf, Grid(-6, 6)), 0, 3);
        Assert.InRange(Ulps(VectorMath.Erf, ErrorFunction.Erf, Grid(-0.001f, 0.001f)), 0, 3);
    }

    [Fact]
    public void Special_values_give_the_limits()
    {
        float[] x = [0, -0f, float.PositiveInfinity, float.NegativeInfinity, float.NaN, 1e30f, -1e30f, float.Epsilon, float.MaxValue, float.MinValue];
        Assert.Equal([1, 1, float.PositiveInfinity, 0, float.NaN, float.PositiveInfinity, 0, 1, float.PositiveInfinity, 0], Apply(VectorMath.Exp, x));
        Assert.Equal([0, -0f, 1, -1, float.NaN, 1, -1, float.Epsilon, 1, -1], Apply(VectorMath.Tanh, x));
        Assert.Equal([0.5f, 0.5f, 1, 0, float.NaN, 1, 0, 0.5f, 1, 0], Apply(VectorMath.Sigmoid, x));
        Assert.Equal([0, -0f, 1, -1, float.NaN, 1, -1, float.Epsilon, 1, -1], Apply(VectorMath.Erf, x));
    }

    [Fact]
    public void Any_length_and_position_gives_the_same_bits_and_nothing_else_is_written()
    {
        foreach (Function f in (Function[])[VectorMath.Exp, VectorMath.Tanh, VectorMath.Sigmoid, VectorMath.Erf])
        {
            float[] x = Grid(-9, 9, 512), y = Apply(f, x);
            for (int length = 0; length <= 256; length++)
            {
                float[] part = new float[length + 40];
                Array.Fill(part, 1234);
                f(x.AsSpan(length, length), part.AsSpan(20, length));
                AssertSameBits(y.AsSpan(length, length), part.AsSpan(20, length));
                Assert.True(part.AsSpan(0, 20).IndexOfAnyExcept(1234) < 0 && part.AsSpan(20 + length).IndexOfAnyExcept(1234) < 0);
            }
            f(x, x);
            AssertSameBits(y, x);
        }
    }

    [Fact]
    public void Both_widths_give_the_same_bits()
    {
        float[] x = Grid(-95, 95);
        AssertSameBits<VectorMath.ExpFunction>(x);
        AssertSameBits<VectorMath.TanhFunction>(x);
        AssertSameBits<VectorMath.SigmoidFunction>(x);
        AssertSameBits<VectorMath.ErfFunction>(x);
    }

    [Fact]
    public void A_result_of_another_length_is_refused() =>
        Assert.Throws<ArgumentException>(() => VectorMath.Exp(new float[3], new float[4]));

    static void AssertSameBits<F>(float[] x) where F : struct, IFunction
    {
        float[] wide = new float[x.Length], narrow = new float[x.Length];
        Elementwise.MapLanes<F, Lanes16>(x, wide);
        Elementwise.MapLanes<F, Lanes8>(x, narrow);
        AssertSameBits(wide, narrow);
    }

    internal static void AssertSameBits(ReadOnlySpan<float> expected, ReadOnlySpan<float> found) =>
        Assert.Equal(MemoryMarshal.Cast<float, int>(expected), MemoryMarshal.Cast<float, int>(found));

    static float[] Apply(Function f, float[] x)
    {
        float[] y = new float[x.Length];
        f(x, y);
        return y;
    }

    /// <summary>The largest distance from the exact value, in units of the last place of a float32 of that size.</summary>
    static double Ulps(Function f, Func<double, double> exact, float[] x) =>
        x.Zip(Apply(f, x), (at, found) => Math.Abs(found - exact(at)) / Place(exact(at))).Max();

    static double Place(double value) => Math.Max(Math.ScaleB(1, Math.ILogB(value) - 23), float.Epsilon);

    static double Error(Function f, Func<double, double> exact, float[] x) => x.Zip(Apply(f, x), (at, found) => Math.Abs(found - exact(at))).Max();

    internal static float[] Grid(float low, float high, int count = 400_003) =>
        [.. Enumerable.Range(0, count).Select(i => (float)(low + ((double)high - low) * i / (count - 1)))];
}
