// A few rows times a matrix of weights, y = x·Wᵀ: every weight is read once, where it lies, so that memory sets the pace and not arithmetic. What a
// language model does for each token it writes.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Translucent.Files;

namespace Translucent.Tensors;

/// <summary>Products of up to <see cref="MostRows"/> rows, which <see cref="Gemm"/> would spend on packing.</summary>
/// <remarks>
/// Where inputs lie side by side, an output is summed in 16 lanes over k, in a fixed order; where outputs do, in the order of k. The bits do not depend
/// on threads, but they are not those of <see cref="Gemm"/>: the sums are the same to rounding.
/// </remarks>
static unsafe class RowProduct
{
    /// <summary>How many rows are worth it.</summary>
    public const int MostRows = 4;

    const int Lanes = 8;
    const int CacheLine = 64;
    const int WorthAThread = 1 << 16; // bytes of weights
    const int PartsPerThread = 4;     // so that a thread that is held up does not hold up the others

    /// <summary>y [rows, outs] = x [rows, ins]·Wᵀ.</summary>
    /// <param name="compute">Threads.</param>
    /// <param name="rows">At most <see cref="MostRows"/>.</param>
    /// <param name="outs">Rows of W.</param>
    /// <param name="ins">Columns of W.</param>
    /// <param name="x">Its rows lie one behind the other.</param>
    /// <param name="w">[outs, ins], without a factor.</param>
    /// <param name="y">Its rows lie one behind the other.</param>
    /// <param name="epilogue">Called once for every element of y when it is there, by the thread that computed it.</param>
    public static void Multiply(Compute compute, int rows, int outs, int ins, float* x, Operand w, float* y, Epilogue? epilogue = null)
    {
        using Lease lease = w.Hold();
        long bytes = (long)outs * ins * w.ElementSize;
        int parts = (int)Math.Clamp(bytes / WorthAThread, 1, PartsPerThread * compute.Threads), size = ((outs + parts - 1) / parts + Lanes - 1) / Lanes * Lanes;
        if (compute.Threads == 1) size = outs;
        compute.For((outs + size - 1) / size, part =>
        {
            int first = part * size, count = Math.Min(size, outs - first);
            for (int row = 0; row < rows; row++)
            {
                float* from = x + (nint)row * ins, into = y + (nint)row * outs + first;
                if (w.Type == ElementType.BFloat16) Part<BFloat16Reader>(from, w, first, ins, into, count);
                else if (w.Type == ElementType.Float16) Part<Float16Reader>(from, w, first, ins, into, count);
                else Part<Float32Reader>(from, w, first, ins, into, count);
                epilogue?.Invoke(row, first, new Span<float>(into, count));
            }
        });
    }

    static void Part<TReader>(float* x, in Operand w, int first, int ins, float* y, int count) where TReader : struct, IElementReader
    {
        byte* from = (byte*)w.Data + first * w.RowStride * TReader.Size;
        if (w.ColumnStride == 1) Dots<TReader>(x, from, w.RowStride * TReader.Size, ins, y, count);
        else Sums<TReader>(x, from, w.ColumnStride * TReader.Size, ins, y, count);
    }

