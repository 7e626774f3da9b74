// Decodes a block of a progressive scan (ITU-T T.81, G.1.2 and G.2): spectral selection sends a band of coefficients at a time,
// successive approximation first their upper bits, then one more bit per scan.

using System.Runtime.CompilerServices;

namespace Translucent.Images.JpegFormat;

/// <summary>The four progressive block decoders.</summary>
internal static class JpegProgressive
{
    /// <summary>First scan of the DC value: as in sequential mode, but without the lowest bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FirstDc(ref JpegBits bits, JpegHuffman table, int low, ref int prediction, scoped Span<short> block)
    {
        bits.Refill();
        int size = table.Decode(ref bits);
        if (size > 0) prediction += bits.TakeSigned(size);
        block[0] = (short)(prediction << low);
    }

    /// <summary>One more bit of the DC value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RefineDc(ref JpegBits bits, int low, scoped Span<short> block)
    {
        bits.Refill();
        block[0] |= (short)(bits.Take(1) << low);
    }

    /// <summary>First scan of a band of AC coefficients, without their lowest bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FirstAc(ref JpegBits reader, JpegHuffman table, JpegScan scan, ref int bandRun, scoped Span<short> block)
    {
        if (bandRun > 0)
        {
            bandRun--;
            return;
        }
        JpegBits bits = reader;
        ReadOnlySpan<byte> order = JpegZigzag.Order;
        for (int k = scan.First; k <= scan.Last; k++)
        {
            bits.Refill();
            int code = table.Decode(ref bits);
            (int run, int size) = (code >> 4, code & 15);
            if (size == 0 && run < 15)
            {
                bandRun = BandRun(ref bits, run) - 1;            // this block is the first of the run
                break;
            }
            k += run;
            if (size == 0) continue;
            if (k > scan.Last) throw JpegSequential.PastTheEnd();
            block[order[k]] = (short)(bits.TakeSigned(size) << scan.Low);
        }
        reader = bits;
    }

    /// <summary>One more bit of the coefficients of a band: a correction for each that is not zero, and those that become ±1 now.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RefineAc(ref JpegBits reader, JpegHuffman table, JpegScan scan, ref int bandRun, scoped Span<short> block)
    {
        JpegBits bits = reader;
        ReadOnlySpan<byte> order = JpegZigzag.Order;
        int k = scan.First;
        for (; bandRun == 0 && k <= scan.Last; k++)
        {
            bits.Refill();
            int code = table.Decode(ref bits);
            (int run, int size) = (code >> 4, code & 15);
            short fresh = 0;
            if (size > 1) throw new InvalidDataException($"JPEG: a refinement scan sends a value of {size} bits, 1 expected; the file is damaged or cut short.");
            if (size == 1) fresh = (short)(bits.Take(1) == 1 ? 1 << scan.Low : -1 << scan.Low);
            else if (run < 15)
            {
                bandRun = BandRun(ref bits, run);
                break;
            }
            for (; k <= scan.Last; k++)                          // over `run` zeros to the next one; what is not zero is corrected
            {
                ref short value = ref block[order[k]];
                if (value != 0) Correct(ref bits, ref value, scan.Low);
                else if (run-- == 0) break;
            }
            if (fresh == 0) continue;
            if (k > scan.Last) throw JpegSequential.PastTheEnd();
            block[order[k]] = fresh;
        }
        if (bandRun > 0)
        {
            for (; k <= scan.Last; k++)
            {
                ref short value = ref block[order[k]];
                if (value != 0) Correct(ref bits, ref value, scan.Low);
            }
            bandRun--;
        }
        reader = bits;
    }

    /// <summary>How many blocks end their band here: 2^size plus the next size bits.</summary>
    static int BandRun(ref JpegBits bits, int size) => (1 << size) + (size > 0 ? bits.Take(size) : 0);

    static void Correct(ref JpegBits bits, ref short value, int low)
    {
        bits.Refill();
        if (bits.Take(1) == 1 && (value >> low & 1) == 0) value += (short)(value > 0 ? 1 << low : -1 << low);
    }
}
