// The kernel for machines without wide vectors, and the plainest statement of what every kernel computes.

using System.Runtime.CompilerServices;

namespace Translucent.Tensors;

/// <summary>4 rows by 4 columns, one number at a time.</summary>
internal sealed unsafe class ScalarKernel() : GemmKernel("scalar", rows: 4, columns: 4, lanes: 4)
{
    public override bool IsSupported => true;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void Tile(int rows, int columns, int k, in LeftRows a, float* b, float* c, nint ldc, bool add)
    {
        for (int i = 0; i < rows; i++, c += ldc)
        {
            float c0 = 0, c1 = 0, c2 = 0, c3 = 0;
            for (int p = 0; p < k; p++)
            {
                float x = a.Data[p * a.Step + i * a.RowStride];
                float* y = b + p * 4;
                c0 = MathF.FusedMultiplyAdd(x, y[0], c0);
                c1 = MathF.FusedMultiplyAdd(x, y[1], c1);
                c2 = MathF.FusedMultiplyAdd(x, y[2], c2);
                c3 = MathF.FusedMultiplyAdd(x, y[3], c3);
            }
            c[0] = add ? c[0] + c0 : c0;
            c[1] = add ? c[1] + c1 : c1;
            c[2] = add ? c[2] + c2 : c2;
            c[3] = add ? c[3] + c3 : c3;
        }
    }
}