    /// <summary>y_i = ⟨x, w_i⟩, rows of w a stride of bytes apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Dots<TReader>(float* x, byte* w, nint stride, int ins, float* y, int count) where TReader : struct, IElementReader
    {
        int i = 0;
        for (; i + 4 <= count; i += 4)
        {
            byte* w0 = w + i * stride, w1 = w0 + stride, w2 = w1 + stride, w3 = w2 + stride;
            Vector256<float> a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
            int k = 0;
            for (; k + 2 * Lanes <= ins; k += 2 * Lanes)
            {
                for (int line = 0; line < 8 * Lanes * TReader.Size; line += CacheLine) Prefetch(w0 + 4 * (stride + k * TReader.Size) + line);
                Vector256<float> v = Vector256.Load(x + k), u = Vector256.Load(x + k + Lanes);
                a0 = Vector256.FusedMultiplyAdd(v, TReader.Eight(w0, null, k), a0);
                a1 = Vector256.FusedMultiplyAdd(v, TReader.Eight(w1, null, k), a1);
                a2 = Vector256.FusedMultiplyAdd(v, TReader.Eight(w2, null, k), a2);
                a3 = Vector256.FusedMultiplyAdd(v, TReader.Eight(w3, null, k), a3);
                b0 = Vector256.FusedMultiplyAdd(u, TReader.Eight(w0, null, k + Lanes), b0);
                b1 = Vector256.FusedMultiplyAdd(u, TReader.Eight(w1, null, k + Lanes), b1);
                b2 = Vector256.FusedMultiplyAdd(u, TReader.Eight(w2, null, k + Lanes), b2);
                b3 = Vector256.FusedMultiplyAdd(u, TReader.Eight(w3, null, k + Lanes), b3);
            }
            y[i] = Rest<TReader>(x, w0, k, ins, Vector256.Sum(a0 + b0));
            y[i + 1] = Rest<TReader>(x, w1, k, ins, Vector256.Sum(a1 + b1));
            y[i + 2] = Rest<TReader>(x, w2, k, ins, Vector256.Sum(a2 + b2));
            y[i + 3] = Rest<TReader>(x, w3, k, ins, Vector256.Sum(a3 + b3));
        }
        for (; i < count; i++)
        {
            byte* w0 = w + i * stride;
            Vector256<float> a = default, b = default;
            int k = 0;
            for (; k + 2 * Lanes <= ins; k += 2 * Lanes)
            {
                a = Vector256.FusedMultiplyAdd(Vector256.Load(x + k), TReader.Eight(w0, null, k), a);
                b = Vector256.FusedMultiplyAdd(Vector256.Load(x + k + Lanes), TReader.Eight(w0, null, k + Lanes), b);
            }
            y[i] = Rest<TReader>(x, w0, k, ins, Vector256.Sum(a + b));
        }
    }

    /// <summary>Asks for memory that is read soon: the next rows, beside those that are multiplied. Rows end at pages, where the machine does not look ahead
    /// by itself.</summary>
    static void Prefetch(byte* at)
    {
        if (Sse.IsSupported) Sse.Prefetch0(at);
    }

    static float Rest<TReader>(float* x, byte* w, int k, int ins, float sum) where TReader : struct, IElementReader
    {
        for (; k < ins; k++) sum = MathF.FusedMultiplyAdd(x[k], TReader.One(w, null, k), sum);
        return sum;
    }

    /// <summary>y = Σ_k x_k·w_k, columns of w a stride of bytes apart: for checkpoints that store a layer as [in, out].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Sums<TReader>(float* x, byte* w, nint stride, int ins, float* y, int count) where TReader : struct, IElementReader
    {
        new Span<float>(y, count).Clear();
        int k = 0;
        for (; k + 4 <= ins; k += 4)
        {
            byte* w0 = w + k * stride, w1 = w0 + stride, w2 = w1 + stride, w3 = w2 + stride;
            Vector256<float> x0 = Vector256.Create(x[k]), x1 = Vector256.Create(x[k + 1]), x2 = Vector256.Create(x[k + 2]), x3 = Vector256.Create(x[k + 3]);
            int i = 0;
            for (; i + Lanes <= count; i += Lanes)
            {
                Vector256<float> sum = Vector256.FusedMultiplyAdd(x0, TReader.Eight(w0, null, i), Vector256.Load(y + i));
                sum = Vector256.FusedMultiplyAdd(x1, TReader.Eight(w1, null, i), sum);
                sum = Vector256.FusedMultiplyAdd(x2, TReader.Eight(w2, null, i), sum);
                Vector256.FusedMultiplyAdd(x3, TReader.Eight(w3, null, i), sum).Store(y + i);
            }
            for (; i < count; i++)
                for (int j = 0; j < 4; j++) y[i] = MathF.FusedMultiplyAdd(x[k + j], TReader.One(w0 + j * stride, null, i), y[i]);
        }
        for (; k < ins; k++)
            for (int i = 0; i < count; i++) y[i] = MathF.FusedMultiplyAdd(x[k], TReader.One(w + k * stride, null, i), y[i]);
    }
}
