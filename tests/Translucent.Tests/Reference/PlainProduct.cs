// The sums that Gemm promises, number by number: blocks of Gemm.Depth along k, fused multiply-adds from zero inside a block.

using Translucent.Tensors;

namespace Translucent.Tests.Reference;

static unsafe class PlainProduct
{
    /// <summary>C = A·B, or C += A·B, in the order that Gemm documents.</summary>
    public static void Multiply(int m, int n, int k, Operand a, Operand b, float* c, int ldc, bool accumulate)
    {
        for (int i = 0; i < m; i++)
            for (int j = 0; j < n; j++)
            {
                float total = accumulate ? c[i * ldc + j] : 0;
                for (int start = 0; start < k; start += Gemm.Depth)
                {
                    float sum = 0;
                    for (int p = start; p < Math.Min(k, start + Gemm.Depth); p++) sum = MathF.FusedMultiplyAdd(Read(a, i, p), Read(b, p, j), sum);
                    total = start == 0 && !accumulate ? sum : total + sum;
                }
                c[i * ldc + j] = total;
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
