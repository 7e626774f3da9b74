// The signed distances of the pixels around one object, the base of its mask, its edge and its shadow.

namespace Translucent.Shapes.Drawing;

/// <summary>Signed distances in pixels on a window around an object; the window may reach beyond the image.</summary>
sealed class Field
{
    readonly float[] _distances;

    public Field(SceneObject o)
    {
        Object = o;
        double half = o.Size / 2, reach = half * Silhouette.Reach + Margin(o.Size);
        Left = (int)Math.Floor(o.X - reach);
        Top = (int)Math.Floor(o.Y - reach);
        Width = (int)Math.Floor(o.X + reach) - Left + 1;
        Height = (int)Math.Floor(o.Y + reach) - Top + 1;
        (Cos, Sin) = Turn.Of(o.Angle);
        _distances = new float[Width * Height];
        double scale = 1 / half;
        for (int row = 0, at = 0; row < Height; row++)
            for (int column = 0; column < Width; column++)
            {
                double x = (Left + column + 0.5 - o.X) * scale, y = (Top + row + 0.5 - o.Y) * scale;
                double distance = Silhouette.Distance(o.Kind, x * Cos + y * Sin, y * Cos - x * Sin);
                if (distance <= 0) Pixels++;
                _distances[at++] = (float)(distance * half);
            }
    }

    public SceneObject Object { get; }
    public int Left { get; }
    public int Top { get; }
    public int Width { get; }
    public int Height { get; }

    /// <summary>The object's first axis in the image.</summary>
    public double Cos { get; }

    public double Sin { get; }

    /// <summary>How many pixel centres the object covers, inside the image and outside.</summary>
    public int Pixels { get; }

    /// <summary>The row of distances at a row of the image; entry 0 is column <see cref="Left"/>.</summary>
    public ReadOnlySpan<float> Row(int y) => _distances.AsSpan((y - Top) * Width, Width);

    /// <summary>Whether the object covers the centre of a pixel.</summary>
    public bool Covers(int x, int y) =>
        x >= Left && x < Left + Width && y >= Top && y < Top + Height && _distances[(y - Top) * Width + x - Left] <= 0;

    // Room for the soft shadow and the blurred edge.
    static double Margin(double size) => 2 + size * 0.05;
}
