using Translucent.Tensors;

namespace Translucent.Tests.Tensors;

/// <summary>softmax of a row against double.</summary>
public class SoftmaxTests
{
    [Fact]
    public void Every_length_agrees_with_double_in_both_widths_and_writes_nothing_else()
    {
        Random random = new(5);
        for (int length = 0; length <= 256; length++)
        {
            float[] memory = new float[length + 40];
            Array.Fill(memory, 1234);
            Span<float> row = memory.AsSpan(20, length);
            foreach (ref float x in row) x = random.NextSingle() * 60 - 30;
            float[] narrow = row.ToArray(), wide = row.ToArray();
            double[] e = [.. narrow.Select(x => Math.Exp(0.25 * x))];

            Kernels.Softmax(row, 0.25f);
            for (int i = 0; i < length; i++) Assert.Equal(e[i] / e.Sum(), row[i], 2e-6 * e[i] / e.Sum()); // x - largest is rounded
            Assert.True(memory.AsSpan(0, 20).IndexOfAnyExcept(1234) < 0 && memory.AsSpan(20 + length).IndexOfAnyExcept(1234) < 0);
            if (length == 0) continue;
            Kernels.Softmax<Lanes8>(narrow, 0.25f);
            Kernels.Softmax<Lanes16>(wide, 0.25f);
            VectorMathTests.AssertSameBits(row, narrow);
            VectorMathTests.AssertSameBits(row, wide);
        }
    }

    [Fact]
    public void Large_numbers_do_not_overflow_and_masked_ones_get_nothing()
    {
        float[] row = [100, 99, 1, float.NegativeInfinity, 3e38f];
        Kernels.Softmax(row, 1);
        Assert.Equal([0, 0, 0, 0, 1], row);

        float[] even = [1e30f, float.NegativeInfinity, 1e30f];
        Kernels.Softmax(even, 0.125f);
        Assert.Equal([0.5f, 0, 0.5f], even);
    }

    [Fact]
    public void A_row_with_no_largest_number_is_not_a_number()
    {
        foreach (float x in (float[])[float.NaN, float.PositiveInfinity])
            for (int at = 0; at < 40; at++)
            {
                float[] row = new float[40];
                row[at] = x;
                Kernels.Softmax(row, 1);
                Assert.All(row, y => Assert.True(float.IsNaN(y)));
            }
    }
}
