// Brings subsampled components to full size with libjpeg's "fancy" triangle filter (jdsample.c): a new sample lies a quarter of a step
// from the nearer old one, so it is 3/4 of that and 1/4 of the farther one, per direction; neighbours beyond the edge repeat the edge.

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Translucent.Images.JpegFormat;

/// <summary>The row operations of upsampling.</summary>
internal static class JpegUpsampling
{
    /// <summary>sums = 3·near + far.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Blend(ReadOnlySpan<byte> near, ReadOnlySpan<byte> far, Span<ushort> sums)
    {
        int x = 0;
        Vector128<ushort> three = Vector128.Create((ushort)3);
        for (; x <= near.Length - 16; x += 16)
        {
            (Vector128<ushort> near0, Vector128<ushort> near1) = Vector128.Widen(Vector128.Create(near.Slice(x, 16)));
            (Vector128<ushort> far0, Vector128<ushort> far1) = Vector128.Widen(Vector128.Create(far.Slice(x, 16)));
            (near0 * three + far0).CopyTo(sums.Slice(x, 8));
            (near1 * three + far1).CopyTo(sums.Slice(x + 8, 8));
        }
        for (; x < near.Length; x++) sums[x] = (ushort)(3 * near[x] + far[x]);
    }

    /// <summary>Rounds blended rows to samples: (sums + bias) / 4.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Quarter(ReadOnlySpan<ushort> sums, int bias, Span<byte> samples)
    {
        int x = 0;
        Vector128<ushort> round = Vector128.Create((ushort)bias);
        for (; x <= samples.Length - 16; x += 16)
        {
            Vector128<ushort> low = Vector128.Create(sums.Slice(x, 8)) + round, high = Vector128.Create(sums.Slice(x + 8, 8)) + round;
            Vector128.Narrow(low >> 2, high >> 2).CopyTo(samples.Slice(x, 16));
        }
        for (; x < samples.Length; x++) samples[x] = (byte)(sums[x] + bias >> 2);
    }

    /// <summary>Doubles blended rows: samples[2x] = (3·sums[x] + sums[x-1] + left) / 16, samples[2x+1] = (3·sums[x] + sums[x+1] + right) / 16.</summary>
    /// <param name="sums">[n + 2]: the sums, one more before and after them.</param>
    /// <param name="left">What rounds the left one of each pair.</param>
    /// <param name="right">What rounds the right one.</param>
    /// <param name="samples">[2n].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Double(ReadOnlySpan<ushort> sums, int left, int right, Span<byte> samples)
    {
        int n = sums.Length - 2, x = 0;
        Vector128<ushort> three = Vector128.Create((ushort)3), roundLeft = Vector128.Create((ushort)left), roundRight = Vector128.Create((ushort)right);
        for (; x <= n - 8; x += 8)
        {
            Vector128<ushort> middle = Vector128.Create(sums.Slice(x + 1, 8)) * three;
            Vector128<ushort> even = middle + Vector128.Create(sums.Slice(x, 8)) + roundLeft >> 4;
            Vector128<ushort> odd = middle + Vector128.Create(sums.Slice(x + 2, 8)) + roundRight >> 4;
            Pairs(even, odd).CopyTo(samples.Slice(2 * x, 16));
        }
        for (; x < n; x++)
        {
            int middle = 3 * sums[x + 1];
            samples[2 * x] = (byte)(middle + sums[x] + left >> 4);
            samples[2 * x + 1] = (byte)(middle + sums[x + 2] + right >> 4);
        }
    }

    /// <summary>Repeats each sample <paramref name="times"/> times.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Repeat(ReadOnlySpan<byte> row, int times, Span<byte> samples)
    {
        for (int x = 0; x < row.Length; x++) samples.Slice(x * times, times).Fill(row[x]);
    }

    /// <summary>even[0], odd[0], even[1], odd[1], ... of lanes below 256.</summary>
    static Vector128<byte> Pairs(Vector128<ushort> even, Vector128<ushort> odd)
        => BitConverter.IsLittleEndian ? (even | odd << 8).AsByte() : (even << 8 | odd).AsByte();
}
