// C = A·B and C += A·B in float32.

namespace Translucent.Tensors;

/// <summary>Called for a finished part of one row of C: its row, its first column, and its values, to change in place.</summary>
internal unsafe delegate void Epilogue(int row, int column, Span<float> values);

/// <summary>Matrix products.</summary>
internal static unsafe class Gemm
{
    /// <summary>C = A·B, or C += A·B; A [m, k], B [k, n], C [m, n] with row stride <paramref name="ldc"/>.</summary>
    public static void Multiply(int m, int n, int k, Operand a, Operand b, float* c, int ldc, bool accumulate = false, Epilogue? epilogue = null)
    {
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                float sum = 0;
                for (int p = 0; p < k; p++) sum = MathF.FusedMultiplyAdd(Read(a, i, p), Read(b, p, j), sum);
                c[i * (long)ldc + j] = accumulate ? c[i * (long)ldc + j] + sum : sum;
            }
            epilogue?.Invoke(i, 0, new Span<float>(c + i * (long)ldc, n));
        }
    }

    static float Read(Operand x, int r, int c)
    {
        nint at = r * x.RowStride + c * x.ColumnStride;
        float value = x.Type switch
        {
            ElementType.Float32 => ((float*)x.Data)[at],
            ElementType.Float16 => (float)((Half*)x.Data)[at],
            _ => BitConverter.UInt32BitsToSingle((uint)((ushort*)x.Data)[at] << 16),
        };
        return x.Factor == null ? value : value * x.Factor[(r % x.FactorRows) * (nint)x.FactorStride + c];
    }
}
