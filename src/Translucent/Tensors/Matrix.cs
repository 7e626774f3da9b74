// A frozen weight matrix, where it lies: in a tensor, or in a memory-mapped checkpoint in the checkpoint's own number format.
// The checkpoint may be closed while the matrix is in use: every operation takes a lease (Lease), products through their Operand.

using Translucent.Files;

namespace Translucent.Tensors;

/// <summary>A row-major matrix of frozen weights, float32, float16 or bfloat16, that products read where it lies.</summary>
/// <remarks>
/// A matrix of a file does not keep the file open: when its checkpoint is disposed, operations that run finish, later ones throw
/// <see cref="ObjectDisposedException"/>. Any number of threads may read the same matrix.
/// </remarks>
sealed unsafe class Matrix
{
    readonly void* _data;
    readonly object _owner;        // keeps the memory alive
    readonly LeasedMemory? _memory;  // closes it, where that is possible
    readonly nint _rowStride, _columnStride; // one of them is 1

    /// <summary>The matrix [rows, columns] over a tensor, sharing its memory.</summary>
    /// <exception cref="ArgumentException">The tensor does not hold rows × columns numbers.</exception>
    public Matrix(Tensor tensor, int rows, int columns) : this(tensor.Pointer, ElementType.Float32, rows, columns, tensor, memory: null)
    {
        if (tensor.Length != (long)rows * columns)
            throw new ArgumentException($"matrix: {tensor} holds {tensor.Length} numbers, [{rows}, {columns}] needs {(long)rows * columns}.");
    }

    /// <param name="data">The first number.</param>
    /// <param name="type">How the numbers are stored.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="columns">How many columns.</param>
    /// <param name="owner">What keeps the memory in place, and names it in errors.</param>
    /// <param name="memory">What unmaps or frees it; null for memory that only the garbage collector takes back.</param>
    internal Matrix(void* data, ElementType type, int rows, int columns, object owner, LeasedMemory? memory)
    {
        _data = data;
        (_owner, _memory) = (owner, memory);
        (Type, Rows, Columns, _rowStride, _columnStride) = (type, rows, columns, columns, 1);
    }

    Matrix(Matrix of, long first, int rows, int columns, nint rowStride, nint columnStride)
    {
        _data = (byte*)of._data + first * of.ElementSize;
        (_owner, _memory) = (of._owner, of._memory);
        (Type, Rows, Columns, _rowStride, _columnStride) = (of.Type, rows, columns, rowStride, columnStride);
    }

    /// <summary>How the numbers are stored.</summary>
    public ElementType Type { get; }

    /// <summary>How many rows.</summary>
    public int Rows { get; }

    /// <summary>How many columns.</summary>
    public int Columns { get; }

    /// <summary>The same numbers, rows for columns: for checkpoints that store a layer as [in, out].</summary>
    internal Matrix Transposed => new(this, 0, Columns, Rows, _columnStride, _rowStride);

    /// <summary>Rows first .. first + count: one of several layers that a checkpoint stores as one matrix.</summary>
    internal Matrix RowsFrom(int first, int count) => new(this, first * _rowStride, count, Columns, _rowStride, _columnStride);

    int ElementSize => Type == ElementType.Float32 ? 4 : 2;

    /// <summary>The matrix [Rows, Columns] for a product, which takes the lease.</summary>
    internal Operand Operand => new(this, _data, _rowStride, _columnStride);

    /// <summary>Element (r, c) is number r·RowStride + c·ColumnStride of <see cref="Widen"/>.</summary>
    internal (int Row, int Column) Strides => ((int)_rowStride, (int)_columnStride);

    /// <summary>Keeps the memory in place until it is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    internal Lease Hold()
    {
        (_owner as Tensor)?.ThrowIfReturned();
        return new Lease(_memory, _owner);
    }

    /// <summary>A float32 copy [Rows, Columns].</summary>
    /// <exception cref="ObjectDisposedException">The checkpoint is disposed.</exception>
    public Tensor ToTensor()
    {
        Tensor copy = new(Rows, Columns);
        if (_columnStride == 1) CopyRows(copy);
        else
        {
            Tensor columns = Transposed.ToTensor();
            for (int r = 0; r < Rows; r++)
            {
                Span<float> row = copy.Row(r);
                for (int c = 0; c < Columns; c++) row[c] = columns.Span[c * Rows + r];
            }
        }
        return copy;
    }

    void CopyRows(Tensor into)
    {
        for (int r = 0; r < Rows; r++) CopyRow(r, into.Row(r));
    }

    /// <summary>Copies one row, whose numbers lie side by side, as float32.</summary>
    /// <exception cref="ObjectDisposedException">The checkpoint is disposed.</exception>
    internal void CopyRow(int row, Span<float> into) => Read((long)row * _rowStride, into[..Columns]);

    void Read(long first, Span<float> into)
    {
        using Lease lease = Hold();
        if (Type == ElementType.Float32) new ReadOnlySpan<float>((float*)_data + first, into.Length).CopyTo(into);
        else if (Type == ElementType.Float16) TensorPrimitives.ConvertToSingle(new ReadOnlySpan<Half>((Half*)_data + first, into.Length), into);
        else
            for (int i = 0; i < into.Length; i++) into[i] = BitConverter.UInt32BitsToSingle((uint)((ushort*)_data)[first + i] << 16);
    }

    /// <summary>Copies numbers that lie side by side into float64, from element <paramref name="first"/> on; every stored number is a float64. The caller
    /// holds a lease.</summary>
    internal void Widen(int first, Span<double> into)
    {
        if (Type == ElementType.Float32) TensorPrimitives.ConvertTruncating(new ReadOnlySpan<float>((float*)_data + first, into.Length), into);
        else if (Type == ElementType.Float16) TensorPrimitives.ConvertTruncating(new ReadOnlySpan<Half>((Half*)_data + first, into.Length), into);
        else
            for (int i = 0; i < into.Length; i++) into[i] = BitConverter.UInt32BitsToSingle((uint)((ushort*)_data)[first + i] << 16);
    }
}
