// Rows of components to rows of RGB pixels, in libjpeg's 16-bit fixed point (jdcolor.c); inks as Pillow's convert("RGB") prints them.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Translucent.Images.JpegFormat;

/// <summary>The colour transforms.</summary>
/// <remarks>
/// <code>
/// YCbCr   R = Y + 1.402 Cr,  G = Y - 0.34414 Cb - 0.71414 Cr,  B = Y + 1.772 Cb      Cb, Cr less 128; clamped
/// CMYK    R = K - (255 - C) * K / 255, likewise G from M and B from Y                 as stored: Adobe inverts inks, so K = 255 is no black
/// YCCK    the RGB of YCC are the inks 255 - C, 255 - M, 255 - Y above
/// </code>
/// Inks count as inverted with or without an Adobe marker, and the quotient is rounded: what Pillow's convert("RGB") gives.
/// </remarks>
internal static class JpegColourConversion
{
    /// <summary>rgb[3x ..] from a row of YCbCr.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void YccToRgb(ReadOnlySpan<byte> y, ReadOnlySpan<byte> cb, ReadOnlySpan<byte> cr, Span<byte> rgb)
    {
        int x = 0, width = rgb.Length / 3;
        for (; x <= width - 16; x += 16)
        {
            (Vector256<int> y0, Vector256<int> y1) = Widen(y.Slice(x, 16));
            (Vector256<int> b0, Vector256<int> b1) = Widen(cb.Slice(x, 16));
            (Vector256<int> r0, Vector256<int> r1) = Widen(cr.Slice(x, 16));
            (b0, b1, r0, r1) = (b0 - Centre, b1 - Centre, r0 - Centre, r1 - Centre);
            Interleave(
                Narrow(y0 + Red(r0), y1 + Red(r1)), Narrow(y0 + Green(b0, r0), y1 + Green(b1, r1)), Narrow(y0 + Blue(b0), y1 + Blue(b1)),
                rgb.Slice(3 * x, 48));
        }
        for (; x < width; x++)
        {
            (int b, int r) = (cb[x] - 128, cr[x] - 128);
            rgb[3 * x] = Clamp(y[x] + (91881 * r + Half >> 16));
            rgb[3 * x + 1] = Clamp(y[x] + (-22554 * b - 46802 * r + Half >> 16));
            rgb[3 * x + 2] = Clamp(y[x] + (116130 * b + Half >> 16));
        }
    }

    /// <summary>rgb[3x ..] from three rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Interleave(ReadOnlySpan<byte> red, ReadOnlySpan<byte> green, ReadOnlySpan<byte> blue, Span<byte> rgb)
    {
        int x = 0, width = rgb.Length / 3;
        for (; x <= width - 16; x += 16)
            Interleave(Vector128.Create(red.Slice(x, 16)), Vector128.Create(green.Slice(x, 16)), Vector128.Create(blue.Slice(x, 16)), rgb.Slice(3 * x, 48));
        for (; x < width; x++) (rgb[3 * x], rgb[3 * x + 1], rgb[3 * x + 2]) = (red[x], green[x], blue[x]);
    }

    /// <summary>Turns inks into colours: c = k - c·k/255, rounded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Print(Span<byte> inks, ReadOnlySpan<byte> k)
    {
        for (int i = 0; i < inks.Length; i++)
        {
            int black = k[i / 3], product = inks[i] * black + 128;
            inks[i] = (byte)(black - (product + (product >> 8) >> 8));
        }
    }

    const int Half = 1 << 15;

    static Vector256<int> Centre => Vector256.Create(128);

    static Vector256<int> Red(Vector256<int> cr) => cr * 91881 + Vector256.Create(Half) >> 16;

    static Vector256<int> Green(Vector256<int> cb, Vector256<int> cr) => Vector256.Create(Half) - cb * 22554 - cr * 46802 >> 16;

    static Vector256<int> Blue(Vector256<int> cb) => cb * 116130 + Vector256.Create(Half) >> 16;

    static byte Clamp(int value) => (byte)Math.Clamp(value, 0, 255);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Vector256<int> Low, Vector256<int> High) Widen(ReadOnlySpan<byte> samples)
    {
        (Vector128<ushort> low, Vector128<ushort> high) = Vector128.Widen(Vector128.Create(samples));
        return (Vector256.Create(Vector128.WidenLower(low), Vector128.WidenUpper(low)).AsInt32(), Vector256.Create(Vector128.WidenLower(high), Vector128.WidenUpper(high)).AsInt32());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector128<byte> Narrow(Vector256<int> low, Vector256<int> high)
    {
        Vector256<int> top = Vector256.Create(255);
        low = Vector256.Min(Vector256.Max(low, Vector256<int>.Zero), top);
        high = Vector256.Min(Vector256.Max(high, Vector256<int>.Zero), top);
        Vector256<ushort> words = Vector256.Narrow(low, high).AsUInt16();
        return Vector128.Narrow(words.GetLower(), words.GetUpper());
    }

    /// <summary>Sixteen pixels: each of the three output vectors takes its bytes from the three planes; index 255 gives 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Interleave(Vector128<byte> r, Vector128<byte> g, Vector128<byte> b, Span<byte> rgb)
    {
        const byte o = 255;
        (Vector128.Shuffle(r, Vector128.Create(0, o, o, 1, o, o, 2, o, o, 3, o, o, 4, o, o, 5))
            | Vector128.Shuffle(g, Vector128.Create(o, 0, o, o, 1, o, o, 2, o, o, 3, o, o, 4, o, o))
            | Vector128.Shuffle(b, Vector128.Create(o, o, 0, o, o, 1, o, o, 2, o, o, 3, o, o, 4, o))).CopyTo(rgb);
        (Vector128.Shuffle(r, Vector128.Create(o, o, 6, o, o, 7, o, o, 8, o, o, 9, o, o, 10, o))
            | Vector128.Shuffle(g, Vector128.Create(5, o, o, 6, o, o, 7, o, o, 8, o, o, 9, o, o, 10))
            | Vector128.Shuffle(b, Vector128.Create(o, 5, o, o, 6, o, o, 7, o, o, 8, o, o, 9, o, o))).CopyTo(rgb[16..]);
        (Vector128.Shuffle(r, Vector128.Create(o, 11, o, o, 12, o, o, 13, o, o, 14, o, o, 15, o, o))
            | Vector128.Shuffle(g, Vector128.Create(o, o, 11, o, o, 12, o, o, 13, o, o, 14, o, o, 15, o))
            | Vector128.Shuffle(b, Vector128.Create(10, o, o, 11, o, o, 12, o, o, 13, o, o, 14, o, o, 15))).CopyTo(rgb[32..]);
    }
}
