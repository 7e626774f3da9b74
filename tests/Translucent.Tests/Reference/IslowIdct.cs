// The "islow" inverse DCT as it is usually written: two passes of the factored transform of Loeffler, Ligtenberg and Moschytz (1989,
// ICASSP), 12 products each, in 13-bit fixed point; the first pass keeps 2 fractional bits.

namespace Translucent.Tests.Reference;

static class IslowIdct
{
    /// <summary>[64] samples of [64] dequantized coefficients, both row-major.</summary>
    public static byte[] Transform(int[] coefficients)
    {
        int[] w = new int[64];
        byte[] samples = new byte[64];
        for (int x = 0; x < 8; x++)
        {
            int[] column = Pass([.. Enumerable.Range(0, 8).Select(y => coefficients[8 * y + x])]);
            for (int y = 0; y < 8; y++) w[8 * y + x] = column[y] + (1 << 10) >> 11;
        }
        for (int y = 0; y < 8; y++)
        {
            int[] row = Pass(w[(8 * y)..(8 * y + 8)]);
            for (int x = 0; x < 8; x++) samples[8 * y + x] = (byte)Math.Clamp((row[x] + (1 << 17) >> 18) + 128, 0, 255);
        }
        return samples;
    }

    static int[] Pass(int[] a)
    {
        // Even part: a rotation of (2, 6) by 3π/8 and a butterfly of (0, 4).
        int shared = (a[2] + a[6]) * Fixed(0.541196100);
        int turned2 = shared + a[2] * Fixed(0.765366865), turned6 = shared - a[6] * Fixed(1.847759065);
        int sum = a[0] + a[4] << 13, difference = a[0] - a[4] << 13;
        int[] even = [sum + turned2, difference + turned6, difference - turned6, sum - turned2];

        // Odd part: sums of pairs share their products.
        int z5 = (a[7] + a[3] + a[5] + a[1]) * Fixed(1.175875602);
        int z1 = (a[7] + a[1]) * -Fixed(0.899976223), z2 = (a[5] + a[3]) * -Fixed(2.562915447);
        int z3 = (a[7] + a[3]) * -Fixed(1.961570560) + z5, z4 = (a[5] + a[1]) * -Fixed(0.390180644) + z5;
        int[] odd =
        [
            a[1] * Fixed(1.501321110) + z1 + z4, a[3] * Fixed(3.072711026) + z2 + z3,
            a[5] * Fixed(2.053119869) + z2 + z4, a[7] * Fixed(0.298631336) + z1 + z3,
        ];
        return [.. even.Zip(odd, (e, o) => e + o), .. even.Zip(odd, (e, o) => e - o).Reverse()];
    }

    static int Fixed(double x) => (int)Math.Round(x * (1 << 13));
}
