// The kernel for AVX-512: a tile of C lives in registers while k runs; each number of A is broadcast once and used twice.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Translucent.Tensors;

/// <summary>12 rows by 32 columns: 24 sums, two vectors of B and one broadcast number of A in 27 of 32 registers.</summary>
internal sealed unsafe class Vector512Kernel() : GemmKernel("vector512", rows: 12, columns: 32, lanes: 16)
{
    public override bool IsSupported => Vector512.IsHardwareAccelerated;

    protected override void Tile(int rows, int columns, int k, in LeftRows a, float* b, float* c, nint ldc, bool add)
    {
        if (columns > 16) Tile<TwoVectors>(rows, k, in a, b, c, ldc, add);
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
            case 7: Tile<Rows7, TWidth>(k, in a, b, c, ldc, add); break;
            case 8: Tile<Rows8, TWidth>(k, in a, b, c, ldc, add); break;
            case 9: Tile<Rows9, TWidth>(k, in a, b, c, ldc, add); break;
            case 10: Tile<Rows10, TWidth>(k, in a, b, c, ldc, add); break;
            case 11: Tile<Rows11, TWidth>(k, in a, b, c, ldc, add); break;
            case 12: Tile<Rows12, TWidth>(k, in a, b, c, ldc, add); break;
        }
    }

    // One text for every height and width: the tests of TRows and TWidth are constants to the compiler.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Tile<TRows, TWidth>(int k, in LeftRows a, float* b, float* c, nint ldc, bool add) where TRows : struct, IRows where TWidth : struct, IVectors
    {
        Vector512<float> c00 = default, c10 = default, c20 = default, c30 = default, c40 = default, c50 = default, c60 = default, c70 = default, c80 = default,
            c90 = default, ca0 = default, cb0 = default;
        Vector512<float> c01 = default, c11 = default, c21 = default, c31 = default, c41 = default, c51 = default, c61 = default, c71 = default, c81 = default,
            c91 = default, ca1 = default, cb1 = default;
        nint row = a.RowStride, row2 = 2 * row, row3 = 3 * row, step = a.Step;
        float* a0 = a.Data, a4 = a0 + 4 * row, a8 = a0 + 8 * row;
        Fetch<TRows, TWidth>(c, ldc);
        for (; k > 0; k--, a0 += step, a4 += step, a8 += step, b += 32)
        {
            Vector512<float> b0 = Vector512.LoadAligned(b), b1 = TWidth.Count > 1 ? Vector512.LoadAligned(b + 16) : default;
            MultiplyAdd<TWidth>(a0[0], b0, b1, ref c00, ref c01);
            if (TRows.Count > 1) MultiplyAdd<TWidth>(a0[row], b0, b1, ref c10, ref c11);
            if (TRows.Count > 2) MultiplyAdd<TWidth>(a0[row2], b0, b1, ref c20, ref c21);
            if (TRows.Count > 3) MultiplyAdd<TWidth>(a0[row3], b0, b1, ref c30, ref c31);
            if (TRows.Count > 4) MultiplyAdd<TWidth>(a4[0], b0, b1, ref c40, ref c41);
            if (TRows.Count > 5) MultiplyAdd<TWidth>(a4[row], b0, b1, ref c50, ref c51);
            if (TRows.Count > 6) MultiplyAdd<TWidth>(a4[row2], b0, b1, ref c60, ref c61);
            if (TRows.Count > 7) MultiplyAdd<TWidth>(a4[row3], b0, b1, ref c70, ref c71);
            if (TRows.Count > 8) MultiplyAdd<TWidth>(a8[0], b0, b1, ref c80, ref c81);
            if (TRows.Count > 9) MultiplyAdd<TWidth>(a8[row], b0, b1, ref c90, ref c91);
            if (TRows.Count > 10) MultiplyAdd<TWidth>(a8[row2], b0, b1, ref ca0, ref ca1);
            if (TRows.Count > 11) MultiplyAdd<TWidth>(a8[row3], b0, b1, ref cb0, ref cb1);
        }
        Store<TWidth>(c00, c01, c, add);
        if (TRows.Count > 1) Store<TWidth>(c10, c11, c + ldc, add);
        if (TRows.Count > 2) Store<TWidth>(c20, c21, c + 2 * ldc, add);
        if (TRows.Count > 3) Store<TWidth>(c30, c31, c + 3 * ldc, add);
        if (TRows.Count > 4) Store<TWidth>(c40, c41, c + 4 * ldc, add);
        if (TRows.Count > 5) Store<TWidth>(c50, c51, c + 5 * ldc, add);
        if (TRows.Count > 6) Store<TWidth>(c60, c61, c + 6 * ldc, add);
        if (TRows.Count > 7) Store<TWidth>(c70, c71, c + 7 * ldc, add);
        if (TRows.Count > 8) Store<TWidth>(c80, c81, c + 8 * ldc, add);
        if (TRows.Count > 9) Store<TWidth>(c90, c91, c + 9 * ldc, add);
        if (TRows.Count > 10) Store<TWidth>(ca0, ca1, c + 10 * ldc, add);
        if (TRows.Count > 11) Store<TWidth>(cb0, cb1, c + 11 * ldc, add);
    }

    /// <summary>Asks for the tile of C while the sums are made, so that no store has to wait for its line.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Fetch<TRows, TWidth>(float* c, nint ldc) where TRows : struct, IRows where TWidth : struct, IVectors
    {
        if (!Sse.IsSupported) return;
        for (int i = 0; i < TRows.Count; i++, c += ldc)
        {
            Sse.Prefetch0(c);
            if (TWidth.Count > 1) Sse.Prefetch0(c + 16);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void MultiplyAdd<TWidth>(float a, Vector512<float> b0, Vector512<float> b1, ref Vector512<float> c0, ref Vector512<float> c1) where TWidth : struct,
        IVectors
    {
        Vector512<float> x = Vector512.Create(a);
        c0 = Vector512.FusedMultiplyAdd(x, b0, c0);
        if (TWidth.Count > 1) c1 = Vector512.FusedMultiplyAdd(x, b1, c1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store<TWidth>(Vector512<float> c0, Vector512<float> c1, float* c, bool add) where TWidth : struct, IVectors
    {
        (add ? Vector512.Load(c) + c0 : c0).Store(c);
        if (TWidth.Count > 1) (add ? Vector512.Load(c + 16) + c1 : c1).Store(c + 16);
    }
}
