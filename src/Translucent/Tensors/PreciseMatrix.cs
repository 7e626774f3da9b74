// Rows of float64 numbers: what relevance propagation computes with, because its rules divide by totals that nearly cancel.

namespace Translucent.Tensors;

/// <summary>A dense float64 matrix, stored row-major.</summary>
internal sealed class PreciseMatrix
{
    readonly double[] _values;

    /// <summary>A matrix of zeros.</summary>
    public PreciseMatrix(int rows, int width) : this(rows, width, new double[checked(rows * width)]) { }

    PreciseMatrix(int rows, int width, double[] values) => (Rows, Width, _values) = (rows, width, values);

    /// <summary>A matrix of whatever its memory holds, for results that will be written whole.</summary>
    public static PreciseMatrix Uninitialized(int rows, int width) =>
        new(rows, width, GC.AllocateUninitializedArray<double>(checked(rows * width)));

    /// <summary>The same numbers in float64.</summary>
    public static PreciseMatrix Widen(ReadOnlySpan<float> values, int width)
    {
        PreciseMatrix wide = Uninitialized(values.Length / width, width);
        TensorPrimitives.ConvertTruncating(values, wide.Span);
        return wide;
    }

    public delegate void RowWriter(int row, Span<double> into);

    /// <summary>A matrix whose rows are written in parallel.</summary>
    public static PreciseMatrix Map(Compute compute, int rows, int width, RowWriter write)
    {
        PreciseMatrix result = Uninitialized(rows, width);
        compute.ForRows(rows, (first, end) =>
        {
            for (int row = first; row < end; row++) write(row, result.Row(row));
        });
        return result;
    }

    public int Rows { get; }

    public int Width { get; }

    /// <summary>All numbers, row-major.</summary>
    public Span<double> Span => _values;

    public Span<double> Row(int index) => _values.AsSpan(index * Width, Width);

    /// <summary>The numbers of rows first .. first + count.</summary>
    public Span<double> RowSpan(int first, int count) => _values.AsSpan(first * Width, count * Width);

    /// <summary>The matrix as an operand of a product.</summary>
    public PreciseView View => Block(0, Rows, 0, Width);

    /// <summary>Part of the matrix as an operand of a product.</summary>
    public PreciseView Block(int row, int rows, int column, int columns) => new(_values, row * Width + column, rows, columns, Width, 1);

    /// <summary>The sum of two matrices of one shape.</summary>
    public static PreciseMatrix Sum(PreciseMatrix a, PreciseMatrix b)
    {
        PreciseMatrix sum = Uninitialized(a.Rows, a.Width);
        TensorPrimitives.Add(a.Span, b.Span, sum.Span);
        return sum;
    }

    /// <summary>max(x, 0) number by number.</summary>
    public PreciseMatrix Positive()
    {
        PreciseMatrix part = Uninitialized(Rows, Width);
        TensorPrimitives.Max(Span, 0.0, part.Span);
        return part;
    }

    /// <summary>min(x, 0) number by number.</summary>
    public PreciseMatrix Negative()
    {
        PreciseMatrix part = Uninitialized(Rows, Width);
        TensorPrimitives.Min(Span, 0.0, part.Span);
        return part;
    }

    /// <summary>The numbers of a tensor in float64.</summary>
    public static double[] Widen(Tensor t) => Array.ConvertAll(t.ToArray(), v => (double)v);

    /// <summary>One row, of some numbers and others behind them.</summary>
    public static PreciseMatrix Join(ReadOnlySpan<double> a, ReadOnlySpan<double> b = default)
    {
        PreciseMatrix y = Uninitialized(1, a.Length + b.Length);
        a.CopyTo(y.Span);
        b.CopyTo(y.Span[a.Length..]);
        return y;
    }

    /// <summary>The mean of the rows from <paramref name="first"/> on.</summary>
    public double[] Mean(int first)
    {
        double[] mean = new double[Width];
        for (int r = first; r < Rows; r++) TensorPrimitives.Add(mean, Row(r), mean);
        TensorPrimitives.Divide(mean, Rows - first, mean);
        return mean;
    }

    /// <summary>Σ x², in order.</summary>
    public static double SumOfSquares(ReadOnlySpan<double> x)
    {
        double sum = 0;
        foreach (double v in x) sum += v * v;
        return sum;
    }
}
