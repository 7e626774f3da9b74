// Run-length encoded masks of COCO: pycocotools, common/maskApi.c (rleEncode, rleDecode, rleToString, rleFrString).
// Pixels run down the columns, one column after the other; counts alternate between outside and inside, outside first.
// The compressed form writes each count from the third on as its difference from the count two before, in groups of five bits, low
// group first, with bit 5 for "more follows", shifted into printable ASCII by 48.

using System.Text;
using Translucent.Files;

namespace Translucent.Evaluate.DataSets;

/// <summary>A mask as COCO's run lengths.</summary>
public sealed class Rle
{
    readonly int[] _counts;

    Rle(int width, int height, int[] counts) => (Width, Height, _counts) = (width, height, counts);

    /// <summary>Pixels per row of the mask.</summary>
    public int Width { get; }

    /// <summary>Rows of the mask.</summary>
    public int Height { get; }

    /// <summary>Lengths of runs outside, inside, outside, ... down the columns; they sum to Width · Height.</summary>
    public IReadOnlyList<int> Counts => _counts;

    /// <summary>How many pixels are inside.</summary>
    public int Area
    {
        get
        {
            int area = 0;
            for (int i = 1; i < _counts.Length; i += 2) area += _counts[i];
            return area;
        }
    }

    /// <summary>Encodes a mask.</summary>
    /// <param name="width">Pixels per row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="mask">[height, width]: true inside.</param>
    /// <exception cref="ArgumentException">The mask has another number of pixels.</exception>
    public static Rle Encode(bool[] mask, int width, int height)
    {
        if (width < 1 || height < 1 || mask.Length != (long)width * height)
            throw new ArgumentException($"mask: {mask.Length} pixels, expected {width} x {height}.", nameof(mask));
        return Encode(width, height, new Box(0, 0, width, height), (x, y) => mask[y * width + x]);
    }

    /// <summary>Encodes a mask that is empty outside a box.</summary>
    internal static Rle Encode(int width, int height, Box within, Func<int, int, bool> inside)
    {
        List<int> counts = [];
        int start = 0; // of the current run
        bool now = false;
        for (int x = within.X; x < within.X + within.Width; x++)
        {
            for (int y = within.Y; y < within.Y + within.Height; y++)
                if (inside(x, y) != now) Turn(x * height + y);
            int end = x * height + within.Y + within.Height;
            bool goesOn = within.Height == height && x + 1 < within.X + within.Width; // the next column follows at once
            if (now && !goesOn && end < width * height) Turn(end);
        }
        counts.Add(width * height - start);
        return new Rle(width, height, [.. counts]);

        void Turn(int at)
        {
            counts.Add(at - start);
            (start, now) = (at, !now);
        }
    }

    /// <summary>Takes counts as they stand in an uncompressed COCO segmentation.</summary>
    /// <param name="counts">Lengths of runs down the columns, outside and inside in turn, outside first.</param>
    /// <param name="width">Pixels per row.</param>
    /// <param name="height">Rows.</param>
    /// <exception cref="TranslucentException">A count is negative, or they do not sum to the pixels.</exception>
    public static Rle FromCounts(IReadOnlyList<int> counts, int width, int height)
    {
        if (width < 1 || height < 1 || (long)width * height > int.MaxValue)
            throw new TranslucentException($"RLE: the size is {width} x {height}, expected at least 1 x 1 and at most {int.MaxValue} pixels.");
        long sum = 0;
        foreach (int count in counts)
            sum += count >= 0 ? count : throw new TranslucentException($"RLE: the count {count} is negative.");
        if (sum != (long)width * height)
            throw new TranslucentException($"RLE: the counts sum to {sum}, expected {width} x {height} = {(long)width * height}.");
        return new Rle(width, height, [.. counts]);
    }

    /// <summary>Reads the compressed form.</summary>
    /// <param name="compressed">COCO's text of ASCII letters.</param>
    /// <param name="width">Pixels per row.</param>
    /// <param name="height">Rows.</param>
    /// <exception cref="TranslucentException">The text is not that of a mask of this size.</exception>
    public static Rle Parse(string compressed, int width, int height)
    {
        List<int> counts = [];
        for (int at = 0; at < compressed.Length;)
        {
            long value = 0;
            int shift = 0, group;
            do
            {
                if (at == compressed.Length) throw new TranslucentException("RLE: the text ends within a number.");
                group = compressed[at++] - 48;
                if (group is < 0 or > 63 || shift > 30) throw new TranslucentException($"RLE: '{compressed[at - 1]}' at {at - 1} is no part of a number.");
                value |= (long)(group & 31) << shift;
                shift += 5;
            } while ((group & 32) != 0);
            if ((group & 16) != 0) value |= -1L << shift; // the highest bit is the sign
            if (counts.Count > 2) value += counts[^2];
            if (value is < 0 or > int.MaxValue) throw new TranslucentException($"RLE: run {counts.Count} has the length {value}.");
            counts.Add((int)value);
        }
        return FromCounts(counts, width, height);
    }

