// The derivative of root-mean-square normalisation, and the turn of pairs of numbers that rotary positions are.
// Sums run over sixteen fixed lanes, as in Kernels.Rows.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Vec = System.Runtime.Intrinsics.Vector512;

namespace Translucent.Tensors;

static unsafe partial class Kernels
{
    /// <summary>y = x·r⊙w.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scale(float* x, float r, float* w, float* y, int n)
    {
        Vector512<float> factor = Vec.Create(r);
        int i = 0;
        for (; i <= n - Lanes; i += Lanes) Vec.Store(Vec.Load(x + i) * factor * Vec.Load(w + i), y + i);
        for (; i < n; i++) y[i] = x[i] * r * w[i];
    }

    /// <summary>gx (+)= r·(g⊙w − x̂·mean(g⊙w⊙x̂)), x̂ = x·r: the pull of normalisation by the root of the mean square.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PullRms(float* x, float r, float* w, float* g, float* gx, int n, bool accumulate)
    {
        Vector512<float> dot = Vector512<float>.Zero;
        int i = 0;
        for (; i <= n - Lanes; i += Lanes) dot = Vec.FusedMultiplyAdd(Vec.Load(g + i) * Vec.Load(w + i), Vec.Load(x + i), dot);
        float tail = 0;
        for (; i < n; i++) tail = MathF.FusedMultiplyAdd(g[i] * w[i], x[i], tail);
        float along = (Vec.Sum(dot) + tail) * r * r / n;

        Vector512<float> c = Vec.Create(-along), factor = Vec.Create(r);
        for (i = 0; i <= n - Lanes; i += Lanes)
        {
            Vector512<float> y = Vec.FusedMultiplyAdd(Vec.Load(x + i), c, Vec.Load(g + i) * Vec.Load(w + i)) * factor;
            Vec.Store(accumulate ? Vec.Load(gx + i) + y : y, gx + i);
        }
        for (; i < n; i++)
        {
            float y = MathF.FusedMultiplyAdd(x[i], -along, g[i] * w[i]) * r;
            gx[i] = accumulate ? gx[i] + y : y;
        }
    }

    /// <summary>Turns the pairs (x[i], x[i + half]) by angles, with sign −1 back: y (+)= (a·cos − b·sin, b·cos + a·sin).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Turn(float* x, float* cos, float* sin, float sign, float* y, int half, bool accumulate)
    {
        for (int i = 0; i < half; i++)
        {
            float a = x[i], b = x[half + i], s = sign * sin[i], first = a * cos[i] - b * s, second = b * cos[i] + a * s;
            y[i] = accumulate ? y[i] + first : first;
            y[half + i] = accumulate ? y[half + i] + second : second;
        }
    }

    /// <summary>The same for the pairs (x[2i], x[2i + 1]).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TurnNeighbours(float* x, float* cos, float* sin, float sign, float* y, int half, bool accumulate)
    {
        for (int i = 0; i < half; i++, x += 2, y += 2)
        {
            float a = x[0], b = x[1], s = sign * sin[i], first = a * cos[i] - b * s, second = b * cos[i] + a * s;
            y[0] = accumulate ? y[0] + first : first;
            y[1] = accumulate ? y[1] + second : second;
        }
    }
}
