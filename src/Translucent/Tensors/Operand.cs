// What a matrix product reads: any strided float32, float16 or bfloat16 matrix, widened while it is packed.

using Translucent.Files;

namespace Translucent.Tensors;

/// <summary>How the numbers of a matrix are stored.</summary>
enum ElementType
{
    /// <summary>IEEE 754 binary32.</summary>
    Float32,

    /// <summary>IEEE 754 binary16.</summary>
    Float16,

    /// <summary>The upper half of a binary32.</summary>
    BFloat16,
}

/// <summary>A read-only matrix view for <see cref="Gemm"/>: element (r, c) lies at Data + r·RowStride + c·ColumnStride.</summary>
/// <remarks>
/// One of the strides is 1, so a transpose is a swap of strides and never a copy. With a factor, element (r, c) of a float32
/// matrix counts as Data(r, c) · Factor[(r mod FactorRows)·FactorStride + c]: the slope of an activation, multiplied in while packing.
/// </remarks>
internal readonly unsafe struct Operand
{
    public readonly void* Data;
    public readonly ElementType Type;
    public readonly nint RowStride, ColumnStride;
    public readonly float* Factor;
    public readonly int FactorRows, FactorStride;
    readonly Matrix? _weights; // whose numbers these are

    /// <exception cref="ArgumentException">Neither stride is 1, or a factor comes with rows that are not contiguous.</exception>
    public Operand(void* data, ElementType type, nint rowStride, nint columnStride, float* factor = null, int factorRows = 1, int factorStride = 0)
    {
        if (rowStride != 1 && columnStride != 1)
            throw new ArgumentException($"operand: strides {rowStride} and {columnStride}, expected one of them to be 1.");
        if (factor != null && (columnStride != 1 || type != ElementType.Float32))
            throw new ArgumentException($"operand: a factor on {type} with column stride {columnStride}, expected {ElementType.Float32} and 1.");
        Data = data;
        Type = type;
        RowStride = rowStride;
        ColumnStride = columnStride;
        Factor = factor;
        FactorRows = factorRows;
        FactorStride = factorStride;
    }

    /// <summary>A row-major float32 matrix.</summary>
    public Operand(float* data, nint rowStride) : this(data, ElementType.Float32, rowStride, 1) { }

    /// <summary>Frozen weights.</summary>
    public Operand(Matrix weights, void* data, nint rowStride, nint columnStride) : this(data, weights.Type, rowStride, columnStride) => _weights = weights;

    Operand(in Operand of, void* data, nint rowStride, nint columnStride, float* factor)
        : this(data, of.Type, rowStride, columnStride, factor, of.FactorRows, of.FactorStride) => _weights = of._weights;

    /// <summary>Keeps the numbers in place while a product reads them.</summary>
    /// <exception cref="ObjectDisposedException">They are weights of a file that is closed.</exception>
    internal Lease Hold() => _weights is null ? default : _weights.Hold();

    /// <summary>The same matrix, rows for columns.</summary>
    /// <exception cref="ArgumentException">The matrix has a factor: only the left operand of a product may.</exception>
    public Operand Transposed => Factor == null
        ? new(this, Data, ColumnStride, RowStride, null)
        : throw new ArgumentException("operand: with a factor, expected none where it is transposed or stands on the right.");

    /// <summary>Bytes per stored number.</summary>
    internal int ElementSize => Type == ElementType.Float32 ? 4 : 2;

    /// <summary>The same matrix without its first columns.</summary>
    internal Operand FromColumn(int column) => new(
        this, (byte*)Data + column * ColumnStride * ElementSize, RowStride, ColumnStride, Factor == null ? null : Factor + column);
}
