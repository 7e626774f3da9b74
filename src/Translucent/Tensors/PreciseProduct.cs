// Matrix products in float64: packed panels and a register-blocked kernel, as Gemm in float32 but with one kernel for all machines.
// The scheme is that of Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication", TOMS 34(3), 2008.

using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Translucent.Files;

namespace Translucent.Tensors;

/// <summary>C = A·B, or C += A·B.</summary>
/// <remarks>
/// An element is summed over k in order, in parts of <see cref="Depth"/> that are then added up: the same bits for any number of
/// threads, and for the same rows among others.
/// </remarks>
internal static unsafe class PreciseProduct
{
    const int Height = 6, Width = 16;                   // of the tile of C in registers: 12 sums of 8 lanes
    const int Depth = 512;                              // a panel of A [512, 6] stays in the first cache
    const int BlockRows = 32 * Height, BlockColumns = 4 * Width; // of C for one work item; its part of B stays in the second cache

    /// <summary>A product that all threads share.</summary>
    public static void Multiply(Compute compute, PreciseView a, PreciseView b, PreciseView c, bool accumulate = false) => Run(a, b, c, accumulate, compute.For);

    /// <summary>A product on the calling thread, for use inside a work item.</summary>
    public static void MultiplySerial(PreciseView a, PreciseView b, PreciseView c, bool accumulate = false) => Run(a, b, c, accumulate, Serial);

    static void Serial(int count, Action<int> body)
    {
        for (int i = 0; i < count; i++) body(i);
    }

    static void Run(PreciseView a, PreciseView b, PreciseView c, bool accumulate, Action<int, Action<int>> loop)
    {
        int m = a.Rows, k = a.Columns, n = b.Columns;
        if (k < 1 || b.Rows != k || c.Rows != m || c.Columns != n || c.ColumnStride != 1)
            throw new ArgumentException($"product: [{m}, {k}]·[{b.Rows}, {n}] into [{c.Rows}, {c.Columns}].");
        using Lease left = a.Hold(), right = b.Hold();
        int panels = (m + Height - 1) / Height, down = (m + BlockRows - 1) / BlockRows, across = (n + BlockColumns - 1) / BlockColumns;
        double[] packed = ArrayPool<double>.Shared.Rent(checked(panels * Height * k));
        loop(panels, p =>
        {
            for (int at = 0; at < k; at += Depth)
                fixed (double* panel = &packed[p * Height * k + at * Height])
                    Pack(a, p * Height, Math.Min(Height, m - p * Height), at, Math.Min(Depth, k - at), Height, panel);
        });
        loop(down * across, item => Block(item / across * BlockRows, item % across * BlockColumns, packed, k, b, c, accumulate));
        ArrayPool<double>.Shared.Return(packed);
    }

    /// <summary>One block of C; packs its columns of B.</summary>
    static void Block(int row, int column, double[] packed, int k, PreciseView b, PreciseView c, bool accumulate)
    {
        int rows = Math.Min(BlockRows, c.Rows - row), columns = Math.Min(BlockColumns, c.Columns - column);
        double* panels = (double*)Scratch.Floats(7, 2 * Depth * BlockColumns), tile = stackalloc double[Height * Width];
        PreciseView lanes = b.Transposed;
        fixed (double* left = packed, result = &c.Values[c.Offset])
            for (int at = 0; at < k; at += Depth)
            {
                int depth = Math.Min(Depth, k - at);
                for (int j = 0; j < columns; j += Width)
                    Pack(lanes, column + j, Math.Min(Width, columns - j), at, depth, Width, panels + j * depth);
                for (int i = 0; i < rows; i += Height)
                    for (int j = 0; j < columns; j += Width)
                    {
                        Tile(depth, left + (long)(row + i) * k + at * Height, panels + j * depth, tile);
                        Store(tile, result + (long)(row + i) * c.RowStride + column + j, c.RowStride,
                            Math.Min(Height, rows - i), Math.Min(Width, columns - j), accumulate || at > 0);
                    }
            }
    }

    static void Store(double* tile, double* c, int stride, int rows, int columns, bool add)
    {
        for (int r = 0; r < rows; r++, tile += Width, c += stride)
        {
            Span<double> from = new(tile, columns), into = new(c, columns);
            if (add) TensorPrimitives.Add(into, from, into);
            else from.CopyTo(into);
        }
    }

    /// <summary>Packs rows first .. first + count of a view, from column <paramref name="at"/> on, as [depth, width]; missing rows are zero.</summary>
    static void Pack(PreciseView view, int first, int count, int at, int depth, int width, double* panel)
    {
        if (count < width) new Span<double>(panel, depth * width).Clear();
        if (view.RowStride == 1 && view.ColumnStride != 1)
        {
            for (int d = 0; d < depth; d++) view.Read(first, at + d, new Span<double>(panel + d * width, count));
            return;
        }
        double* line = stackalloc double[Depth];
        for (int r = 0; r < count; r++)
        {
            view.Read(first + r, at, new Span<double>(line, depth));
            for (int d = 0; d < depth; d++) panel[d * width + r] = line[d];
        }
    }

    /// <summary>tile [6, 16] = a [depth, 6]ᵀ · b [depth, 16].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Tile(int depth, double* a, double* b, double* tile)
    {
        Vector512<double> c00 = default, c10 = default, c20 = default, c30 = default, c40 = default, c50 = default;
        Vector512<double> c01 = default, c11 = default, c21 = default, c31 = default, c41 = default, c51 = default;
        for (; depth > 0; depth--, a += Height, b += Width)
        {
            Vector512<double> b0 = Vector512.Load(b), b1 = Vector512.Load(b + 8);
            MultiplyAdd(a[0], b0, b1, ref c00, ref c01);
            MultiplyAdd(a[1], b0, b1, ref c10, ref c11);
            MultiplyAdd(a[2], b0, b1, ref c20, ref c21);
            MultiplyAdd(a[3], b0, b1, ref c30, ref c31);
            MultiplyAdd(a[4], b0, b1, ref c40, ref c41);
            MultiplyAdd(a[5], b0, b1, ref c50, ref c51);
        }
        Store(c00, c01, tile);
        Store(c10, c11, tile + Width);
        Store(c20, c21, tile + 2 * Width);
        Store(c30, c31, tile + 3 * Width);
        Store(c40, c41, tile + 4 * Width);
        Store(c50, c51, tile + 5 * Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store(Vector512<double> c0, Vector512<double> c1, double* row)
    {
        c0.Store(row);
        c1.Store(row + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void MultiplyAdd(double a, Vector512<double> b0, Vector512<double> b1, ref Vector512<double> c0, ref Vector512<double> c1)
    {
        Vector512<double> x = Vector512.Create(a);
        c0 = Vector512.FusedMultiplyAdd(x, b0, c0);
        c1 = Vector512.FusedMultiplyAdd(x, b1, c1);
    }
}
