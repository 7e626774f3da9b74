using Translucent.Images.JpegFormat;
using Translucent.Tests.Reference;

namespace Translucent.Tests.Images;

public class JpegArithmeticTests
{
    [Theory]
    [InlineData(1)]          // how many coefficients are not zero
    [InlineData(3)]
    [InlineData(20)]
    [InlineData(64)]
    public void The_inverse_DCT_equals_its_factored_form(int count)
    {
        Random random = new(count);
        for (int trial = 0; trial < 2000; trial++)
        {
            short[] block = new short[64];
            int[] quantization = [.. Enumerable.Range(0, 64).Select(_ => random.Next(1, 100))];
            int reach = 1 + (1 << random.Next(13));
            for (int n = 0; n < count; n++)
            {
                int k = n == 0 ? 0 : random.Next(64);
                block[k] = (short)(random.Next(-reach, reach + 1) / quantization[k]);
            }
            byte[] samples = new byte[64];
            JpegIdct.Transform(block, quantization, samples, 8);
            Assert.Equal(IslowIdct.Transform([.. block.Zip(quantization, (b, q) => b * q)]), samples);
        }
    }

    [Fact]
    public void The_inverse_DCT_is_the_cosine_transform_to_a_grey_level()
    {
        Random random = new(5);
        short[] block = [.. Enumerable.Range(0, 64).Select(k => (short)random.Next(-200 / (k + 1), 200 / (k + 1) + 1))];
        int[] ones = [.. Enumerable.Repeat(1, 64)];
        byte[] samples = new byte[64];
        JpegIdct.Transform(block, ones, samples, 8);
        for (int y = 0; y < 8; y++)
            for (int x = 0; x < 8; x++)
            {
                double exact = 128;
                for (int v = 0; v < 8; v++)
                    for (int u = 0; u < 8; u++)
                        exact += block[8 * v + u] * Basis(u, x) * Basis(v, y);
                Assert.Equal(exact, samples[8 * y + x], 0.51);
            }

        static double Basis(int k, int n) => (k == 0 ? Math.Sqrt(0.125) : 0.5) * Math.Cos((2 * n + 1) * k * Math.PI / 16);
    }

    [Fact]
    public void Rows_of_every_length_are_upsampled_like_single_samples()
    {
        Random random = new(2);
        for (int n = 1; n < 70; n++)
        {
            byte[] near = new byte[n], far = new byte[n], quarter = new byte[n], doubled = new byte[2 * n], tripled = new byte[3 * n];
            random.NextBytes(near);
            random.NextBytes(far);
            ushort[] sums = new ushort[n + 2];
            JpegUpsampling.Blend(near, far, sums.AsSpan(1));
            (sums[0], sums[n + 1]) = (sums[1], sums[n]);
            JpegUpsampling.Quarter(sums.AsSpan(1), 2, quarter);
            JpegUpsampling.Double(sums, 8, 7, doubled);
            JpegUpsampling.Repeat(near, 3, tripled);
            int Sum(int x) => 3 * near[Math.Clamp(x, 0, n - 1)] + far[Math.Clamp(x, 0, n - 1)];
            for (int x = 0; x < n; x++)
            {
                Assert.Equal((Sum(x) + 2) / 4, quarter[x]);
                Assert.Equal((3 * Sum(x) + Sum(x - 1) + 8) / 16, doubled[2 * x]);
                Assert.Equal((3 * Sum(x) + Sum(x + 1) + 7) / 16, doubled[2 * x + 1]);
                Assert.All(tripled[(3 * x)..(3 * x + 3)], s => Assert.Equal(near[x], s));
            }
        }
    }

    [Fact]
    public void Long_rows_are_coloured_like_single_pixels()
    {
        byte[] y = new byte[256 * 16], cb = new byte[y.Length], cr = new byte[y.Length], rgb = new byte[3 * y.Length], one = new byte[3];
        for (int luma = 0; luma < 256; luma += 15)
        {
            for (int i = 0; i < y.Length; i++) (y[i], cb[i], cr[i]) = ((byte)luma, (byte)(i % 256), (byte)(i / 256 * 17));
            JpegColourConversion.YccToRgb(y, cb, cr, rgb);
            for (int i = 0; i < y.Length; i++)
            {
                JpegColourConversion.YccToRgb(y.AsSpan(i, 1), cb.AsSpan(i, 1), cr.AsSpan(i, 1), one);
                Assert.Equal(one, rgb.AsSpan(3 * i, 3));
                (double b, double r) = (cb[i] - 128, cr[i] - 128);
                Assert.Equal(Math.Clamp(luma + 1.402 * r, 0, 255), one[0], 0.51);
                Assert.Equal(Math.Clamp(luma - 0.344136 * b - 0.714136 * r, 0, 255), one[1], 0.51);
                Assert.Equal(Math.Clamp(luma + 1.772 * b, 0, 255), one[2], 0.51);
            }
        }
        JpegColourConversion.Interleave(y, cb, cr, rgb);
        for (int i = 0; i < y.Length; i++) Assert.Equal([y[i], cb[i], cr[i]], rgb.AsSpan(3 * i, 3));
    }

    [Fact]
    public void Bits_are_read_through_stuffing_up_to_a_marker()
    {
        JpegBits bits = new([0xAB, 0xFF, 0x00, 0x0C, 0xFF, 0xFF, 0xD0, 0x40]);
        bits.Refill();
        Assert.Equal(0xABF, bits.Take(12));
        Assert.Equal(0xF0C, bits.Take(12));
        Assert.False(bits.Overrun);
        bits.Restart(0);
        bits.Refill();
        Assert.Equal(-1, bits.TakeSigned(1));
        Assert.Equal(1, bits.TakeSigned(1));
        Assert.Equal(-63, bits.TakeSigned(6));
        Assert.False(bits.Overrun);
        bits.Refill();
        Assert.Equal(0, bits.Take(1));
        Assert.True(bits.Overrun);
    }
}
