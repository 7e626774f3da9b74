// A frozen weight matrix, where it lies: in a tensor, or in a memory-mapped checkpoint in the checkpoint's own number format.

namespace Translucent.Tensors;

/// <summary>A row-major matrix of frozen weights, float32, float16 or bfloat16, that products read where it lies.</summary>
public sealed unsafe class Matrix
{
    readonly void* _data;
    readonly object _owner; // keeps the memory alive

    /// <summary>The matrix [rows, columns] over a tensor, sharing its memory.</summary>
    /// <exception cref="ArgumentException">The tensor does not hold rows × columns numbers.</exception>
    public Matrix(Tensor tensor, int rows, int columns) : this(tensor.Pointer, ElementType.Float32, rows, columns, tensor)
    {
        if (tensor.Length != (long)rows * columns)
            throw new ArgumentException($"matrix: {tensor} holds {tensor.Length} numbers, [{rows}, {columns}] needs {(long)rows * columns}.");
    }

    internal Matrix(void* data, ElementType type, int rows, int columns, object owner)
    {
        _data = data;
        _owner = owner;
        (Type, Rows, Columns) = (type, rows, columns);
    }

    /// <summary>How the numbers are stored.</summary>
    public ElementType Type { get; }

    /// <summary>How many rows.</summary>
    public int Rows { get; }

    /// <summary>How many columns.</summary>
    public int Columns { get; }

    /// <summary>The matrix [Rows, Columns] for a product.</summary>
    internal Operand Operand => new(_data, Type, Columns, 1);

    /// <summary>A float32 copy [Rows, Columns].</summary>
    public Tensor ToTensor()
    {
        Tensor copy = new(Rows, Columns);
        Read(0, copy.Span);
        return copy;
    }

    /// <summary>Copies one row as float32.</summary>
    internal void CopyRow(int row, Span<float> into) => Read((long)row * Columns, into[..Columns]);

    void Read(long first, Span<float> into)
    {
        if (Type == ElementType.Float32) new ReadOnlySpan<float>((float*)_data + first, into.Length).CopyTo(into);
        else if (Type == ElementType.Float16) TensorPrimitives.ConvertToSingle(new ReadOnlySpan<Half>((Half*)_data + first, into.Length), into);
        else
            for (int i = 0; i < into.Length; i++) into[i] = BitConverter.UInt32BitsToSingle((uint)((ushort*)_data)[first + i] << 16);
        GC.KeepAlive(_owner);
    }

    /// <summary>Copies numbers that lie side by side into float64, from element <paramref name="first"/> on; every stored number is a float64.</summary>
    internal void Widen(int first, Span<double> into)
    {
        if (Type == ElementType.Float32) TensorPrimitives.ConvertTruncating(new ReadOnlySpan<float>((float*)_data + first, into.Length), into);
        else if (Type == ElementType.Float16) TensorPrimitives.ConvertTruncating(new ReadOnlySpan<Half>((Half*)_data + first, into.Length), into);
        else
            for (int i = 0; i < into.Length; i++) into[i] = BitConverter.UInt32BitsToSingle((uint)((ushort*)_data)[first + i] << 16);
        GC.KeepAlive(_owner);
    }
}
