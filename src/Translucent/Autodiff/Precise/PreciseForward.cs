// The forward pass of every operation a second time, in float64 and for one image: one line or one small function each.

using Translucent.Autodiff.Ops;
using Translucent.Tensors;

namespace Translucent.Autodiff.Precise;

/// <summary>y of an operation from its inputs, all [rows, width] (see <see cref="PreciseTape"/>).</summary>
static class PreciseForward
{
    /// <exception cref="InvalidOperationException">The operation has no float64 form.</exception>
    public static PreciseMatrix Of(Call call, PreciseMatrix[] x, int image = 0) => call.Op switch
    {
        Linear op => Linear(op, x[0]),
        LayerNorm op => Rows(x[0], x[0].Width, (from, into) => LayerNorm(op, from, into)),
        Attention { Mask: not null } => throw new InvalidOperationException("precise tape: no float64 form of attention with a mask; explain a pass without one."),
        Attention op => Attention(op, x[0], x[1], x[2]),
        Add => Sum(x[0], x[1]),
        Gate op => Rows(x[0], x[0].Width / 2, (from, into) => Gate(op, from, into)),
        Normalize => Rows(x[0], x[0].Width, (from, into) => TensorPrimitives.Divide(from, Math.Sqrt(SumOfSquares(from)), into)),
        Select op => Join(x[0].RowSpan(0, op.Count)),
        Pick op => Join(x[0].Row(op.Tokens[image])),
        ClassAndMean op => Join(x[0].Row(0), Mean(x[0], op.Prefix)),
        MeanToken op => Repeat(Mean(x[0], first: 0), op.Count),
        Embed op => Embed(op, x[0]),
        Patches op => Patches(op.Size, x[0]),
        _ => throw new InvalidOperationException($"precise tape: no float64 form of the operation {call.Op.GetType().Name}."),
    };

    /// <summary>A = softmax(q·kᵀ/√D) of one head; also q·kᵀ itself, into <paramref name="products"/> if it is given.</summary>
    public static PreciseMatrix Probabilities(PreciseView q, PreciseView k, PreciseMatrix? products = null)
    {
        PreciseMatrix a = PreciseMatrix.Uninitialized(q.Rows, k.Rows);
        PreciseProduct.MultiplySerial(q, k.Transposed, a.View);
        if (products is not null) a.Span.CopyTo(products.Span);
        double scale = 1 / Math.Sqrt(q.Columns);
        for (int r = 0; r < a.Rows; r++)
        {
            Span<double> row = a.Row(r);
            double top = TensorPrimitives.Max<double>(row), sum = 0;
            foreach (ref double v in row) sum += v = Math.Exp((v - top) * scale);
            TensorPrimitives.Divide(row, sum, row);
        }
        return a;
    }

    static PreciseMatrix Linear(Linear op, PreciseMatrix x)
    {
        PreciseMatrix y = Affine(op, x);
        if (op.Activation != Activation.None) Autodiff.Op.ForRows(y.Rows, (first, end) => PreciseActivation.Run(op.Activation, y.RowSpan(first, end - first)));
        return y;
    }

    /// <summary>(x·Wᵀ + b) ⊙ λ: a layer before its activation.</summary>
    public static PreciseMatrix Affine(Linear op, PreciseMatrix x)
    {
        PreciseMatrix y = PreciseMatrix.Uninitialized(x.Rows, op.Weight.Rows);
        PreciseProduct.Multiply(x.View, new PreciseView(op.Weight).Transposed, y.View);
        double[] bias = op.Bias is null ? new double[y.Width] : Wide(op.Bias), scale = op.Scale is null ? [] : Wide(op.Scale);
        Autodiff.Op.ForRows(y.Rows, (first, end) =>
        {
            for (int r = first; r < end; r++)
            {
                TensorPrimitives.Add(y.Row(r), bias, y.Row(r));
                if (op.Scale is not null) TensorPrimitives.Multiply(y.Row(r), scale, y.Row(r));
            }
        });
        return y;
    }

    static void LayerNorm(LayerNorm op, ReadOnlySpan<double> x, Span<double> y)
    {
        Standardize(op, x, y);
        for (int i = 0; i < y.Length; i++) y[i] = y[i] * op.Weight.Span[i] + op.Bias.Span[i];
    }

