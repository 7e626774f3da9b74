// The weighted sums of Pillow's 8-bit resize (src/libImaging/Resample.c): weights rounded to 22 fractional bits,
// sums of int32, rounded to nearest and clipped to a byte. All sums are exact, so their order does not matter.

using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Translucent.Images;

/// <summary>Taps with fixed-point weights.</summary>
internal sealed class FixedTaps
{
    const int Bits = 22;
    const int Half = 1 << (Bits - 1);

    readonly Taps _taps;
    readonly int _channels, _stride;
    readonly int[] _weights; // [outputs, Most, channels]: each weight repeated for the samples of a pixel

    public FixedTaps(Taps taps, int channels)
    {
        (_taps, _channels, _stride) = (taps, channels, taps.Most * channels);
        _weights = new int[checked(taps.First.Length * _stride)];
        for (int o = 0; o < taps.First.Length; o++)
        {
            Span<double> weights = taps[o];
            for (int i = 0; i < weights.Length; i++)
                _weights.AsSpan(o * _stride + i * channels, channels).Fill((int)(weights[i] * (1 << Bits) + (weights[i] < 0 ? -0.5 : 0.5)));
        }
    }

    /// <summary>Sums neighbouring pixels of one row.</summary>
    public void AlongRow(ReadOnlySpan<byte> from, Span<byte> to)
    {
        for (int o = 0; o < _taps.First.Length; o++)
        {
            int samples = _taps.Count[o] * _channels;
            ReadOnlySpan<byte> pixels = from.Slice(_taps.First[o] * _channels, samples);
            Sum(pixels, _weights.AsSpan(o * _stride, samples), to.Slice(o * _channels, _channels));
        }
    }

    /// <summary>Sums the samples above each other in neighbouring rows, for one row of the result.</summary>
    public void AcrossRows(int output, ReadOnlySpan<byte> from, Span<byte> to)
    {
        ReadOnlySpan<byte> rows = from.Slice(_taps.First[output] * to.Length, _taps.Count[output] * to.Length);
        ReadOnlySpan<int> weights = _weights.AsSpan(output * _stride, _taps.Count[output]);
        int x = 0;
        for (; x <= to.Length - 8; x += 8)
        {
            Vector256<int> sum = Vector256.Create(Half);
            for (int i = 0, at = x; i < weights.Length; i++, at += to.Length) sum += Widen(rows.Slice(at, 8)) * weights[i];
            Vector256<uint> bytes = Vector256.Clamp(sum >> Bits, Vector256<int>.Zero, Vector256.Create(255)).AsUInt32();
            Vector256<ushort> narrow = Vector256.Narrow(bytes, bytes);
            Vector256.Narrow(narrow, narrow).GetLower().GetLower().CopyTo(to[x..]);
        }
        for (; x < to.Length; x++)
        {
            int sum = Half;
            for (int i = 0, at = x; i < weights.Length; i++, at += to.Length) sum += rows[at] * weights[i];
            to[x] = Round(sum);
        }
    }

    void Sum(ReadOnlySpan<byte> pixels, ReadOnlySpan<int> weights, Span<byte> to)
    {
        if (_channels >= 3) SumPixels(pixels, weights, to);
        else SumSamples(pixels, weights, to);
    }

    // Three or four channels: one pixel in the lanes of a vector.
    void SumPixels(ReadOnlySpan<byte> pixels, ReadOnlySpan<int> weights, Span<byte> to)
    {
        int step = _channels, at = 0;
        Vector128<int> sum = Vector128.Create(Half);
        for (; at <= pixels.Length - 4; at += step) // of three channels the fourth lane holds the next pixel's red, not used
            sum += Widen(MemoryMarshal.Read<uint>(pixels[at..])) * weights[at];
        if (at < pixels.Length) sum += Vector128.Create((int)pixels[at], pixels[at + 1], pixels[at + 2], 0) * weights[at];
        (to[0], to[1], to[2]) = (Round(sum[0]), Round(sum[1]), Round(sum[2]));
        if (step == 4) to[3] = Round(sum[3]);
    }

    // One or two channels: eight samples in the lanes, told apart at the end.
    void SumSamples(ReadOnlySpan<byte> pixels, ReadOnlySpan<int> weights, Span<byte> to)
    {
        int whole = pixels.Length & ~7;
        Vector256<int> lanes = Vector256<int>.Zero;
        for (int at = 0; at < whole; at += 8) lanes += Widen(pixels.Slice(at, 8)) * Vector256.Create(weights.Slice(at, 8));
        for (int c = 0; c < to.Length; c++)
        {
            int sum = Half;
            for (int lane = c; lane < 8; lane += _channels) sum += lanes[lane];
            for (int at = whole + c; at < pixels.Length; at += _channels) sum += pixels[at] * weights[at];
            to[c] = Round(sum);
        }
    }

    static byte Round(int sum) => (byte)Math.Clamp(sum >> Bits, 0, 255);

    static Vector256<int> Widen(ReadOnlySpan<byte> eight)
    {
        Vector128<byte> bytes = Vector128.CreateScalarUnsafe(MemoryMarshal.Read<ulong>(eight)).AsByte();
        if (Avx2.IsSupported) return Avx2.ConvertToVector256Int32(bytes);
        Vector128<ushort> shorts = Vector128.WidenLower(bytes);
        return Vector256.Create(Vector128.WidenLower(shorts), Vector128.WidenUpper(shorts)).AsInt32();
    }

    static Vector128<int> Widen(uint four)
    {
        Vector128<byte> bytes = Vector128.CreateScalarUnsafe(four).AsByte();
        return Sse41.IsSupported ? Sse41.ConvertToVector128Int32(bytes) : Vector128.WidenLower(Vector128.WidenLower(bytes)).AsInt32();
    }
}
