using Translucent.Tensors;
using Translucent.Tests.Reference;
using static Translucent.Tests.Tensors.VectorMathTests;

namespace Translucent.Tests.Tensors;

/// <summary>Activations and their slopes against double.</summary>
public class ActivationsTests
{
    delegate void Activation(ReadOnlySpan<float> x, Span<float> y, Span<float> slope);

    static readonly double s_root = Math.Sqrt(2 / Math.PI);

    static readonly Dictionary<string, (Activation F, Func<double, double> Value, Func<double, double> Slope)> s_all = new()
    {
        ["gelu"] = (Activations.Gelu, x => x * Phi(x), x => Phi(x) + x * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI)),
        ["gelu-tanh"] = (Activations.GeluTanh, x => x * Sigma(2 * U(x)), x => Gated(x, 2 * U(x), 2 * s_root * (1 + 3 * 0.044715 * x * x))),
        ["quick-gelu"] = (Activations.QuickGelu, x => x * Sigma(1.702 * x), x => Gated(x, 1.702 * x, 1.702)),
        ["silu"] = (Activations.Silu, x => x * Sigma(x), x => Gated(x, x, 1)),
    };

    public static TheoryData<string> Names => [.. s_all.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Value_and_slope_agree_with_double(string name)
    {
        var (f, value, slope) = s_all[name];
        float[] x = Grid(-30, 30), y = new float[x.Length], s = new float[x.Length];
        f(x, y, s);
        for (int i = 0; i < x.Length; i++)
        {
            // 1e-8 is for far below zero, where the argument of exp is rounded.
            double v = value(x[i]), d = slope(x[i]);
            if (!(Math.Abs(y[i] - v) <= 1e-6 * Math.Abs(v) + 1e-8)) Assert.Fail($"{name}({x[i]}): expected {v}, found {y[i]}"); // words cost more than numbers
            if (!(Math.Abs(s[i] - d) <= 5e-7)) Assert.Fail($"{name}'({x[i]}): expected {d}, found {s[i]}");
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Special_values_give_the_limits(string name)
    {
        float[] x = [0, float.PositiveInfinity, float.NegativeInfinity, float.NaN, 1e30f, -1e30f], y = new float[6], slope = new float[6];
        s_all[name].F(x, y, slope);
        Assert.Equal([0, float.PositiveInfinity, -0f, float.NaN, 1e30f, -0f], y);
        Assert.Equal([0.5f, 1, 0, float.NaN, 1, 0], slope);
    }

    [Theory, MemberData(nameof(Names))]
    public void Any_length_in_place_with_or_without_slope_gives_the_same_bits(string name)
    {
        Activation f = s_all[name].F;
        float[] x = Grid(-9, 9, 512), y = new float[512], slope = new float[512];
        f(x, y, slope);
        for (int length = 0; length <= 256; length++)
        {
            float[] part = new float[length + 40], partSlope = new float[length + 40];
            Array.Fill(part, 1234);
            Array.Fill(partSlope, 1234);
            x.AsSpan(length, length).CopyTo(part.AsSpan(20));
            if (length % 2 == 0) f(part.AsSpan(20, length), part.AsSpan(20, length), partSlope.AsSpan(20, length));
            else f(part.AsSpan(20, length), part.AsSpan(20, length), []);
            VectorMathTests.AssertSameBits(y.AsSpan(length, length), part.AsSpan(20, length));
            if (length % 2 == 0) VectorMathTests.AssertSameBits(slope.AsSpan(length, length), partSlope.AsSpan(20, length));
            foreach (float[] memory in (float[][])[part, partSlope])
                Assert.True(memory.AsSpan(0, 20).IndexOfAnyExcept(1234) < 0 && memory.AsSpan(20 + length).IndexOfAnyExcept(1234) < 0);
        }
    }

    [Fact]
    public void Both_widths_give_the_same_bits()
    {
        AssertSameBits<Activations.GeluFunction>();
        AssertSameBits<Activations.GeluTanhFunction>();
        AssertSameBits<Activations.QuickGeluFunction>();
        AssertSameBits<Activations.SiluFunction>();
    }

    static void AssertSameBits<F>() where F : struct, IActivation
    {
        float[] x = Grid(-100, 100), y = new float[x.Length], slope = new float[x.Length], y8 = new float[x.Length], slope8 = new float[x.Length];
        Elementwise.ActivateLanes<F, Lanes16>(x, y, slope);
        Elementwise.ActivateLanes<F, Lanes8>(x, y8, slope8);
        VectorMathTests.AssertSameBits(y, y8);
        VectorMathTests.AssertSameBits(slope, slope8);
    }

    static double Phi(double x) => 0.5 * ErrorFunction.Erfc(-x / Math.Sqrt(2));
    static double Sigma(double x) => 1 / (1 + Math.Exp(-x));
    static double U(double x) => s_root * (x + 0.044715 * x * x * x);
    static double Gated(double x, double u, double uSlope) => Sigma(u) + x * Sigma(u) * (1 - Sigma(u)) * uSlope;
}
