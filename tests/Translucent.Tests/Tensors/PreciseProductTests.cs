using Translucent.Checkpoints;
using Translucent.Tensors;

namespace Translucent.Tests.Tensors;

/// <summary>float64 products against sums written out.</summary>
[Collection(nameof(Alone))]
public class PreciseProductTests
{
    static readonly Random s_random = new(3);

    public static TheoryData<int, int, int> Shapes => new()
    {
        { 1, 1, 1 }, { 5, 7, 3 }, { 6, 16, 512 }, { 7, 17, 513 }, { 193, 65, 100 }, { 200, 130, 1030 },
    };

    [Theory, MemberData(nameof(Shapes))]
    public void A_product_equals_the_sums(int m, int n, int k)
    {
        PreciseMatrix a = Draw(m, k), b = Draw(k, n), across = Transpose(a), down = Transpose(b);
        double[] expected = Plain(a, b);
        foreach (PreciseView left in (PreciseView[])[a.View, across.View.Transposed])
            foreach (PreciseView right in (PreciseView[])[b.View, down.View.Transposed])
            {
                PreciseMatrix c = Draw(m, n), before = Copy(c);
                PreciseProduct.Multiply(Compute.Default, left, right, c.View);
                Close(expected, c.Span.ToArray(), k);
                PreciseMatrix sum = Copy(before);
                PreciseProduct.MultiplySerial(left, right, sum.View, accumulate: true);
                for (int i = 0; i < expected.Length; i++) Assert.Equal(before.Span[i] + expected[i], sum.Span[i], 1e-13 * (k + 1));
            }
    }

    [Fact]
    public void A_block_of_a_matrix_is_written_and_nothing_beside_it()
    {
        PreciseMatrix a = Draw(9, 40), b = Draw(20, 33), c = Draw(11, 50), before = Copy(c);
        PreciseProduct.Multiply(Compute.Default, a.Block(1, 7, 3, 20), b.Block(0, 20, 2, 19), c.Block(2, 7, 5, 19));
        for (int i = 0; i < 11; i++)
            for (int j = 0; j < 50; j++)
            {
                double expected = before.Row(i)[j];
                if (i is >= 2 and < 9 && j is >= 5 and < 24)
                {
                    expected = 0;
                    for (int x = 0; x < 20; x++) expected += a.Row(i - 1)[3 + x] * b.Row(x)[j - 3];
                }
                Assert.Equal(expected, c.Row(i)[j], 1e-13);
            }
    }

    [Theory]
    [InlineData(nameof(StoredType.F32)), InlineData(nameof(StoredType.F16)), InlineData(nameof(StoredType.BF16))]
    public void Weights_of_any_format_and_either_sign_are_widened_exactly(string named)
    {
        StoredType type = Enum.Parse<StoredType>(named);
        // few bits: exact in all
        float[] values = [.. Enumerable.Range(0, 37 * 21).Select(_ => (float)(Half)(MathF.Round(64 * (s_random.NextSingle() - 0.5f)) / 8))];
        StoredTensor stored = type switch
        {
            StoredType.F32 => StoredTensor.From<float>("w", [37, 21], values),
            StoredType.F16 => StoredTensor.From("w", [37, 21], type, values.SelectMany(v => BitConverter.GetBytes((Half)v)).ToArray()),
            _ => StoredTensor.From("w", [37, 21], type, values.SelectMany(v => BitConverter.GetBytes((ushort)(BitConverter.SingleToUInt32Bits(v) >> 16)))
                .ToArray()),
        };
        Matrix weights = stored.ToMatrix();
        PreciseMatrix wide = PreciseMatrix.Widen(values, 21), x = Draw(10, 21), y = Draw(10, 37);
        (SignPart, PreciseMatrix)[] parts = [(SignPart.All, wide), (SignPart.Positive, wide.Positive()), (SignPart.Negative, wide.Negative())];
        foreach ((SignPart part, PreciseMatrix plain) in parts)
        {
            PreciseMatrix up = new(10, 37), down = new(10, 21);
            PreciseProduct.Multiply(Compute.Default, x.View, new PreciseView(weights, part).Transposed, up.View);
            PreciseProduct.Multiply(Compute.Default, y.View, new PreciseView(weights, part), down.View);
            Close(Plain(x, Transpose(plain)), up.Span.ToArray(), 21);
            Close(Plain(y, plain), down.Span.ToArray(), 37);
        }
    }

    [Fact]
    public void Threads_and_other_rows_do_not_change_a_bit()
    {
        PreciseMatrix a = Draw(400, 700), b = Draw(700, 90);
        int before = Compute.Default.Threads;
        try
        {
            double[]? expected = null;
            foreach (int threads in (int[])[1, 2, 5])
            {
                Compute.Default = Compute.Default.WithThreads(threads);
                PreciseMatrix c = new(400, 90), alone = new(1, 90);
                PreciseProduct.Multiply(Compute.Default, a.View, b.View, c.View);
                PreciseProduct.Multiply(Compute.Default, a.Block(333, 1, 0, 700), b.View, alone.View);
                Assert.Equal(expected ??= c.Span.ToArray(), c.Span.ToArray());
                Assert.Equal(c.Row(333).ToArray(), alone.Span.ToArray());
            }
        }
        finally
        {
            Compute.Default = Compute.Default.WithThreads(before);
        }
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused() =>
        Assert.Throws<ArgumentException>(() =>
            PreciseProduct.Multiply(Compute.Default, new PreciseMatrix(2, 3).View, new PreciseMatrix(4, 2).View, new PreciseMatrix(2, 2).View));

    static double[] Plain(PreciseMatrix a, PreciseMatrix b)
    {
        double[] c = new double[a.Rows * b.Width];
        for (int i = 0; i < a.Rows; i++)
            for (int j = 0; j < b.Width; j++)
                for (int x = 0; x < a.Width; x++) c[i * b.Width + j] += a.Row(i)[x] * b.Row(x)[j];
        return c;
    }

    static void Close(double[] expected, double[] found, int k)
    {
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], found[i], 1e-13 * (k + 1));
    }

    static PreciseMatrix Draw(int rows, int width)
    {
        PreciseMatrix t = new(rows, width);
        foreach (ref double v in t.Span) v = 2 * s_random.NextDouble() - 1;
        return t;
    }

    static PreciseMatrix Copy(PreciseMatrix of)
    {
        PreciseMatrix copy = new(of.Rows, of.Width);
        of.Span.CopyTo(copy.Span);
        return copy;
    }

    static PreciseMatrix Transpose(PreciseMatrix of)
    {
        PreciseMatrix t = new(of.Width, of.Rows);
        for (int i = 0; i < of.Rows; i++)
            for (int j = 0; j < of.Width; j++) t.Row(j)[i] = of.Row(i)[j];
        return t;
    }
}
