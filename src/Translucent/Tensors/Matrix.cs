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
        (Type, Rows, Columns) = (type, rows, columns);
    }

    /// <summary>How the numbers are stored.</summary>
    public ElementType Type { get; }

    /// <summary>How many rows.</summary>
    public int Rows { get; }

    /// <summary>How many columns.</summary>
    public int Columns { get; }

    /// <summary>The matrix [Rows, Columns] for a product, which takes the lease.</summary>
    internal Operand Operand => new(this, _data, Columns);

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
        Read(0, copy.Span);
        return copy;
    }

    /// <summary>Copies one row as float32.</summary>
    /// <exception cref="ObjectDisposedException">The checkpoint is disposed.</exception>
    internal void CopyRow(int row, Span<float> into) => Read((long)row * Columns, into[..Columns]);

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
