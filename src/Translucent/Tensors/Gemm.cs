// C = A·B and C += A·B in float32, blocked for the caches and shared among threads over the rows or the columns of C.
// The scheme is that of Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication", TOMS 34(3), 2008.

using System.Runtime.CompilerServices;
using Translucent.Files;

namespace Translucent.Tensors;

/// <summary>Called for a finished part of one row of C: its row, its first column, and its values, to change in place. It must not multiply matrices.</summary>
internal delegate void Epilogue(int row, int column, Span<float> values);

/// <summary>Matrix products.</summary>
/// <remarks>
/// An element of C is summed over blocks of <see cref="Depth"/> numbers of k: inside a block one chain of fused multiply-adds in
/// the order of k, from zero; then the blocks in their order, onto what C held if the product accumulates. Nothing else has a
/// say, so the bits are the same for every kernel, number of threads, entry point and selection of rows or columns.
/// </remarks>
internal static unsafe class Gemm
{
    /// <summary>How many numbers of k are summed in registers before they are added to C.</summary>
    internal const int Depth = 768;

    const int Slice = 64;                // depths that one thread packs at once; divides Depth
    const int RowBlock = 96;             // rows of A that one thread packs at once: 288 KiB, in its L2 cache
    const int ColumnBlock = 768;         // columns of C that one thread finishes at once
    const int FewRows = 1024;            // up to here all of A may be packed first
    const int SharedFloats = 4 << 20;    // are packed at once for all threads: 16 MiB, in the L3 cache

    [ThreadStatic] static PackedOperand? t_packed;
    [ThreadStatic] static Tensor? t_block;

    /// <summary>C = A·B, or C += A·B, by all threads; A [m, k], B [k, n], C [m, n] with row stride <paramref name="ldc"/>.</summary>
    /// <param name="compute">Threads and kernel.</param>
    /// <param name="m">Rows of A and C.</param>
    /// <param name="n">Columns of B and C.</param>
    /// <param name="k">Columns of A, rows of B.</param>
    /// <param name="a">A, of any type and strides.</param>
    /// <param name="b">B, of any type and strides.</param>
    /// <param name="c">C, float32.</param>
    /// <param name="ldc">Numbers from one row of C to the next.</param>
    /// <param name="accumulate">Whether C keeps what it holds.</param>
    /// <param name="epilogue">Called once for every element of C when its final value is there, by the thread that computed it.</param>
    public static void Multiply(Compute compute, int m, int n, int k, Operand a, Operand b, float* c, int ldc, bool accumulate = false,
        Epilogue? epilogue = null)
    {
        if (m == 0 || n == 0) return;
        using Lease left = a.Hold(), right = b.Hold();
        Product product = new(m, n, k, a, c, ldc, accumulate, epilogue, compute.Gemm, compute);
        bool manyColumns = n >= 4 * product.Width * compute.Threads || n >= m;
        if (manyColumns && m <= FewRows && (long)m * k <= SharedFloats) product.ByColumns(b, t_packed ??= new());
        else product.ByRows(b, t_packed ??= new());
    }

    /// <summary>As <see cref="Multiply"/>, by the calling thread alone: for products inside the body of a <see cref="Compute.For"/>.</summary>
    public static void MultiplySerial(GemmKernel kernel, int m, int n, int k, Operand a, Operand b, float* c, int ldc, bool accumulate)
    {
        using Lease left = a.Hold(), right = b.Hold();
        PackedOperand packed = t_packed ??= new();
        int chunk = Chunk(k, kernel);
        for (int column = 0; column < n; column += chunk)
        {
            int columns = Math.Min(chunk, n - column);
            packed.Pack(k, columns, b.FromColumn(column), kernel);
            MultiplySerial(m, columns, k, a, packed, c + column, ldc, accumulate);
        }
    }

    /// <summary>C = A·B, or C += A·B, by the calling thread alone, with a B that many products share.</summary>
    /// <exception cref="ArgumentException">B was packed from another shape than [k, n].</exception>
    public static void MultiplySerial(int m, int n, int k, Operand a, PackedOperand b, float* c, int ldc, bool accumulate)
    {
        if (b.K != k || b.N != n) throw new ArgumentException($"b: packed from [{b.K}, {b.N}], expected [{k}, {n}].");
        using Lease left = a.Hold();
        Product product = new(m, n, k, a, c, ldc, accumulate, null, b.Kernel, compute: null);
        for (int row = 0; row < m; row += RowBlock) product.Rows(row, Math.Min(RowBlock, m - row), 0, 0, n, b);
    }

