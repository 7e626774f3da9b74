// exp, tanh, sigmoid and erf in float32, on spans. The polynomials are minimax fits made for this file: exp after Cody and Waite's
// reduction; erf after W. J. Cody, "Rational Chebyshev approximations for the error function", Math. Comp. 23, 1969, with
// erfc(t)·exp(t²) as a polynomial in 1/(1 + 0.35 t) as in Abramowitz and Stegun 7.1.26.

using System.Runtime.CompilerServices;

namespace Translucent.Tensors;

/// <summary>Functions of every number of a span. A result depends on its number alone: not on position, length or width of vector.</summary>
/// <remarks>y may be the memory of x, from its start.</remarks>
internal static class VectorMath
{
    /// <summary>y = exp(x), to 1.1 ulp; 0 below -104, infinite above 88.8.</summary>
    public static void Exp(ReadOnlySpan<float> x, Span<float> y) => Elementwise.Map<ExpFunction>(x, y);

    /// <summary>y = tanh(x), to 3 ulp.</summary>
    public static void Tanh(ReadOnlySpan<float> x, Span<float> y) => Elementwise.Map<TanhFunction>(x, y);

    /// <summary>y = 1 / (1 + exp(-x)), to 3 ulp.</summary>
    public static void Sigmoid(ReadOnlySpan<float> x, Span<float> y) => Elementwise.Map<SigmoidFunction>(x, y);

    /// <summary>y = erf(x), to 3 ulp.</summary>
    public static void Erf(ReadOnlySpan<float> x, Span<float> y) => Elementwise.Map<ErfFunction>(x, y);

    internal readonly struct ExpFunction : IFunction { public static V Of<V>(V x) where V : struct, ILanes<V> => Exp(x); }
    internal readonly struct TanhFunction : IFunction { public static V Of<V>(V x) where V : struct, ILanes<V> => Tanh(x); }
    internal readonly struct SigmoidFunction : IFunction { public static V Of<V>(V x) where V : struct, ILanes<V> => Sigmoid(x); }
    internal readonly struct ErfFunction : IFunction { public static V Of<V>(V x) where V : struct, ILanes<V> => Erf(x); }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Exp<V>(V x) where V : struct, ILanes<V>
    {
        V fraction = ExpMinusOne(V.Max(-110, V.Min(90, x)), out V shifted);
        return V.Scale(V.Create(1) + fraction, shifted);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Sigmoid<V>(V x) where V : struct, ILanes<V> => Sigmoid(x, out _);

    /// <summary>σ(x), and its slope σ(x)·σ(-x). Of σ(x) and σ(-x) the smaller is z / (1 + z) with z = exp(-|x|): nothing cancels or overflows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Sigmoid<V>(V x, out V slope) where V : struct, ILanes<V>
    {
        V z = Exp(V.Create(0) - V.Abs(x)), larger = V.Create(1) / (V.Create(1) + z), smaller = z * larger;
        slope = larger * smaller;
        return V.WhereBelow(x, 0, smaller, larger);
    }

    /// <summary>tanh |x| = m / (m + 2) with m = exp(2|x|) - 1, which loses nothing near zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Tanh<V>(V x) where V : struct, ILanes<V>
    {
        V size = V.Min(20, V.Abs(x));
        V fraction = ExpMinusOne(size + size, out V shifted), power = V.Scale(V.Create(1), shifted);
        V m = V.MultiplyAdd(power, fraction, power - V.Create(1));
        return V.CopySign(m / (m + V.Create(2)), x);
    }

    /// <summary>An odd polynomial below 1, one minus the complement above.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Erf<V>(V x) where V : struct, ILanes<V>
    {
        V size = V.Min(10, V.Abs(x)), square = x * x;
        V p = V.Create(7.85385782e-05f);
        p = V.MultiplyAdd(p, square, V.Create(-0.000801019254f));
        p = V.MultiplyAdd(p, square, V.Create(0.00518832775f));
        p = V.MultiplyAdd(p, square, V.Create(-0.026853811f));
        p = V.MultiplyAdd(p, square, V.Create(0.112835854f));
        p = V.MultiplyAdd(p, square, V.Create(-0.37612626f));
        p = V.MultiplyAdd(p, square, V.Create(1.12837911f));
        V outer = V.Create(1) - Gaussian(size, 1) * ScaledErfc(size);
        return V.WhereBelow(size, 1, p * x, V.CopySign(outer, x));
    }

    /// <summary>exp(-rate·x²), |x| at most 1e18; corrected for the rounding error of the square.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Gaussian<V>(V x, float rate) where V : struct, ILanes<V>
    {
        V square = x * x, minus = V.Create(0) - square;
        V e = Exp(V.Create(rate) * minus), lost = V.Create(rate) * V.MultiplyAdd(x, x, minus);
        return e - e * lost;
    }

    /// <summary>erfc(t)·exp(t²) for 0 ≤ t ≤ 10.6, to a relative 1e-8 before rounding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V ScaledErfc<V>(V t) where V : struct, ILanes<V>
    {
        V s = V.Create(1) / V.MultiplyAdd(V.Create(0.35f), t, V.Create(1));
        V p = V.Create(0.0392065793f);
        p = V.MultiplyAdd(p, s, V.Create(-0.163425237f));
        p = V.MultiplyAdd(p, s, V.Create(0.19236052f));
        p = V.MultiplyAdd(p, s, V.Create(-0.0427319556f));
        p = V.MultiplyAdd(p, s, V.Create(0.0999810696f));
        p = V.MultiplyAdd(p, s, V.Create(0.138799861f));
        p = V.MultiplyAdd(p, s, V.Create(0.153802261f));
        p = V.MultiplyAdd(p, s, V.Create(0.187314272f));
        p = V.MultiplyAdd(p, s, V.Create(0.19721292f));
        p = V.MultiplyAdd(p, s, V.Create(0.197479725f));
        return p * s;
    }

    /// <summary>exp(r) - 1 where x = n·ln 2 + r and |r| ≤ ln 2 / 2; n is in the low bits of <paramref name="shifted"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V ExpMinusOne<V>(V x, out V shifted) where V : struct, ILanes<V>
    {
        V shift = V.Create(12582912); // 1.5·2^23: adding it rounds to an integer
        shifted = V.MultiplyAdd(x, V.Create(1.44269504f), shift);
        V n = shifted - shift;
        V r = V.MultiplyAdd(n, V.Create(-0.693359375f), x); // ln 2 in two parts, the first of few bits
        r = V.MultiplyAdd(n, V.Create(2.12194440e-4f), r);
        V p = V.Create(0.00139517174f);
        p = V.MultiplyAdd(p, r, V.Create(0.00836959854f));
        p = V.MultiplyAdd(p, r, V.Create(0.0416661873f));
        p = V.MultiplyAdd(p, r, V.Create(0.166665122f));
        p = V.MultiplyAdd(p, r, V.Create(0.5f));
        return V.MultiplyAdd(r * r, p, r);
    }
}