    /// <summary>The compressed form, as <c>counts</c> of a COCO segmentation.</summary>
    public string Compressed
    {
        get
        {
            StringBuilder text = new();
            for (int i = 0; i < Counts.Count; i++)
            {
                int value = i > 2 ? Counts[i] - Counts[i - 2] : Counts[i];
                bool more;
                do
                {
                    int group = value & 31;
                    value >>= 5;
                    more = value != ((group & 16) != 0 ? -1 : 0);
                    text.Append((char)(48 + group + (more ? 32 : 0)));
                } while (more);
            }
            return text.ToString();
        }
    }

    /// <summary>The mask [Height, Width]: true inside.</summary>
    public bool[] Decode()
    {
        bool[] mask = new bool[Width * Height];
        int at = 0;
        for (int i = 0; i < _counts.Length; at += _counts[i++])
            for (int p = at; i % 2 == 1 && p < at + _counts[i]; p++) mask[p % Height * Width + p / Height] = true;
        return mask;
    }

    /// <summary>How many pixels are inside both masks, counted run by run.</summary>
    /// <param name="a">One mask.</param>
    /// <param name="b">The other, of the same size.</param>
    /// <exception cref="ArgumentException">The masks have different sizes.</exception>
    public static int Intersection(Rle a, Rle b)
    {
        CheckSizes(a, b);
        int inside = 0, i = 0, j = 0, at = 0, pixels = a.Width * a.Height;
        int endA = a._counts[0], endB = b._counts[0]; // of the runs i and j
        while (at < pixels)
        {
            int end = Math.Min(endA, endB);
            if ((i & j & 1) != 0) inside += end - at;
            at = end;
            if (endA == end && ++i < a._counts.Length) endA += a._counts[i];
            if (endB == end && ++j < b._counts.Length) endB += b._counts[j];
        }
        return inside;
    }

    /// <summary>The pixels that are inside one mask or the other.</summary>
    /// <param name="a">One mask.</param>
    /// <param name="b">The other, of the same size.</param>
    /// <exception cref="ArgumentException">The masks have different sizes.</exception>
    public static Rle Union(Rle a, Rle b)
    {
        CheckSizes(a, b);
        List<int> counts = [];
        int start = 0, i = 0, j = 0, at = 0, pixels = a.Width * a.Height;
        int endA = a._counts[0], endB = b._counts[0]; // of the runs i and j
        while (at < pixels)
        {
            int end = Math.Min(endA, endB);
            if (end > at && ((i | j) & 1) != (counts.Count & 1)) // what begins at `at` is not what the run before it is
            {
                counts.Add(at - start);
                start = at;
            }
            at = end;
            if (endA == end && ++i < a._counts.Length) endA += a._counts[i];
            if (endB == end && ++j < b._counts.Length) endB += b._counts[j];
        }
        counts.Add(pixels - start);
        return new Rle(a.Width, a.Height, [.. counts]);
    }

    static void CheckSizes(Rle a, Rle b)
    {
        if ((a.Width, a.Height) != (b.Width, b.Height))
            throw new ArgumentException($"masks of {a.Width} x {a.Height} and {b.Width} x {b.Height}, expected one size.");
    }

    /// <summary><see cref="Bounds"/> as files write it.</summary>
    internal (double X, double Y, double Width, double Height) Around
    {
        get
        {
            Box box = Bounds();
            return (box.X, box.Y, box.Width, box.Height);
        }
    }

    /// <summary>The smallest box around the mask; 0, 0, 0, 0 for an empty one.</summary>
    public Box Bounds()
    {
        int left = Width, right = -1, top = Height, bottom = -1, at = 0;
        for (int i = 0; i < _counts.Length; at += _counts[i++])
        {
            if (i % 2 == 0 || _counts[i] == 0) continue;
            int first = at / Height, last = (at + _counts[i] - 1) / Height;
            (left, right) = (Math.Min(left, first), Math.Max(right, last));
            top = Math.Min(top, last > first ? 0 : at % Height); // a run over several columns touches both edges
            bottom = Math.Max(bottom, last > first ? Height - 1 : (at + _counts[i] - 1) % Height);
        }
        return right < 0 ? default : new Box(left, top, right - left + 1, bottom - top + 1);
    }
}