    /// <summary>y = (x − mean) / deviation; returns the deviation, sqrt(var + eps).</summary>
    public static double Standardize(LayerNorm op, ReadOnlySpan<double> x, Span<double> y)
    {
        double mean = 0;
        foreach (double v in x) mean += v;
        TensorPrimitives.Subtract(x, mean / x.Length, y);
        double deviation = Math.Sqrt(SumOfSquares(y) / y.Length + op.Epsilon);
        TensorPrimitives.Divide(y, deviation, y);
        return deviation;
    }

    static PreciseMatrix Attention(Attention op, PreciseMatrix q, PreciseMatrix k, PreciseMatrix v)
    {
        PreciseMatrix y = PreciseMatrix.Uninitialized(q.Rows, q.Width);
        int depth = q.Width / op.Heads;
        Threads.For(op.Heads, head =>
        {
            int at = head * depth;
            PreciseMatrix a = Probabilities(q.Block(0, q.Rows, at, depth), k.Block(0, k.Rows, at, depth));
            PreciseProduct.MultiplySerial(a.View, v.Block(0, v.Rows, at, depth), y.Block(0, y.Rows, at, depth));
        });
        return y;
    }

    static void Gate(Gate op, ReadOnlySpan<double> x, Span<double> y)
    {
        x[..y.Length].CopyTo(y);
        PreciseActivation.Run(op.Activation, y);
        TensorPrimitives.Multiply(y, x[y.Length..], y);
    }

    static PreciseMatrix Sum(PreciseMatrix a, PreciseMatrix b)
    {
        PreciseMatrix y = PreciseMatrix.Uninitialized(a.Rows, a.Width);
        TensorPrimitives.Add(a.Span, b.Span, y.Span);
        return y;
    }

    static PreciseMatrix Embed(Embed op, PreciseMatrix x)
    {
        int registers = op.Registers?.Shape[0] ?? 0;
        PreciseMatrix tokens = Sum(EmbeddingRule.Tokens(op, x), op.PrecisePositions), y = new(tokens.Rows + registers, x.Width);
        tokens.Row(0).CopyTo(y.Row(0));
        if (op.Registers is not null) TensorPrimitives.ConvertTruncating<float, double>(op.Registers.Span, y.RowSpan(1, registers));
        tokens.RowSpan(1, tokens.Rows - 1).CopyTo(y.RowSpan(1 + registers, tokens.Rows - 1));
        return y;
    }

    static PreciseMatrix Patches(int size, PreciseMatrix x)
    {
        int height = x.Rows / 3, across = x.Width / size, down = height / size;
        PreciseMatrix y = PreciseMatrix.Uninitialized(across * down, 3 * size * size);
        for (int i = 0; i < y.Rows; i++)
            for (int line = 0; line < 3 * size; line++) // channel, row
                x.Row(line / size * height + i / across * size + line % size).Slice(i % across * size, size).CopyTo(y.Row(i)[(line * size)..]);
        return y;
    }

    /// <summary>The mean of the rows from <paramref name="first"/> on.</summary>
    public static double[] Mean(PreciseMatrix x, int first)
    {
        double[] mean = new double[x.Width];
        for (int r = first; r < x.Rows; r++) TensorPrimitives.Add(mean, x.Row(r), mean);
        TensorPrimitives.Divide(mean, x.Rows - first, mean);
        return mean;
    }

    static PreciseMatrix Repeat(double[] row, int count)
    {
        PreciseMatrix y = PreciseMatrix.Uninitialized(count, row.Length);
        for (int r = 0; r < count; r++) row.CopyTo(y.Row(r));
        return y;
    }

    static PreciseMatrix Join(ReadOnlySpan<double> a, ReadOnlySpan<double> b = default)
    {
        PreciseMatrix y = PreciseMatrix.Uninitialized(1, a.Length + b.Length);
        a.CopyTo(y.Span);
        b.CopyTo(y.Span[a.Length..]);
        return y;
    }

    delegate void RowMap(ReadOnlySpan<double> from, Span<double> into);

    static PreciseMatrix Rows(PreciseMatrix x, int width, RowMap map)
    {
        PreciseMatrix y = PreciseMatrix.Uninitialized(x.Rows, width);
        Autodiff.Op.ForRows(x.Rows, (first, end) =>
        {
            for (int r = first; r < end; r++) map(x.Row(r), y.Row(r));
        });
        return y;
    }

    public static double SumOfSquares(ReadOnlySpan<double> x)
    {
        double sum = 0;
        foreach (double v in x) sum += v * v;
        return sum;
    }

    public static double[] Wide(Tensor t) => Array.ConvertAll(t.ToArray(), v => (double)v);
}
