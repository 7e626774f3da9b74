// The five row filters of PNG, both ways, and the choice among them (PNG specification, sections 9 and 12.7).

namespace Translucent.Images.PngFormat;

/// <summary>Row filters: a byte is stored as its difference from a prediction by the bytes to the left (a), above (b) and above left (c).</summary>
internal static class PngFilter
{
    const int Sub = 1, Up = 2, Average = 3, Paeth = 4;

    /// <summary>Turns stored differences back into bytes, in place.</summary>
    /// <param name="filter">The filter's number.</param>
    /// <param name="row">The stored row.</param>
    /// <param name="above">The row above, zeros for the first.</param>
    /// <param name="step">Bytes from a pixel to the next.</param>
    public static void Undo(int filter, Span<byte> row, ReadOnlySpan<byte> above, int step)
    {
        above = above[..row.Length];
        switch (filter)
        {
            case 0: break;
            case Sub:
                for (int i = step; i < row.Length; i++) row[i] += row[i - step];
                break;
            case Up:
                TensorPrimitives.Add<byte>(row, above, row);
                break;
            case Average:
                for (int i = 0; i < row.Length; i++) row[i] += (byte)(((i < step ? 0 : row[i - step]) + above[i]) >> 1);
                break;
            case Paeth:
                int first = Math.Min(step, row.Length);
                for (int i = 0; i < first; i++) row[i] += above[i];
                for (int i = first; i < row.Length; i++) row[i] += Nearest(row[i - step], above[i], above[i - step]);
                break;
            default:
                throw Png.Bad($"row filter {filter} does not exist, expected 0 to 4. The file is damaged.");
        }
    }

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
            case Average:
                for (int i = first; i < row.Length; i++) stored[i] = (byte)(row[i] - ((row[i - step] + above[i]) >> 1));
                break;
            case Paeth:
                for (int i = first; i < row.Length; i++) stored[i] = (byte)(row[i] - Nearest(row[i - step], above[i], above[i - step]));
                break;
        }
    }

    /// <summary>How much a filtered row is expected to cost: the sum of its differences without their signs.</summary>
    public static long Cost(ReadOnlySpan<byte> stored)
    {
        long sum = 0;
        foreach (byte b in stored) sum += Math.Abs((int)(sbyte)b);
        return sum;
    }

    // Of a, b, c the one nearest to a + b - c; ties go to the first.
    static byte Nearest(int a, int b, int c)
    {
        int fromA = Math.Abs(b - c), fromB = Math.Abs(a - c), fromC = Math.Abs(a + b - c - c);
        return (byte)(fromA <= fromB && fromA <= fromC ? a : fromB <= fromC ? b : c);
    }
}
