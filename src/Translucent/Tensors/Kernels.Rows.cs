// Row kernels: dot products, layer normalisation and softmax derivatives.
// All sums run over sixteen fixed lanes, so a result depends on the numbers alone, not on where in memory they lie.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vec = System.Runtime.Intrinsics.Vector512;

namespace Translucent.Tensors;

static unsafe partial class Kernels
{
    const int Lanes = 16;

    /// <summary>n rounded up to whole vectors.</summary>
    public static int WholeVectors(int n) => (n + Lanes - 1) / Lanes * Lanes;

    /// <summary>The sum of all numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Sum(ReadOnlySpan<float> x)
    {
        fixed (float* p = x)
        {
            Vector512<float> sum = Vector512<float>.Zero;
            int i = 0;
            for (; i <= x.Length - Lanes; i += Lanes) sum += Vec.Load(p + i);
            return Vec.Sum(i < x.Length ? sum + Tail(p, i, x.Length) : sum);
        }
    }

    /// <summary>⟨a, b⟩ of n numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Dot(float* a, float* b, int n)
    {
        Vector512<float> sum = Vector512<float>.Zero;
        int i = 0;
        for (; i <= n - Lanes; i += Lanes) sum = Vec.FusedMultiplyAdd(Vec.Load(a + i), Vec.Load(b + i), sum);
        if (i < n) sum = Vec.FusedMultiplyAdd(Tail(a, i, n), Tail(b, i, n), sum);
        return Vec.Sum(sum);
    }

    /// <summary>Mean of n numbers and 1 / sqrt(variance + eps), the variance biased, in two passes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (float Mean, float Rstd) Moments(float* x, int n, float eps)
    {
        Vector512<float> sum = Vector512<float>.Zero;
        int i = 0;
        for (; i <= n - Lanes; i += Lanes) sum += Vec.Load(x + i);
        if (i < n) sum += Tail(x, i, n);
        float mean = Vec.Sum(sum) / n;

        Vector512<float> m = Vec.Create(mean), squares = Vector512<float>.Zero;
        for (i = 0; i <= n - Lanes; i += Lanes)
        {
            Vector512<float> d = Vec.Load(x + i) - m;
            squares = Vec.FusedMultiplyAdd(d, d, squares);
        }
        float tail = 0;
        for (; i < n; i++) tail = MathF.FusedMultiplyAdd(x[i] - mean, x[i] - mean, tail);
        return (mean, 1 / MathF.Sqrt((Vec.Sum(squares) + tail) / n + eps));
    }

    /// <summary>y = (x − mean)·rstd·w + b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Normalize(float* x, float mean, float rstd, float* w, float* b, float* y, int n)
    {
        Vector512<float> m = Vec.Create(mean), r = Vec.Create(rstd);
        int i = 0;
        for (; i <= n - Lanes; i += Lanes)
            Vec.Store(Vec.FusedMultiplyAdd((Vec.Load(x + i) - m) * r, Vec.Load(w + i), Vec.Load(b + i)), y + i);
        for (; i < n; i++) y[i] = MathF.FusedMultiplyAdd((x[i] - mean) * rstd, w[i], b[i]);
    }

    /// <summary>gx (+)= rstd·(g⊙w − mean(g⊙w) − x̂·mean(g⊙w⊙x̂)), x̂ = (x − mean)·rstd: the pull of layer normalisation.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PullNormalize(float* x, float mean, float rstd, float* w, float* g, float* gx, int n, bool accumulate)
    {
        Vector512<float> m = Vec.Create(mean), r = Vec.Create(rstd), sum = Vector512<float>.Zero, dot = Vector512<float>.Zero;
        int i = 0;
        for (; i <= n - Lanes; i += Lanes)
        {
            Vector512<float> gw = Vec.Load(g + i) * Vec.Load(w + i);
            sum += gw;
            dot = Vec.FusedMultiplyAdd(gw, (Vec.Load(x + i) - m) * r, dot);
        }
        float tailSum = 0, tailDot = 0;
        for (; i < n; i++)
        {
            tailSum += g[i] * w[i];
            tailDot = MathF.FusedMultiplyAdd(g[i] * w[i], (x[i] - mean) * rstd, tailDot);
        }
        float a = (Vec.Sum(sum) + tailSum) / n, c = (Vec.Sum(dot) + tailDot) / n;

        Vector512<float> va = Vec.Create(a), vc = Vec.Create(c);
        for (i = 0; i <= n - Lanes; i += Lanes)
        {
            Vector512<float> inner = Vec.Load(g + i) * Vec.Load(w + i) - va;
            Vector512<float> y = Vec.FusedMultiplyAdd(-((Vec.Load(x + i) - m) * r), vc, inner) * r;
            Vec.Store(accumulate ? Vec.Load(gx + i) + y : y, gx + i);
        }
        for (; i < n; i++)
        {
            float y = MathF.FusedMultiplyAdd(-((x[i] - mean) * rstd), c, g[i] * w[i] - a) * rstd;
            gx[i] = accumulate ? gx[i] + y : y;
        }
    }

    /// <summary>gx (+)= rstd·(g⊙w − mean(g⊙w)), or without the mean: normalisation with its denominator, or all its statistics, as constants.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PullAffine(float rstd, float* w, float* g, float* gx, int n, bool accumulate, bool keepMean)
    {
        float mean = keepMean ? Dot(g, w, n) / n : 0;
        for (int i = 0; i < n; i++)
        {
            float y = (g[i] * w[i] - mean) * rstd;
            gx[i] = accumulate ? gx[i] + y : y;
        }
    }

    /// <summary>g ← scale · p⊙(g − ⟨g, p⟩): the pull of softmax(scale·x), in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PullSoftmax(float* p, float* g, int n, float scale)
    {
        float dot = Dot(g, p, n);
        Vector512<float> d = Vec.Create(dot), s = Vec.Create(scale), last = default;
        if (n >= Lanes) last = (Vec.Load(g + n - Lanes) - d) * Vec.Load(p + n - Lanes) * s; // overlaps what the loop does, with the same bits
        int i = 0;
        for (; i <= n - Lanes; i += Lanes) Vec.Store((Vec.Load(g + i) - d) * Vec.Load(p + i) * s, g + i);
        if (n >= Lanes) Vec.Store(last, g + n - Lanes);
        else
            for (; i < n; i++) g[i] = (g[i] - dot) * p[i] * scale;
    }

    /// <summary>Numbers i .. n-1, fewer than a vector holds, and zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> Tail(float* x, int i, int n) => i > 0 && Vector512.IsHardwareAccelerated
        ? Vec.Shuffle(Vec.Load(x + n - Lanes), Vector512<int>.Indices + Vec.Create(Lanes + i - n))
        : Padded(x + i, n - i);

    [MethodImpl(MethodImplOptions.NoInlining)]
    static Vector512<float> Padded(float* x, int n)
    {
        float* padded = stackalloc float[Lanes];
        new Span<float>(padded, Lanes).Clear();
        for (int i = 0; i < n; i++) padded[i] = x[i];
        return Vec.Load(padded);
    }
}
