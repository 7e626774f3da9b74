// The kernel for AVX2 with FMA: a tile of C lives in registers while k runs; each number of A is broadcast once and used twice.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Translucent.Tensors;

/// <summary>6 rows by 16 columns: 12 sums, two vectors of B and one broadcast number of A in 15 of 16 registers.</summary>
internal sealed unsafe class Vector256Kernel() : GemmKernel("vector256", rows: 6, columns: 16, lanes: 8)
{
    public override bool IsSupported => Vector256.IsHardwareAccelerated;

    protected override void Tile(int rows, int columns, int k, in LeftRows a, float* b, float* c, nint ldc, bool add)
    {
        if (columns > 8) Tile<TwoVectors>(rows, k, in a, b, c, ldc, add);
        else Tile<OneVector>(rows, k, in a, b, c, ldc, add);
    }

    static void Tile<TWidth>(int rows, int k, in LeftRows a, float* b, float* c, nint ldc, bool add) where TWidth : struct, IVectors
    {
        switch (rows)
        {
            case 1: Tile<Rows1, TWidth>(k, in a, b, c, ldc, add); break;
            case 2: Tile<Rows2, TWidth>(k, in a, b, c, ldc, add); break;
            case 3: Tile<Rows3, TWidth>(k, in a, b, c, ldc, add); break;
            case 4: Tile<Rows4, TWidth>(k, in a, b, c, ldc, add); break;
            case 5: Tile<Rows5, TWidth>(k, in a, b, c, ldc, add); break;
            case 6: Tile<Rows6, TWidth>(k, in a, b, c, ldc, add); break;
        }
    }

    // One text for every height and width: the tests of TRows and TWidth are constants to the compiler.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Tile<TRows, TWidth>(int k, in LeftRows a, float* b, float* c, nint ldc, bool add) where TRows : struct, IRows where TWidth : struct, IVectors
    {
        Vector256<float> c00 = default, c10 = default, c20 = default, c30 = default, c40 = default, c50 = default;
        Vector256<float> c01 = default, c11 = default, c21 = default, c31 = default, c41 = default, c51 = default;
        nint row = a.RowStride, row2 = 2 * row, step = a.Step;
        float* a0 = a.Data, a3 = a0 + 3 * row;
        for (; k > 0; k--, a0 += step, a3 += step, b += 16)
        {
            Vector256<float> b0 = Vector256.LoadAligned(b), b1 = TWidth.Count > 1 ? Vector256.LoadAligned(b + 8) : default;
            MultiplyAdd<TWidth>(a0[0], b0, b1, ref c00, ref c01);
            if (TRows.Count > 1) MultiplyAdd<TWidth>(a0[row], b0, b1, ref c10, ref c11);
            if (TRows.Count > 2) MultiplyAdd<TWidth>(a0[row2], b0, b1, ref c20, ref c21);
            if (TRows.Count > 3) MultiplyAdd<TWidth>(a3[0], b0, b1, ref c30, ref c31);
            if (TRows.Count > 4) MultiplyAdd<TWidth>(a3[row], b0, b1, ref c40, ref c41);
            if (TRows.Count > 5) MultiplyAdd<TWidth>(a3[row2], b0, b1, ref c50, ref c51);
        }
        Store<TWidth>(c00, c01, c, add);
        if (TRows.Count > 1) Store<TWidth>(c10, c11, c + ldc, add);
        if (TRows.Count > 2) Store<TWidth>(c20, c21, c + 2 * ldc, add);
        if (TRows.Count > 3) Store<TWidth>(c30, c31, c + 3 * ldc, add);
        if (TRows.Count > 4) Store<TWidth>(c40, c41, c + 4 * ldc, add);
        if (TRows.Count > 5) Store<TWidth>(c50, c51, c + 5 * ldc, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void MultiplyAdd<TWidth>(float a, Vector256<float> b0, Vector256<float> b1, ref Vector256<float> c0, ref Vector256<float> c1) where TWidth : struct,
        IVectors
    {
        Vector256<float> x = Vector256.Create(a);
        c0 = Vector256.FusedMultiplyAdd(x, b0, c0);
        if (TWidth.Count > 1) c1 = Vector256.FusedMultiplyAdd(x, b1, c1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store<TWidth>(Vector256<float> c0, Vector256<float> c1, float* c, bool add) where TWidth : struct, IVectors
    {
        (add ? Vector256.Load(c) + c0 : c0).Store(c);
        if (TWidth.Count > 1) (add ? Vector256.Load(c + 8) + c1 : c1).Store(c + 8);
    }
}
