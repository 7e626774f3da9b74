// Packing: rows of a matrix laid out in the order in which a kernel reads them. B is packed as the rows of its transpose.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Translucent.Tensors;

/// <summary>Packs rows of an operand into panels: number (r, k) of a panel of some width lies at k·width + r.</summary>
internal static unsafe class Panels
{
    const int Slice = 16; // depths that are copied at once where the numbers of one depth lie side by side

    /// <summary>Packs rows <paramref name="first"/> .. + <paramref name="count"/> at depths <paramref name="start"/> .. + <paramref name="depth"/>, panel after
    /// panel.</summary>
    /// <param name="rows">The operand.</param>
    /// <param name="first">The first row.</param>
    /// <param name="count">How many rows.</param>
    /// <param name="start">The first depth.</param>
    /// <param name="depth">How many depths.</param>
    /// <param name="width">Rows of a panel.</param>
    /// <param name="to">Where the first panel begins.</param>
    /// <param name="whole">The depth of a panel, of which this may be a part.</param>
    /// <remarks>The last panel is filled up with zeros.</remarks>
    public static void Pack(in Operand rows, int first, int count, int start, int depth, int width, float* to, int whole)
    {
        switch (rows.Type)
        {
            case ElementType.Float32 when rows.Factor != null: Pack<ScaledReader>(rows, first, count, start, depth, width, to, whole); break;
            case ElementType.Float32: Pack<Float32Reader>(rows, first, count, start, depth, width, to, whole); break;
            case ElementType.Float16: Pack<Float16Reader>(rows, first, count, start, depth, width, to, whole); break;
            default: Pack<BFloat16Reader>(rows, first, count, start, depth, width, to, whole); break;
        }
    }

    static void Pack<T>(in Operand rows, int first, int count, int start, int depth, int width, float* to, int whole) where T : struct, IElementReader
    {
        nint stride = rows.RowStride * T.Size, panel = (nint)width * whole;
        byte* from = (byte*)rows.Data + first * stride + start * rows.ColumnStride * T.Size;
        if (rows.ColumnStride == 1)
            for (int r = 0; r < count; r += width)
                Panel<T>(rows, first + r, Math.Min(width, count - r), from + r * stride, start, depth, width, to + r / width * panel);
        else
            for (int k = 0; k < depth; k += Slice)
                for (int r = 0; r < count; r += width)
                    Columns<T>(from + r * stride + k * rows.ColumnStride * T.Size, rows.ColumnStride * T.Size, Math.Min(width, count - r),
                        Math.Min(Slice, depth - k), width, to + r / width * panel + (nint)k * width);
        if (count % width != 0) Clear(to + count / width * panel, count % width, depth, width);
    }

    /// <summary>One panel of rows that are contiguous.</summary>
    static void Panel<T>(in Operand rows, int first, int valid, byte* from, int start, int depth, int width, float* to) where T : struct, IElementReader
    {
        nint stride = rows.RowStride * T.Size;
        float** factors = stackalloc float*[16];
        for (int done = 0, step; done < valid; done += step, from += step * stride)
        {
            step = valid - done >= 16 && Avx512F.IsSupported ? 16 : valid - done >= 8 ? 8 : valid - done >= 4 ? 4 : 1;
            for (int i = 0; rows.Factor != null && i < step; i++)
                factors[i] = rows.Factor + (first + done + i) % rows.FactorRows * (nint)rows.FactorStride + start;
            if (step == 16) SixteenRows<T>(from, stride, factors, depth, width, to + done);
            else if (step == 8) EightRows<T>(from, stride, factors, depth, width, to + done);
            else if (step == 4) FourRows<T>(from, stride, factors, depth, width, to + done);
            else Rows<T>(1, from, stride, factors, 0, depth, width, to + done);
        }
    }

