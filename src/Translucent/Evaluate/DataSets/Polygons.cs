// The pixels of polygons as COCO draws them: pycocotools, common/maskApi.c (rleFrPoly). The outline is walked on a grid five times as fine;
// where it passes the middle of a column of pixels it turns the column's pixels below it in or out.

using Translucent.Files;

namespace Translucent.Evaluate.DataSets;

/// <summary>Masks of polygons.</summary>
static class Polygons
{
    const int Fineness = 5;
    const int LargestSide = 1 << 14;

    /// <summary>The pixels within any of the parts of an object; within one part, those that the outline surrounds an odd number of times.</summary>
    /// <param name="parts">x, y, x, y, .. in pixels from the upper left corner, at least three points a part; at least one part.</param>
    /// <param name="width">Of the image, up to 16,384.</param>
    /// <param name="height">Of the image, up to 16,384.</param>
    /// <exception cref="TranslucentException">A part that is no polygon, or lies farther outside than the image is large; a larger image.</exception>
    public static Rle Mask(IReadOnlyList<IReadOnlyList<double>> parts, int width, int height)
    {
        if (width is < 1 or > LargestSide || height is < 1 or > LargestSide)
            throw new TranslucentException($"polygons: an image of {width} x {height}, expected sides of 1 to {LargestSide} pixels.");
        if (parts.Count == 0) throw new TranslucentException("polygons: none, expected at least one part.");
        Rle union = Part(parts[0], width, height);
        for (int i = 1; i < parts.Count; i++) union = Rle.Union(union, Part(parts[i], width, height));
        return union;
    }

    static Rle Part(IReadOnlyList<double> xy, int width, int height)
    {
        if (xy.Count < 6 || xy.Count % 2 != 0) throw new TranslucentException($"polygon: {xy.Count} numbers, expected x and y of at least three points.");
        int limit = 2 * Math.Max(width, height);
        foreach (double v in xy)
            if (!(Math.Abs(v) <= limit)) throw new TranslucentException($"polygon: {v} is no place near an image of {width} x {height}.");
        List<int> turns = Turns(xy, width, height);
        turns.Sort();
        turns.Add(width * height);

        List<int> counts = [turns[0]];
        for (int i = 1; i < turns.Count; i++)
        {
            if (turns[i] > turns[i - 1]) counts.Add(turns[i] - turns[i - 1]);
            else if (++i < turns.Count) counts[^1] += turns[i] - turns[i - 1]; // two turns at one place are none
        }
        return Rle.FromCounts(counts, width, height);
    }

    /// <summary>The places, counted down the columns, where pixels turn from outside to inside or back.</summary>
    static List<int> Turns(IReadOnlyList<double> xy, int width, int height)
    {
        List<int> turns = [];
        (int U, int V)? last = null;
        for (int j = 0, points = xy.Count / 2; j < points; j++)
        {
            (int x, int y) from = Fine(j), to = Fine((j + 1) % points);
            (int dx, int dy) = (Math.Abs(to.x - from.x), Math.Abs(to.y - from.y));
            bool flat = dx >= dy, flip = flat ? from.x > to.x : from.y > to.y; // a side is the same line in both directions
            if (flip) (from, to) = (to, from);
            double slope = flat ? (double)(to.y - from.y) / dx : (double)(to.x - from.x) / dy; // 0 / 0 where both ends are one point
            for (int d = 0, steps = Math.Max(dx, dy); d <= steps; d++)
            {
                int t = flip ? steps - d : d;
                (int U, int V) now = flat ? (from.x + t, dx == 0 ? from.y : (int)(from.y + slope * t + 0.5)) : ((int)(from.x + slope * t + 0.5), from.y + t);
                if (last is { } before && before.U != now.U) Turn(before, now);
                last = now;
            }
        }
        return turns;

        (int, int) Fine(int point) => ((int)(Fineness * xy[2 * point] + 0.5), (int)(Fineness * xy[2 * point + 1] + 0.5));

        void Turn((int U, int V) before, (int U, int V) now)
        {
            double x = Coarse(now.U < before.U ? now.U : now.U - 1);
            if (Math.Floor(x) != x || x < 0 || x > width - 1) return;
            double y = Math.Ceiling(Math.Clamp(Coarse(Math.Min(now.V, before.V)), 0, height));
            turns.Add((int)x * height + (int)y);
        }
    }

    static double Coarse(int fine) => (fine + 0.5) / Fineness - 0.5;
}
