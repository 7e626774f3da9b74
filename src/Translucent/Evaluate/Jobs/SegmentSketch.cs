// A picture's segments and their truth at the size of a thumbnail, kept with the numbers so that reports can show the best and the worst of a data set.

namespace Translucent.Evaluate.Jobs;

/// <summary>Segments and truth, sampled at the centres of a coarse grid.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Segments">[Height, Width] bytes in base64: the segment, <see cref="None"/> for none.</param>
/// <param name="Truth">Likewise: the class, or the region of one person; numbers from 255 on begin again at 0.</param>
sealed record SegmentSketch(int Width, int Height, string Segments, string Truth)
{
    /// <summary>The longer side, at most.</summary>
    public const int Side = 80;

    /// <summary>Of a pixel that is in no segment, or has no class.</summary>
    public const byte None = 255;

    /// <summary>Samples label maps of a picture.</summary>
    /// <param name="segments">[height, width]; below 0 for none.</param>
    /// <param name="truth">Likewise.</param>
    /// <param name="width">Pixels per row.</param>
    /// <param name="height">Rows.</param>
    public static SegmentSketch Of(ReadOnlySpan<int> segments, ReadOnlySpan<int> truth, int width, int height)
    {
        int longer = Math.Max(width, height), side = Math.Min(Side, longer);
        (int columns, int rows) = (Math.Max(1, width * side / longer), Math.Max(1, height * side / longer));
        byte[] found = new byte[rows * columns], known = new byte[rows * columns];
        for (int i = 0; i < found.Length; i++)
        {
            int x = (2 * (i % columns) + 1) * width / (2 * columns), y = (2 * (i / columns) + 1) * height / (2 * rows);
            (found[i], known[i]) = (Byte(segments[y * width + x]), Byte(truth[y * width + x]));
        }
        return new(columns, rows, Convert.ToBase64String(found), Convert.ToBase64String(known));

        static byte Byte(int label) => label < 0 ? None : (byte)(label % None);
    }

    /// <summary>The bytes of <see cref="Segments"/>.</summary>
    public byte[] SegmentBytes() => Convert.FromBase64String(Segments);

    /// <summary>The bytes of <see cref="Truth"/>.</summary>
    public byte[] TruthBytes() => Convert.FromBase64String(Truth);
}
