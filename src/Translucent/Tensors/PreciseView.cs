// What a float64 product reads: a strided block of float64 numbers, or frozen weights in the checkpoint's own format, whole or of one sign.

using Translucent.Files;

namespace Translucent.Tensors;

/// <summary>Which weights count; the others are zero.</summary>
internal enum SignPart
{
    All,
    Positive,
    Negative,
}

/// <summary>A matrix view for <see cref="PreciseProduct"/>: element (r, c) lies at Offset + r·RowStride + c·ColumnStride. One of the strides is 1.</summary>
internal readonly struct PreciseView
{
    readonly double[]? _values;
    readonly Matrix? _weights;
    readonly SignPart _part;

    public readonly int Offset, Rows, Columns, RowStride, ColumnStride;

    public PreciseView(double[] values, int offset, int rows, int columns, int rowStride, int columnStride)
        : this(offset, rows, columns, rowStride, columnStride) => _values = values;

    /// <summary>Frozen weights, or those of one sign.</summary>
    public PreciseView(Matrix weights, SignPart part = SignPart.All)
        : this(0, weights.Rows, weights.Columns, weights.Strides.Row, weights.Strides.Column) => (_weights, _part) = (weights, part);

    PreciseView(int offset, int rows, int columns, int rowStride, int columnStride) =>
        (Offset, Rows, Columns, RowStride, ColumnStride) = (offset, rows, columns, rowStride, columnStride);

    PreciseView(PreciseView of, int rows, int columns, int rowStride, int columnStride) : this(of.Offset, rows, columns, rowStride, columnStride) =>
        (_values, _weights, _part) = (of._values, of._weights, of._part);

    /// <summary>The same matrix, rows for columns.</summary>
    public PreciseView Transposed => new(this, Columns, Rows, ColumnStride, RowStride);

    /// <summary>The memory of a block of float64 numbers, to write to.</summary>
    public double[] Values => _values!;

    /// <summary>Keeps the numbers in place while a product reads them.</summary>
    /// <exception cref="ObjectDisposedException">They are weights of a file that is closed.</exception>
    public Lease Hold() => _weights is null ? default : _weights.Hold();

    /// <summary>Copies numbers that lie side by side, from element (row, column) on; the caller holds a lease.</summary>
    public void Read(int row, int column, Span<double> into)
    {
        int at = Offset + row * RowStride + column * ColumnStride;
        if (_values is not null) _values.AsSpan(at, into.Length).CopyTo(into);
        else _weights!.Widen(at, into);
        if (_part == SignPart.Positive) TensorPrimitives.Max(into, 0.0, into);
        else if (_part == SignPart.Negative) TensorPrimitives.Min(into, 0.0, into);
    }
}