    /// <summary>How many columns of B are packed at once.</summary>
    static int Chunk(int k, GemmKernel kernel) => Math.Max(1, SharedFloats / Math.Max(k, 1) / kernel.Columns) * kernel.Columns;

    /// <summary>Memory for at least <paramref name="count"/> numbers: the given one if it is enough.</summary>
    internal static Tensor Grow(Tensor? memory, int count) =>
        memory?.Length >= count ? memory : Tensor.Uninitialized(count);

    /// <summary>Splits a length into equal parts of about <paramref name="size"/>, multiples of <paramref name="step"/>.</summary>
    static (int Parts, int Size) Split(int length, int size, int step)
    {
        int parts = (length + size - 1) / size, even = (length + parts - 1) / parts;
        size = (even + step - 1) / step * step;
        return ((length + size - 1) / size, size);
    }

    /// <summary>One product, but for B.</summary>
    readonly struct Product
    {
        readonly int _m, _n, _k;
        readonly Operand _a;
        readonly float* _c;
        readonly nint _ldc;
        readonly bool _accumulate;
        readonly Epilogue? _epilogue;
        readonly GemmKernel _kernel;
        readonly Compute? _compute; // null for the calling thread alone

        public Product(int m, int n, int k, Operand a, float* c, nint ldc, bool accumulate, Epilogue? epilogue, GemmKernel kernel, Compute? compute)
        {
            (_m, _n, _k) = (m, n, k);
            _a = a;
            _c = c;
            _ldc = ldc;
            _accumulate = accumulate;
            _epilogue = epilogue;
            _kernel = kernel;
            _compute = compute;
        }

        public int Width => _kernel.Columns;

        /// <summary>Whether the kernels read A where it lies; not where rows are so far apart that the cache can hold only a few of them.</summary>
        bool InPlace => _a.Type == ElementType.Float32 && _a.Factor == null && (_a.RowStride == 1 || _a.RowStride * sizeof(float) % 2048 != 0);

        /// <summary>Packs B, then lets threads share the blocks of C; each packs its rows of A.</summary>
        public void ByRows(Operand b, PackedOperand packed)
        {
            Product product = this;
            Compute compute = _compute!;
            int chunk = Chunk(_k, _kernel), height = _kernel.Rows, width = _kernel.Columns;
            for (int first = 0; first < _n; first += chunk)
            {
                int column = first, count = Math.Min(chunk, _n - first);
                packed.Resize(_k, count, width);
                PackAll(compute, packed, b.FromColumn(first).Transposed, 2 * width, width);
                (int down, int rows) = Split(_m, RowBlock, height);
                (int across, int columns) = Split(count, ColumnBlock, width);
                int tasks = down * across, last = Math.Min(tasks, compute.Threads + tasks % compute.Threads), whole = tasks - last;
                (int cuts, int narrow) = Split(columns, Math.Max(columns / 8, width), width); // the last blocks in pieces, so that all threads end together
                compute.For(whole + last * cuts, item =>
                {
                    (int task, int cut) = item < whole ? (item, 0) : (whole + (item - whole) / cuts, (item - whole) % cuts);
                    int i = task / across * rows, from = task % across * columns, end = Math.Min(from + columns, count);
                    int j = from + cut * narrow;
                    if (item >= whole) end = Math.Min(end, j + narrow);
                    if (j < end) product.Rows(i, Math.Min(rows, product._m - i), column, j, end - j, packed);
                });
            }
        }

        /// <summary>Lets threads share the columns of C, with all of A packed if it must be; each packs its columns of B.</summary>
        public void ByColumns(Operand b, PackedOperand packed)
        {
            Product product = this;
            Compute compute = _compute!;
            Operand right = b.Transposed;
            int height = _kernel.Rows, width = _kernel.Columns;
            if (!InPlace)
            {
                packed.Resize(_k, _m, height);
                PackAll(compute, packed, _a, 2 * height, height);
            }
            // Whole tasks, then the last columns in single panels, so that all threads end together.
            int columns = Math.Clamp(_n / (4 * compute.Threads) / width, 1, 4) * width;
            int whole = Math.Max(0, _n / columns - compute.Threads), rest = whole * columns;
            compute.For(whole + (_n - rest + width - 1) / width, task =>
            {
                int column = task < whole ? task * columns : rest + (task - whole) * width;
                product.Columns(column, Math.Min(task < whole ? columns : width, product._n - column), right, packed);
            });
        }

        /// <summary>Packs by all threads, each the numbers that lie together: some rows, or of all rows some depths.</summary>
        static void PackAll(Compute compute, PackedOperand packed, Operand rows, int size, int step)
        {
            if (rows.ColumnStride != 1)
            {
                compute.For((packed.K + Slice - 1) / Slice, slice => packed.PackSlice(rows, slice * Slice, Math.Min(Slice, packed.K - slice * Slice), step));
                return;
            }
            (int parts, int count) = Split(packed.N, size, step);
            int blocks = (packed.K + Depth - 1) / Depth;
            compute.For(parts * blocks, task =>
            {
                int first = task % parts * count;
                packed.PackPart(rows, first, Math.Min(count, packed.N - first), task / parts * Depth, step);
            });
        }

        /// <summary>A block of C from rows of A and packed columns: columns j .. + count of what is packed, which begins at <paramref name="column"/> of
        /// C.</summary>
        public void Rows(int i, int rows, int column, int j, int columns, PackedOperand packed)
        {
            int height = _kernel.Rows;
            for (int start = 0; start < _k; start += Depth)
            {
                int depth = Math.Min(Depth, _k - start);
                LeftRows left;
                if (InPlace) left = LeftRows.Of(_a, i, start, height);
                else
                {
                    float* block = (t_block = Grow(t_block, (rows + height) * Depth)).Pointer;
                    Panels.Pack(_a, i, rows, start, depth, height, block, depth);
                    left = LeftRows.Packed(block, depth, height);
                }
                Add(i, rows, column + j, columns, start, depth, in left, packed.At(j, start));
            }
            Finish(i, rows, column + j, columns);
        }

        /// <summary>Columns of C from columns of B and all of A, packed. While one panel of B is used, the next comes into the cache.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        void Columns(int column, int columns, Operand b, PackedOperand packed)
        {
            int height = _kernel.Rows, width = _kernel.Columns;
            float* panel = (t_block = Grow(t_block, width * Depth)).Pointer;
            for (int start = 0; start < _k; start += Depth)
            {
                int depth = Math.Min(Depth, _k - start);
                for (int j = 0; j < columns; j += width)
                {
                    int count = Math.Min(width, columns - j);
                    bool last = j + width >= columns;
                    Panels.Pack(b, column + j, count, start, depth, width, panel, depth);
                    Panels.Ahead next = last ? new(b, column, start + depth, Math.Min(width, columns), Math.Min(Depth, _k - start - depth), _m)
                        : new(b, column + j + width, start, Math.Min(width, columns - j - width), depth, _m);
                    LeftRows left = InPlace ? LeftRows.Of(_a, 0, start, height) : LeftRows.Packed(packed.At(0, start), depth, height);
                    for (int i = 0; i < _m; i += height, left = left.Next)
                    {
                        next.Prefetch(i, i + height);
                        _kernel.Multiply(Math.Min(height, _m - i), count, depth, in left, panel, _c + i * _ldc + column + j, _ldc, _accumulate || start > 0);
                    }
                }
            }
            Finish(0, _m, column, columns);
        }

        /// <summary>Adds the products of one block of k to a block of C.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        void Add(int row, int rows, int column, int columns, int start, int depth, in LeftRows a, float* b)
        {
            int height = _kernel.Rows, width = _kernel.Columns;
            bool add = _accumulate || start > 0;
            for (int j = 0; j < columns; j += width)
            {
                LeftRows left = a;
                for (int i = 0; i < rows; i += height, left = left.Next)
                    _kernel.Multiply(Math.Min(height, rows - i), Math.Min(width, columns - j), depth, in left, b + (nint)j * depth,
                        _c + (row + i) * _ldc + column + j, _ldc, add);
            }
        }

        void Finish(int row, int rows, int column, int columns)
        {
            for (int i = row; i < row + rows; i++)
            {
                Span<float> values = new(_c + i * _ldc + column, columns);
                if (_k == 0 && !_accumulate) values.Clear();
                _epilogue?.Invoke(i, column, values);
            }
        }
    }
}
