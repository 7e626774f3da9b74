// The most arithmetic that one core can do: fused multiply-adds between registers, with no memory in the way.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Translucent.Tensors;

/// <summary>A loop of nothing but fused multiply-adds, for the caller to time.</summary>
static class FmaPeak
{
    const int Chains = 16; // independent, so that the latency of one (4 cycles, two at a time) hides behind the others

    /// <summary>Runs the loop on the calling thread.</summary>
    /// <param name="repetitions">How often each of 16 chains is multiplied and added to; a million takes about 10 ms.</param>
    /// <returns>How many floating-point operations were done.</returns>
    public static double Run(int repetitions)
    {
        if (Vector512.IsHardwareAccelerated) Wide512(repetitions);
        else Wide256(repetitions);
        return 2.0 * Chains * repetitions * (Vector512.IsHardwareAccelerated ? 16 : 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static Vector512<float> Wide512(int repetitions)
    {
        Vector512<float> x = Vector512.Create(0.999999f), y = Vector512.Create(0.000001f);
        Vector512<float> c0 = x, c1 = x, c2 = x, c3 = x, c4 = x, c5 = x, c6 = x, c7 = x;
        Vector512<float> d0 = x, d1 = x, d2 = x, d3 = x, d4 = x, d5 = x, d6 = x, d7 = x;
        for (; repetitions > 0; repetitions--)
        {
            c0 = Vector512.FusedMultiplyAdd(c0, x, y); c1 = Vector512.FusedMultiplyAdd(c1, x, y);
            c2 = Vector512.FusedMultiplyAdd(c2, x, y); c3 = Vector512.FusedMultiplyAdd(c3, x, y);
            c4 = Vector512.FusedMultiplyAdd(c4, x, y); c5 = Vector512.FusedMultiplyAdd(c5, x, y);
            c6 = Vector512.FusedMultiplyAdd(c6, x, y); c7 = Vector512.FusedMultiplyAdd(c7, x, y);
            d0 = Vector512.FusedMultiplyAdd(d0, x, y); d1 = Vector512.FusedMultiplyAdd(d1, x, y);
            d2 = Vector512.FusedMultiplyAdd(d2, x, y); d3 = Vector512.FusedMultiplyAdd(d3, x, y);
            d4 = Vector512.FusedMultiplyAdd(d4, x, y); d5 = Vector512.FusedMultiplyAdd(d5, x, y);
            d6 = Vector512.FusedMultiplyAdd(d6, x, y); d7 = Vector512.FusedMultiplyAdd(d7, x, y);
        }
        return c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + d0 + d1 + d2 + d3 + d4 + d5 + d6 + d7;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static Vector256<float> Wide256(int repetitions)
    {
        Vector256<float> x = Vector256.Create(0.999999f), y = Vector256.Create(0.000001f);
        Vector256<float> c0 = x, c1 = x, c2 = x, c3 = x, c4 = x, c5 = x, c6 = x, c7 = x;
        Vector256<float> d0 = x, d1 = x, d2 = x, d3 = x, d4 = x, d5 = x, d6 = x, d7 = x;
        for (; repetitions > 0; repetitions--)
        {
            c0 = Vector256.FusedMultiplyAdd(c0, x, y); c1 = Vector256.FusedMultiplyAdd(c1, x, y);
            c2 = Vector256.FusedMultiplyAdd(c2, x, y); c3 = Vector256.FusedMultiplyAdd(c3, x, y);
            c4 = Vector256.FusedMultiplyAdd(c4, x, y); c5 = Vector256.FusedMultiplyAdd(c5, x, y);
            c6 = Vector256.FusedMultiplyAdd(c6, x, y); c7 = Vector256.FusedMultiplyAdd(c7, x, y);
            d0 = Vector256.FusedMultiplyAdd(d0, x, y); d1 = Vector256.FusedMultiplyAdd(d1, x, y);
            d2 = Vector256.FusedMultiplyAdd(d2, x, y); d3 = Vector256.FusedMultiplyAdd(d3, x, y);
            d4 = Vector256.FusedMultiplyAdd(d4, x, y); d5 = Vector256.FusedMultiplyAdd(d5, x, y);
            d6 = Vector256.FusedMultiplyAdd(d6, x, y); d7 = Vector256.FusedMultiplyAdd(d7, x, y);
        }
        return c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + d0 + d1 + d2 + d3 + d4 + d5 + d6 + d7;
    }
}