    /// <summary>Rows that are contiguous, transposed sixteen by four: a vector holds four numbers of every fourth row, and what is stored is whole lines of
    /// the cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void SixteenRows<T>(byte* from, nint stride, float** factors, int depth, int width, float* to) where T : struct, IElementReader
    {
        int k = 0;
        for (; k <= depth - 4; k += 4)
        {
            Vector512<float> r0 = EveryFourth<T>(from, stride, factors, k), r1 = EveryFourth<T>(from + stride, stride, factors + 1, k);
            Vector512<float> r2 = EveryFourth<T>(from + 2 * stride, stride, factors + 2, k), r3 = EveryFourth<T>(from + 3 * stride, stride, factors + 3, k);
            Vector512<float> low01 = Avx512F.UnpackLow(r0, r1), high01 = Avx512F.UnpackHigh(r0, r1);
            Vector512<float> low23 = Avx512F.UnpackLow(r2, r3), high23 = Avx512F.UnpackHigh(r2, r3);
            float* at = to + (nint)k * width;
            Avx512F.Shuffle(low01, low23, 0x44).Store(at);
            Avx512F.Shuffle(low01, low23, 0xEE).Store(at += width);
            Avx512F.Shuffle(high01, high23, 0x44).Store(at += width);
            Avx512F.Shuffle(high01, high23, 0xEE).Store(at + width);
        }
        Rows<T>(16, from, stride, factors, k, depth, width, to);
    }

    /// <summary>Four numbers of this row, of the fourth after it, the eighth and the twelfth.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<float> EveryFourth<T>(byte* from, nint stride, float** factors, nint k) where T : struct, IElementReader
    {
        Vector512<float> rows = T.Four(from, factors[0], k).ToVector256Unsafe().ToVector512Unsafe();
        rows = Avx512F.InsertVector128(rows, T.Four(from + 4 * stride, factors[4], k), 1);
        rows = Avx512F.InsertVector128(rows, T.Four(from + 8 * stride, factors[8], k), 2);
        return Avx512F.InsertVector128(rows, T.Four(from + 12 * stride, factors[12], k), 3);
    }

    /// <summary>Rows that are contiguous, transposed eight by eight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void EightRows<T>(byte* from, nint stride, float** factors, int depth, int width, float* to) where T : struct, IElementReader
    {
        int k = 0;
        if (Avx.IsSupported)
        {
            byte* half = from + 4 * stride;
            for (; k <= depth - 8; k += 8)
            {
                Vector256<float> r0 = T.Eight(from, factors[0], k), r1 = T.Eight(from + stride, factors[1], k);
                Vector256<float> r2 = T.Eight(from + 2 * stride, factors[2], k), r3 = T.Eight(from + 3 * stride, factors[3], k);
                Vector256<float> r4 = T.Eight(half, factors[4], k), r5 = T.Eight(half + stride, factors[5], k);
                Vector256<float> r6 = T.Eight(half + 2 * stride, factors[6], k), r7 = T.Eight(half + 3 * stride, factors[7], k);
                (r0, r1, r2, r3) = TransposeHalves(r0, r1, r2, r3);
                (r4, r5, r6, r7) = TransposeHalves(r4, r5, r6, r7);
                float* at = to + (nint)k * width;
                Avx.Permute2x128(r0, r4, 0x20).Store(at);
                Avx.Permute2x128(r1, r5, 0x20).Store(at += width);
                Avx.Permute2x128(r2, r6, 0x20).Store(at += width);
                Avx.Permute2x128(r3, r7, 0x20).Store(at += width);
                Avx.Permute2x128(r0, r4, 0x31).Store(at += width);
                Avx.Permute2x128(r1, r5, 0x31).Store(at += width);
                Avx.Permute2x128(r2, r6, 0x31).Store(at += width);
                Avx.Permute2x128(r3, r7, 0x31).Store(at + width);
            }
        }
        Rows<T>(8, from, stride, factors, k, depth, width, to);
    }

