using Translucent.Evaluate.Shapes.Files;

namespace Translucent.Tests.Images;

/// <summary>Row filters against the formulas of the PNG specification, section 9, byte by byte.</summary>
public class PngFilterTests
{
    [Theory]
    [InlineData(3), InlineData(4)]
    public void Every_left_above_and_above_left_gives_the_specified_prediction(int filter)
    {
        const int all = 256 * 256;
        byte[] row = new byte[2 * all], above = new byte[2 * all], stored = new byte[2 * all]; // second half: to be predicted, from the first half and above
        for (int i = 0; i < all; i++) (row[i], above[all + i], row[all + i]) = ((byte)i, (byte)(i >> 8), (byte)(i * 31));
        for (int c = 0; c < 256; c++)
        {
            above.AsSpan(0, all).Fill((byte)c);
            PngFilter.Apply(filter, row, above, all, stored);
            for (int i = 0; i < all; i++)
                if (stored[all + i] != (byte)(row[all + i] - Predict(filter, row[i], above[all + i], c))) Assert.Fail($"left {row[i]}, above {above[all + i]}, above left {c}");
        }
    }

    [Fact]
    public void The_cost_of_any_row_is_the_sum_of_magnitudes()
    {
        Random random = new(7);
        for (int trial = 0; trial < 3000; trial++)
        {
            (int length, int step, int filter) = (random.Next(1, 150), random.Next(1, 9), random.Next(5));
            byte[] row = new byte[length], above = new byte[length], stored = new byte[length];
            random.NextBytes(row);
            random.NextBytes(above);
            PngFilter.Apply(filter, row, above, step, stored);
            for (int i = 0; i < length; i++)
                Assert.Equal((byte)(row[i] - Predict(filter, i < step ? 0 : row[i - step], above[i], i < step ? 0 : above[i - step])), stored[i]);
            Assert.Equal(stored.Sum(b => (long)Math.Min(b, 256 - b)), PngFilter.Cost(stored));
        }
    }

    static int Predict(int filter, int a, int b, int c)
    {
        int p = a + b - c;
        return filter switch { 0 => 0, 1 => a, 2 => b, 3 => (a + b) / 2, _ => new[] { a, b, c }.MinBy(x => Math.Abs(p - x)) };
    }
}
