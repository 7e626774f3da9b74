// The five row filters of PNG, and the choice among them (PNG specification, sections 9 and 12.7).

using System.Numerics;

namespace Translucent.Evaluate.Shapes.Files;

/// <summary>Row filters: a byte is stored as its difference from a prediction by the bytes to the left (a), above (b) and above left (c).</summary>
internal static class PngFilter
{
    const int Sub = 1, Up = 2, Average = 3, Paeth = 4;

    /// <summary>The row as differences from the predictions of one filter.</summary>
    public static void Apply(int filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int step, Span<byte> stored)
    {
        int first = filter == 0 ? 0 : Math.Min(step, row.Length);
        for (int i = 0; i < first; i++) // nothing to the left
            stored[i] = (byte)(row[i] - filter switch { Sub => 0, Average => above[i] >> 1, _ => above[i] });
        above = above[..row.Length];
        stored = stored[..row.Length];
        switch (filter)
        {
            case 0: row.CopyTo(stored); break;
            case Sub: TensorPrimitives.Subtract(row[first..], row[..^first], stored[first..]); break;
            case Up: TensorPrimitives.Subtract(row[first..], above[first..], stored[first..]); break;
            case Average: Subtract(row[first..], row, above[first..], above, stored[first..], paeth: false); break;
            case Paeth: Subtract(row[first..], row, above[first..], above, stored[first..], paeth: true); break;
        }
    }

    // Differences of bytes x from the predictions by those to the left, above and above left, as many at a time as a vector holds.
    static void Subtract(ReadOnlySpan<byte> x, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<byte> c, Span<byte> stored, bool paeth)
    {
        int i = 0;
        for (; i <= x.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector<byte> left = new(a[i..]), above = new(b[i..]);
            (new Vector<byte>(x[i..]) - (paeth ? Nearest(left, above, new(c[i..])) : Mean(left, above))).CopyTo(stored[i..]);
        }
        for (; i < x.Length; i++) stored[i] = (byte)(x[i] - (paeth ? Nearest(a[i], b[i], c[i]) : (a[i] + b[i]) >> 1));
    }

    /// <summary>How much a filtered row is expected to cost: the sum of its differences without their signs.</summary>
    public static long Cost(ReadOnlySpan<byte> stored)
    {
        Vector<uint> sums = default;
        int i = 0;
        for (; i <= stored.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector<byte> b = new(stored[i..]);
            Vector.Widen(Vector.Min(b, Vector<byte>.Zero - b), out Vector<ushort> low, out Vector<ushort> high); // |b| is the smaller of b and -b
            Vector.Widen(low + high, out Vector<uint> first, out Vector<uint> second);
            sums += first + second;
        }
        long sum = Vector.Sum(sums);
        for (; i < stored.Length; i++) sum += Math.Abs((int)(sbyte)stored[i]);
        return sum;
    }

    // Half of a + b, rounded down, without the ninth bit.
    static Vector<byte> Mean(Vector<byte> a, Vector<byte> b) => (a & b) + Vector.ShiftRightLogical(a ^ b, 1);

    // Of a, b, c the one nearest to a + b - c; ties go to the first.
    static byte Nearest(int a, int b, int c)
    {
        int fromA = Math.Abs(b - c), fromB = Math.Abs(a - c), fromC = Math.Abs(a + b - c - c);
        return (byte)(fromA <= fromB && fromA <= fromC ? a : fromB <= fromC ? b : c);
    }

    // With p = a + b - c, |p - a| = |b - c| and |p - b| = |a - c|. Where b - c and a - c have different signs |p - c| is the difference of the
    // two; where they have the same sign it is their sum, so that c is never nearer than both others, and any number not below them will do.
    static Vector<byte> Nearest(Vector<byte> a, Vector<byte> b, Vector<byte> c)
    {
        Vector<byte> fromA = Distance(b, c), fromB = Distance(a, c);
        Vector<byte> sameSide = ~(Vector.GreaterThan(a, c) ^ Vector.GreaterThan(b, c));
        Vector<byte> fromC = Distance(fromA, fromB) | sameSide;
        Vector<byte> nearer = Vector.ConditionalSelect(Vector.LessThanOrEqual(fromB, fromC), b, c);
        return Vector.ConditionalSelect(Vector.LessThanOrEqual(fromA, Vector.Min(fromB, fromC)), a, nearer);
    }

    static Vector<byte> Distance(Vector<byte> a, Vector<byte> b) => Vector.Max(a, b) - Vector.Min(a, b);
}
