// A dot product in float64 whose bits depend on the numbers alone, not on where in memory they lie (TensorPrimitives aligns its sums).

using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Translucent.Explain.Projection;

static class OrderedDot
{
    const int Lanes = 8;

    /// <summary>⟨a, b⟩: number i goes to partial sum i mod 8, the eight are added in order.</summary>
    public static double Of(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        Vector512<double> sums = Vector512<double>.Zero;
        int full = a.Length / Lanes * Lanes;
        ref double x = ref MemoryMarshal.GetReference(a), y = ref MemoryMarshal.GetReference(b[..a.Length]);
        for (int i = 0; i < full; i += Lanes)
            sums = Vector512.FusedMultiplyAdd(Vector512.LoadUnsafe(ref x, (nuint)i), Vector512.LoadUnsafe(ref y, (nuint)i), sums);
        double sum = 0;
        for (int lane = 0; lane < Lanes; lane++)
            sum += full + lane < a.Length ? Math.FusedMultiplyAdd(a[full + lane], b[full + lane], sums[lane]) : sums[lane];
        return sum;
    }
}
