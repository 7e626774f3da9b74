using System.Text.Json;
using Translucent.Files;

namespace Translucent.Tests.Reference;

/// <summary>An object as scenes.jsonl tells it, and what a plain rasteriser sees of it.</summary>
sealed record PlainObject(string Kind, string Colour, string Surface, double X, double Y, double Size, int Angle, int[] Box, int Area, int WholeArea)
{
    public double MiddleX { get; set; }
    public double MiddleY { get; set; }

    /// <summary>Pixel centres that it covers, inside the image and outside.</summary>
    public int CountedWhole { get; set; }

    public double Visibility => (double)Area / WholeArea;

    public static PlainObject Of(JsonElement o) =>
        new(o.GetProperty("kind").GetString()!, o.GetProperty("colour").GetString()!, o.GetProperty("surface").GetString()!,
        o.GetProperty("x").GetDouble(), o.GetProperty("y").GetDouble(), o.GetProperty("size").GetDouble(), o.GetProperty("angle").GetInt32(),
        [.. o.GetProperty("box").EnumerateArray().Select(n => n.GetInt32())], o.GetProperty("area").GetInt32(), o.GetProperty("whole_area").GetInt32());

    /// <summary>Whether the object covers a point: corner by corner, with the sines of the system.</summary>
    public bool Covers(double px, double py)
    {
        double turn = Angle * Math.PI / 180, dx = (px - X) / (Size / 2), dy = (py - Y) / (Size / 2);
        double x = dx * Math.Cos(turn) + dy * Math.Sin(turn), y = dy * Math.Cos(turn) - dx * Math.Sin(turn);
        const double round = 0.07, side = 1.10;
        double half = side / Math.Sqrt(2); // of the heart's square, from corner to middle
        return Kind switch
        {
            "disc" => Length(x, y) <= 0.88,
            "ring" => Length(x, y) is >= 0.45 and <= 0.95,
            "crescent" => Length(x + 0.10, y) <= 0.98 && Length(x - 0.36, y) >= 0.76,
            "triangle" => Near(Star(3, 1.04, 0.52), x, y, round),
            "square" => Near(Star(4, 1, Math.Sqrt(0.5)), x, y, round),
            "star" => Near(Star(5, 1.02, 0.44), x, y, round),
            "cross" => Near([(-0.92, -0.25), (0.92, -0.25), (0.92, 0.25), (-0.92, 0.25)], x, y, round)
                || Near([(-0.25, -0.92), (0.25, -0.92), (0.25, 0.92), (-0.25, 0.92)], x, y, round),
            "heart" => Near([(0, 0.90), (half, 0.90 - half), (0, 0.90 - 2 * half), (-half, 0.90 - half)], x, y, round)
                || Length(Math.Abs(x) - half / 2, y - (0.90 - 1.5 * half)) <= side / 2 + round,
            _ => throw new TranslucentException(Kind),
        };
    }

    /// <summary>All pixels that it can cover, as if the image had no edges.</summary>
    public IEnumerable<(int X, int Y)> Window()
    {
        (int left, int top, int side) = ((int)Math.Floor(X - Size), (int)Math.Floor(Y - Size), 2 * (int)Math.Ceiling(Size) + 1);
        return Enumerable.Range(0, side * side).Select(i => (left + i % side, top + i / side));
    }

    static double Length(double x, double y) => Math.Sqrt(x * x + y * y);

    static (double, double)[] Star(int tips, double tip, double inner) => [.. Enumerable.Range(0, 2 * tips).Select(i =>
        ((i % 2 == 0 ? tip : inner) * Math.Sin(Math.PI * i / tips), -(i % 2 == 0 ? tip : inner) * Math.Cos(Math.PI * i / tips)))];

    // In a polygon, or no further from its edges than a distance.
    static bool Near((double X, double Y)[] corners, double x, double y, double distance)
    {
        bool inside = false;
        for (int i = 0, j = corners.Length - 1; i < corners.Length; j = i++)
        {
            ((double ax, double ay), (double bx, double by)) = (corners[i], corners[j]);
            if (ay > y != by > y && x < ax + (y - ay) * (bx - ax) / (by - ay)) inside = !inside;
            double t = Math.Clamp(((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) * (bx - ax) + (by - ay) * (by - ay)), 0, 1);
            if (Length(x - ax - t * (bx - ax), y - ay - t * (by - ay)) <= distance) return true;
        }
        return inside;
    }
}

/// <summary>A scene, rebuilt from a line of scenes.jsonl.</summary>
sealed class PlainScene
{
    public PlainScene(JsonElement line)
    {
        Json = line;
        (Width, Height) = (line.GetProperty("width").GetInt32(), line.GetProperty("height").GetInt32());
        Objects = [.. line.GetProperty("objects").EnumerateArray().Select(PlainObject.Of)];
        Owners = new int[Width * Height];
        Owners.AsSpan().Fill(-1);
        Full = [.. Objects.Select(_ => new bool[Width * Height])];
        Covered = new int[Objects.Length, Objects.Length];
        for (int i = 0; i < Objects.Length; i++)
            for (int p = 0; p < Owners.Length; p++)
                if (Math.Abs(p % Width - Objects[i].X) <= Objects[i].Size && Math.Abs(p / Width - Objects[i].Y) <= Objects[i].Size
                    && Objects[i].Covers(p % Width + 0.5, p / Width + 0.5)) (Owners[p], Full[i][p]) = (i, true);
        for (int p = 0; p < Owners.Length; p++)
            for (int i = 0; i < Owners[p]; i++)
                if (Full[i][p]) Covered[Owners[p], i]++;
        for (int i = 0; i < Objects.Length; i++)
        {
            int[] own = [.. Enumerable.Range(0, Owners.Length).Where(p => Owners[p] == i)];
            Objects[i].CountedWhole = Objects[i].Window().Count(p => Objects[i].Covers(p.X + 0.5, p.Y + 0.5));
            (Objects[i].MiddleX, Objects[i].MiddleY) = (own.Average(p => p % Width + 0.5), own.Average(p => p / Width + 0.5));
        }
    }

    public JsonElement Json { get; }
    public int Width { get; }
    public int Height { get; }
    public PlainObject[] Objects { get; }

    /// <summary>The nearest object at each pixel, or -1.</summary>
    public int[] Owners { get; }

    public bool[][] Full { get; }

    /// <summary>[front, behind]: pixels of the one where it hides the other.</summary>
    public int[,] Covered { get; }

    public bool IsClear(int i) => Objects[i].Visibility >= 0.4 && Objects[i].Area >= 20;

    /// <summary>-1 left or above, 1 right or below, 0 too close, by centre and by the middle of what is seen.</summary>
    public int Side(double dCentre, double dMiddle, int length)
    {
        double margin = 0.06 * length;
        return dCentre <= -margin && dMiddle <= -margin ? -1 : dCentre >= margin && dMiddle >= margin ? 1 : 0;
    }

    public bool? Is(int i, string relation, int anchor)
    {
        (PlainObject o, PlainObject a) = (Objects[i], Objects[anchor]);
        int side = relation is "left" or "right" ? Side(o.X - a.X, o.MiddleX - a.MiddleX, Width) : Side(o.Y - a.Y, o.MiddleY - a.MiddleY, Height);
        return side == 0 ? null : side == (relation is "left" or "above" ? -1 : 1);
    }
}
