// The sums that Gemm promises, number by number: blocks of Gemm.Depth along k, fused multiply-adds from zero inside a block.

using System.Numerics.Tensors;
using Translucent.Tensors;

namespace Translucent.Tests.Reference;

static unsafe class PlainProduct
{
    /// <summary>C = A·B, or C += A·B, in the order that Gemm documents: each number has a sum of its own, and those of a row go on together.</summary>
    public static void Multiply(int m, int n, int k, Operand a, Operand b, float* c, int ldc, bool accumulate)
    {
        float[] right = new float[k * n], sums = new float[n];
        for (int p = 0; p < k; p++)
            for (int j = 0; j < n; j++) right[p * n + j] = Read(b, p, j);
        for (int i = 0; i < m; i++)
        {
            Span<float> totals = new(c + (nint)i * ldc, n);
            if (!accumulate) totals.Clear();
            for (int start = 0; start < k; start += Gemm.Depth)
            {
                Array.Clear(sums);
                for (int p = start; p < Math.Min(k, start + Gemm.Depth); p++)
                    TensorPrimitives.FusedMultiplyAdd(right.AsSpan(p * n, n), Read(a, i, p), sums, sums);
                if (start == 0 && !accumulate) sums.CopyTo(totals);
                else TensorPrimitives.Add(totals, sums, totals);
            }
        }
    }

    /// <summary>Element (r, c) of an operand.</summary>
    public static float Read(Operand x, int r, int c)
    {
        nint at = r * x.RowStride + c * x.ColumnStride;
        float value = x.Type switch
        {
            ElementType.Float32 => ((float*)x.Data)[at],
            ElementType.Float16 => (float)((Half*)x.Data)[at],
            _ => BitConverter.UInt32BitsToSingle((uint)((ushort*)x.Data)[at] << 16),
        };
        return x.Factor == null ? value : value * x.Factor[r % x.FactorRows * x.FactorStride + c];
    }
}