    /// <summary>Rows that are contiguous, transposed four by four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void FourRows<T>(byte* from, nint stride, float** factors, int depth, int width, float* to) where T : struct, IElementReader
    {
        int k = 0;
        if (Sse.IsSupported)
        {
            for (; k <= depth - 4; k += 4)
            {
                Vector128<float> r0 = T.Four(from, factors[0], k), r1 = T.Four(from + stride, factors[1], k);
                Vector128<float> r2 = T.Four(from + 2 * stride, factors[2], k), r3 = T.Four(from + 3 * stride, factors[3], k);
                Vector128<float> low01 = Sse.UnpackLow(r0, r1), high01 = Sse.UnpackHigh(r0, r1);
                Vector128<float> low23 = Sse.UnpackLow(r2, r3), high23 = Sse.UnpackHigh(r2, r3);
                float* at = to + (nint)k * width;
                Sse.MoveLowToHigh(low01, low23).Store(at);
                Sse.MoveHighToLow(low23, low01).Store(at += width);
                Sse.MoveLowToHigh(high01, high23).Store(at += width);
                Sse.MoveHighToLow(high23, high01).Store(at + width);
            }
        }
        Rows<T>(4, from, stride, factors, k, depth, width, to);
    }

    /// <summary>Transposes each four by four half of eight by four numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Vector256<float>, Vector256<float>, Vector256<float>, Vector256<float>) TransposeHalves(
        Vector256<float> r0, Vector256<float> r1, Vector256<float> r2, Vector256<float> r3)
    {
        Vector256<float> low01 = Avx.UnpackLow(r0, r1), high01 = Avx.UnpackHigh(r0, r1);
        Vector256<float> low23 = Avx.UnpackLow(r2, r3), high23 = Avx.UnpackHigh(r2, r3);
        return (Avx.Shuffle(low01, low23, 0x44), Avx.Shuffle(low01, low23, 0xEE), Avx.Shuffle(high01, high23, 0x44), Avx.Shuffle(high01, high23, 0xEE));
    }

    /// <summary>What is left of contiguous rows, number by number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Rows<T>(int count, byte* from, nint stride, float** factors, int k, int depth, int width, float* to) where T : struct, IElementReader
    {
        for (; k < depth; k++)
            for (int r = 0; r < count; r++)
                to[(nint)k * width + r] = T.One(from + r * stride, factors[r], k);
    }

    /// <summary>Columns that are contiguous, copied one after the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Columns<T>(byte* from, nint stride, int valid, int depth, int width, float* to) where T : struct, IElementReader
    {
        int eights = valid / 8 * 8;
        for (int k = 0; k < depth; k++, from += stride, to += width)
        {
            for (int r = 0; r < eights; r += 8) T.Eight(from, null, r).Store(to + r);
            for (int r = eights; r < valid; r++) to[r] = T.One(from, null, r);
        }
    }

    static void Clear(float* panel, int valid, int depth, int width)
    {
        for (int k = 0; k < depth; k++, panel += width) new Span<float>(panel + valid, width - valid).Clear();
    }

    /// <summary>Rows that will be packed soon, to be brought into the cache bit by bit.</summary>
    public readonly struct Ahead
    {
        const int Line = 64;

        readonly byte* _from;
        readonly nint _stride;
        readonly int _lines, _total, _parts;

        /// <param name="rows">The operand.</param>
        /// <param name="first">The first row of the next block.</param>
        /// <param name="start">Its first depth.</param>
        /// <param name="count">How many rows.</param>
        /// <param name="depth">How many depths.</param>
        /// <param name="parts">How many steps there are until the rows are packed.</param>
        public Ahead(in Operand rows, int first, int start, int count, int depth, int parts)
        {
            bool contiguous = rows.ColumnStride == 1;
            int size = rows.ElementSize;
            _from = (byte*)rows.Data + (first * rows.RowStride + start * rows.ColumnStride) * size;
            _stride = (contiguous ? rows.RowStride : rows.ColumnStride) * size;
            _lines = (contiguous ? depth : count) * size / Line + 1;
            _total = depth > 0 ? _lines * (contiguous ? count : depth) : 0;
            _parts = parts;
        }

        /// <summary>Asks for the share of steps <paramref name="from"/> .. <paramref name="to"/>.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Prefetch(int from, int to)
        {
            if (!Sse.IsSupported) return;
            int at = (int)((long)_total * from / _parts), end = (int)((long)_total * Math.Min(to, _parts) / _parts);
            (int run, int line) = Math.DivRem(at, _lines);
            for (; at < end; at++)
            {
                Sse.Prefetch1(_from + run * _stride + line * Line);
                if (++line < _lines) continue;
                line = 0;
                run++;
            }
        }
    }
}
