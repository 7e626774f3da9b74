// Decodes a block of a sequential scan (ITU-T T.81, F.2.2): the difference of the DC value, then runs of zeros and AC values.

using System.Runtime.CompilerServices;

namespace Translucent.Images.JpegFormat;

/// <summary>The sequential block decoder.</summary>
internal static class JpegSequential
{
    const int SixteenZeros = 0xF0;

    /// <param name="reader">The bits of the scan.</param>
    /// <param name="dc">The code of the sizes of DC differences.</param>
    /// <param name="ac">The code of runs and sizes of AC values.</param>
    /// <param name="prediction">The component's last DC value.</param>
    /// <param name="block">[64] zeros; gets the coefficients in row-major order.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block(ref JpegBits reader, JpegHuffman dc, JpegHuffman ac, ref int prediction, scoped Span<short> block)
    {
        JpegBits bits = reader;
        bits.Refill();
        int size = dc.Decode(ref bits);
        if (size > 0) prediction += bits.TakeSigned(size);
        block[0] = (short)prediction;

        ReadOnlySpan<byte> order = JpegZigzag.Order;
        for (int k = 1; k < 64; k++)
        {
            bits.Refill();
            int code = ac.Decode(ref bits);
            size = code & 15;
            if (size == 0 && code != SixteenZeros) break;
            k += code >> 4;
            if (size == 0) continue;
            if (k > 63) throw PastTheEnd();
            block[order[k]] = (short)bits.TakeSigned(size);
        }
        reader = bits;
    }

    /// <summary>The error for a run of zeros that leaves the block.</summary>
    public static InvalidDataException PastTheEnd()
        => new("JPEG: a run of zeros leaves its block of 64 coefficients; the file is damaged or cut short.");
}
