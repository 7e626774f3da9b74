// The inverse DCT of an 8 × 8 block with the rounding of libjpeg's "islow" (jidctint.c, after Loeffler, Ligtenberg and Moschytz 1989).

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Translucent.Images.JpegFormat;

/// <summary>Coefficients to samples.</summary>
/// <remarks>
/// libjpeg factors each one-dimensional transform into 12 products, all integer and not rounded until the end. So it equals, bit by
/// bit, the product with one integer matrix (cosines times 2^13, each the sum of the factors on its paths), which suits vectors better:
/// <code>
/// w = (M · (coefficients ⊙ quantization) + 2^10) >> 11        columns; keeps 2 fractional bits
/// s = (w · Mᵀ + 2^17) >> 18                                   rows
/// sample = clamp(s + 128)
/// </code>
/// </remarks>
internal static class JpegIdct
{
    // Column k of M, top half: M[j, k] for j = 0 .. 3. The bottom half mirrors it, M[7 - j, k] = ±M[j, k], with minus for odd k.
    static ReadOnlySpan<int> HalfColumns =>
    [
        8192, 8192, 8192, 8192,
        11363, 9633, 6437, 2260,
        10703, 4433, -4433, -10703,
        9633, -2259, -11362, -6436,
        8192, -8192, -8192, 8192,
        6437, -11362, 2261, 9633,
        4433, -10704, 10704, -4433,
        2260, -6436, 9633, -11363,
    ];

    static readonly Vector256<int>[] Columns = [.. Enumerable.Range(0, 8).Select(Column)];

    static Vector256<int> Column(int k)
    {
        Vector128<int> top = Vector128.Create(HalfColumns.Slice(4 * k, 4)), bottom = Vector128.Shuffle(top, Vector128.Create(3, 2, 1, 0));
        return Vector256.Create(top, k % 2 == 0 ? bottom : -bottom);
    }

    /// <summary>Transforms one block.</summary>
    /// <param name="block">[64] coefficients, row-major.</param>
    /// <param name="quantization">[64] the step of each coefficient, row-major.</param>
    /// <param name="samples">Where the top left sample goes.</param>
    /// <param name="stride">From one row of samples to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transform(ReadOnlySpan<short> block, ReadOnlySpan<int> quantization, Span<byte> samples, int stride)
    {
        if (!block[1..].ContainsAnyExcept((short)0))
        {
            byte flat = (byte)Math.Clamp((block[0] * quantization[0] * 4 + 16 >> 5) + 128, 0, 255);
            for (int y = 0; y < 8; y++) samples.Slice(y * stride, 8).Fill(flat);
            return;
        }
        Span<int> rows = stackalloc int[64];
        TransformColumns(block, quantization, rows);
        for (int y = 0; y < 8; y++)
            Vector64.CopyTo(TransformRow(rows.Slice(8 * y, 8)), samples.Slice(y * stride, 8));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void TransformColumns(ReadOnlySpan<short> block, ReadOnlySpan<int> quantization, Span<int> rows)
    {
        Vector256<int> x0 = Row(block, quantization, 0), x1 = Row(block, quantization, 1), x2 = Row(block, quantization, 2), x3 = Row(block, quantization, 3);
        Vector256<int> x4 = Row(block, quantization, 4), x5 = Row(block, quantization, 5), x6 = Row(block, quantization, 6), x7 = Row(block, quantization, 7);
        for (int j = 0; j < 4; j++)
        {
            Vector256<int> even = x0 * HalfColumns[j] + x2 * HalfColumns[8 + j] + x4 * HalfColumns[16 + j] + x6 * HalfColumns[24 + j];
            Vector256<int> odd = x1 * HalfColumns[4 + j] + x3 * HalfColumns[12 + j] + x5 * HalfColumns[20 + j] + x7 * HalfColumns[28 + j];
            even += Vector256.Create(1 << 10);
            (even + odd >> 11).CopyTo(rows[(8 * j)..]);
            (even - odd >> 11).CopyTo(rows[(8 * (7 - j))..]);
        }
    }

    /// <summary>Row k of the block, dequantized.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<int> Row(ReadOnlySpan<short> block, ReadOnlySpan<int> quantization, int k)
    {
        Vector128<short> row = Vector128.Create(block.Slice(8 * k, 8));
        return Vector256.Create(Vector128.WidenLower(row), Vector128.WidenUpper(row)) * Vector256.Create(quantization.Slice(8 * k, 8));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector64<byte> TransformRow(ReadOnlySpan<int> row)
    {
        Vector256<int> sum = Vector256.Create((128 << 18) + (1 << 17));
        for (int k = 0; k < 8; k++) sum += Columns[k] * row[k];
        sum = Vector256.Min(Vector256.Max(sum >> 18, Vector256<int>.Zero), Vector256.Create(255));
        Vector128<short> narrow = Vector128.Narrow(sum.GetLower(), sum.GetUpper());
        return Vector128.Narrow(narrow.AsUInt16(), narrow.AsUInt16()).GetLower();
    }
}
