// softmax over one row. The largest number is subtracted first, so that nothing overflows.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Translucent.Tensors;

/// <summary>Operations on one row.</summary>
internal static unsafe partial class Kernels
{
    /// <summary>row = softmax(scale·row), in place.</summary>
    /// <remarks>
    /// The same bits on every machine: sixteen partial sums, number i in sum i mod 16, then halves added to halves. A number of
    /// minus infinity gets probability 0; a row of nothing else, or with plus infinity or NaN, becomes NaN.
    /// </remarks>
    /// <param name="row">Scores in, probabilities out.</param>
    /// <param name="scale">Positive.</param>
    public static void Softmax(Span<float> row, float scale)
    {
        if (row.Length == 0) return;
        if (Vector512.IsHardwareAccelerated) Softmax<Lanes16>(row, scale);
        else Softmax<Lanes8>(row, scale);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Softmax<V>(Span<float> row, float scale) where V : struct, ILanes<V>
    {
        int count = row.Length, full = count / 16 * 16;
        float* rest = stackalloc float[16];
        new Span<float>(rest, 16).Fill(float.NegativeInfinity); // adds nothing to maximum and sum
        row[full..].CopyTo(new Span<float>(rest, 16));
        fixed (float* x = row)
        {
            V largest = V.Create(Largest<V>(x, full, rest)), factor = V.Create(scale);
            V low = V.Create(0), high = low; // lanes 0-7 and 8-15, where a vector holds 8
            for (int i = 0; i < full; i += 16) Exponentials(x + i, largest, factor, ref low, ref high);
            if (full < count) Exponentials(rest, largest, factor, ref low, ref high);

            V inverse = V.Create(1 / Sum(low, high));
            for (int i = 0; i < full; i += V.Count) V.Store(V.Load(x + i) * inverse, x + i);
            for (int i = 0; i < 16; i += V.Count) V.Store(V.Load(rest + i) * inverse, rest + i);
        }
        new ReadOnlySpan<float>(rest, count - full).CopyTo(row[full..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static float Largest<V>(float* x, int full, float* rest) where V : struct, ILanes<V>
    {
        V largest = V.Load(rest);
        if (V.Count < 16) largest = V.Max(largest, V.Load(rest + V.Count));
        for (int i = 0; i < full; i += V.Count) largest = V.Max(largest, V.Load(x + i));
        float* lanes = stackalloc float[16];
        V.Store(largest, lanes);
        if (V.Count == 8) V.Store(largest, lanes + 8);
        Vector128<float> four = Vector128.MaxNative(
            Vector128.MaxNative(Vector128.Load(lanes), Vector128.Load(lanes + 8)),
            Vector128.MaxNative(Vector128.Load(lanes + 4), Vector128.Load(lanes + 12)));
        return MathF.Max(MathF.Max(four[0], four[2]), MathF.Max(four[1], four[3]));
    }

    /// <summary>Sixteen numbers in place, added to the partial sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Exponentials<V>(float* x, V largest, V factor, ref V low, ref V high) where V : struct, ILanes<V>
    {
        V e = VectorMath.Exp((V.Load(x) - largest) * factor);
        V.Store(e, x);
        low += e;
        if (V.Count == 16) return;
        e = VectorMath.Exp((V.Load(x + 8) - largest) * factor);
        V.Store(e, x + 8);
        high += e;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static float Sum<V>(V low, V high) where V : struct, ILanes<V>
    {
        float* lanes = stackalloc float[16];
        V.Store(low, lanes);
        if (V.Count == 8) V.Store(high, lanes + 8);
        Vector128<float> four = Vector128.Load(lanes) + Vector128.Load(lanes + 8) + (Vector128.Load(lanes + 4) + Vector128.Load(lanes + 12));
        return four[0] + four[2] + (four[1] + four[3]);
    }
}
