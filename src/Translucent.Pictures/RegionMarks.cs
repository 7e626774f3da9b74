// Where the number of a region is written, and the number itself: the point of a region that is farthest from its edges, by the two-pass distance
// transform of Rosenfeld and Pfaltz (1968) with the distance of a king on a chessboard; digits as strokes, so that no font is needed.

using Translucent.Images;

namespace Translucent.Pictures;

/// <summary>A place within a region.</summary>
/// <param name="Label">The region's label.</param>
/// <param name="X">Column.</param>
/// <param name="Y">Row.</param>
/// <param name="Reach">Pixels to the nearest edge of the region, the longer of the two ways.</param>
readonly record struct RegionMark(int Label, int X, int Y, int Reach);

/// <summary>Numbers on regions: what tells them apart beside their colours.</summary>
static class RegionMarks
{
    // Polylines in a box of 4 x 6.
    static readonly string[] s_digits =
    [
        "1,0 3,0 4,1 4,5 3,6 1,6 0,5 0,1 1,0", "0.6,1.4 2.2,0 2.2,6", "0,1 1,0 3,0 4,1 4,2 0,6 4,6", "0,0 4,0 1.8,2.4 3,2.4 4,3.4 4,5 3,6 1,6 0,5",
        "3,6 3,0 0,4 4,4", "4,0 0,0 0,2.6 3,2.6 4,3.6 4,5 3,6 0,6", "3.5,0 2,0 0,2.6 0,5 1,6 3,6 4,5 4,3.6 3,2.6 0,2.9", "0,0 4,0 1.4,6",
        "1,2.8 0,2 0,1 1,0 3,0 4,1 4,2 3,2.8 1,2.8 0,3.8 0,5 1,6 3,6 4,5 4,3.8 3,2.8", "0.5,6 2,6 4,3.4 4,1 3,0 1,0 0,1 0,2.4 1,3.4 4,3.1",
    ];

    /// <summary>The best place in every connected part of a region; parts that are too narrow have none.</summary>
    /// <param name="labels">[height · width]; negative where there is no region.</param>
    /// <param name="width">Pixels per row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="least">The smallest <see cref="RegionMark.Reach"/> that is worth a mark, in pixels.</param>
    /// <returns>From top to bottom.</returns>
    public static IReadOnlyList<RegionMark> Places(int[] labels, int width, int height, int least)
    {
        int[] reach = Distances(labels, width, height);
        bool[] seen = new bool[labels.Length];
        List<RegionMark> found = [];
        Stack<int> open = [];
        for (int start = 0; start < labels.Length; start++)
        {
            if (seen[start] || labels[start] < 0) continue;
            (int best, int label) = (start, labels[start]);
            seen[start] = true;
            open.Push(start);
            while (open.TryPop(out int at))
            {
                if (reach[at] > reach[best]) best = at;
                int x = at % width;
                if (x > 0) Visit(at - 1);
                if (x + 1 < width) Visit(at + 1);
                if (at >= width) Visit(at - width);
                if (at + width < labels.Length) Visit(at + width);
            }
            if (reach[best] >= least) found.Add(new RegionMark(label, best % width, best / width, reach[best]));

            void Visit(int next)
            {
                if (seen[next] || labels[next] != label) return;
                seen[next] = true;
                open.Push(next);
            }
        }
        return found;
    }

    /// <summary>The picture with the number of every region on it, white with a dark rim.</summary>
    /// <param name="picture">Any channels.</param>
    /// <param name="labels">[picture height · picture width].</param>
    /// <returns>A colour image of the same size.</returns>
    public static Image Number(Image picture, int[] labels)
    {
        double size = Math.Clamp(Math.Max(picture.Width, picture.Height) / 26.0, 7, 40); // a digit's height
        Stroke stroke = new(picture.Width, picture.Height, Math.Max(1.8, size / 7));
        foreach (RegionMark mark in Places(labels, picture.Width, picture.Height, Least(size)))
            Write(stroke, $"{mark.Label}", mark.X + 0.5, mark.Y + 0.5, size);
        Image drawn = Canvas.Copy(picture);
        stroke.Draw(drawn, Rgb.White);
        return drawn;
    }

    /// <summary>How far from the edges a mark in letters of some size must be.</summary>
    public static int Least(double letters) => (int)Math.Ceiling(0.65 * letters);

    static void Write(Stroke stroke, string digits, double x, double y, double size)
    {
        const double advance = 6;
        double unit = size / 6, left = x - unit * (advance * digits.Length - 2) / 2;
        foreach (char digit in digits)
        {
            double[][] points = [.. s_digits[digit - '0'].Split(' ')
                .Select(p => Array.ConvertAll(p.Split(','), n => double.Parse(n, System.Globalization.CultureInfo.InvariantCulture)))];
            for (int i = 1; i < points.Length; i++)
                stroke.Line(left + unit * points[i - 1][0], y + unit * (points[i - 1][1] - 3), left + unit * points[i][0], y + unit * (points[i][1] - 3));
            left += unit * advance;
        }
    }

    /// <summary>King's moves from every pixel to the nearest one of another label, or out of the picture.</summary>
    static int[] Distances(int[] labels, int width, int height)
    {
        int[] reach = new int[labels.Length];
        for (int y = 0, at = 0; y < height; y++)
            for (int x = 0; x < width; x++, at++)
                reach[at] = 1 + Math.Min(Math.Min(Of(x - 1, y - 1, at), Of(x, y - 1, at)), Math.Min(Of(x + 1, y - 1, at), Of(x - 1, y, at)));
        for (int y = height - 1, at = labels.Length - 1; y >= 0; y--)
            for (int x = width - 1; x >= 0; x--, at--)
                reach[at] = Math.Min(reach[at],
                    1 + Math.Min(Math.Min(Of(x + 1, y + 1, at), Of(x, y + 1, at)), Math.Min(Of(x - 1, y + 1, at), Of(x + 1, y, at))));
        return reach;

        int Of(int x, int y, int from) =>
            x < 0 || x >= width || y < 0 || y >= height || labels[y * width + x] != labels[from] ? 0 : reach[y * width + x];
    }
}
