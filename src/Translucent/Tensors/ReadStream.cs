// How fast the memory of this machine can be read: the bound of work that reads much and computes little, such as writing a text token by token.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Translucent.Tensors;

/// <summary>A loop of nothing but loads, for the caller to time.</summary>
static unsafe class ReadStream
{
    const int Piece = 1 << 18; // numbers that a thread reads before it takes the next

    /// <summary>Reads a tensor, much larger than the caches, by all threads.</summary>
    /// <returns>The sum of its numbers, so that nothing is left out.</returns>
    public static float Run(Compute compute, Tensor memory)
    {
        int pieces = (memory.Length + Piece - 1) / Piece;
        float[] sums = new float[pieces];
        float* from = memory.Pointer;
        compute.For(pieces, i => sums[i] = Sum(from + (nint)i * Piece, Math.Min(Piece, memory.Length - i * Piece)));
        return sums.Sum();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static float Sum(float* x, int count)
    {
        Vector256<float> a = default, b = default, c = default, d = default;
        int i = 0;
        for (; i + 32 <= count; i += 32)
        {
            a += Vector256.Load(x + i);
            b += Vector256.Load(x + i + 8);
            c += Vector256.Load(x + i + 16);
            d += Vector256.Load(x + i + 24);
        }
        float sum = Vector256.Sum(a + b + (c + d));
        for (; i < count; i++) sum += x[i];
        return sum;
    }
}
