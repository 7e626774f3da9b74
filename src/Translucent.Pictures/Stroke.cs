// Smooth lines of any thickness with a dark rim, so that they show on light and on dark ground.

using Translucent.Images;

namespace Translucent.Pictures;

/// <summary>A line as the distance of each pixel's centre to it.</summary>
internal sealed class Stroke
{
    const float Rim = 1.4f;       // pixels of shade around the line
    const double Shade = 0.55;

    readonly int _width, _height, _reach;
    readonly float _half;
    readonly float[] _distance; // squared

    public Stroke(int width, int height, double thickness)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(thickness);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(thickness, 200);
        (_width, _height, _half) = (width, height, (float)(thickness / 2));
        _reach = (int)Math.Ceiling(_half + Rim + 1);
        _distance = new float[(long)width * height];
        Array.Fill(_distance, float.MaxValue);
    }

    /// <summary>Adds a straight piece from one point to another.</summary>
    public void Line(double x0, double y0, double x1, double y1)
    {
        (double dx, double dy) = (x1 - x0, y1 - y0);
        double square = dx * dx + dy * dy;
        for (int row = Math.Max(0, (int)Math.Min(y0, y1) - _reach); row <= Math.Min(_height - 1, (int)Math.Max(y0, y1) + _reach); row++)
            for (int column = Math.Max(0, (int)Math.Min(x0, x1) - _reach); column <= Math.Min(_width - 1, (int)Math.Max(x0, x1) + _reach); column++)
            {
                (double x, double y) = (column + 0.5 - x0, row + 0.5 - y0);
                double along = square == 0 ? 0 : Math.Clamp((x * dx + y * dy) / square, 0, 1);
                (x, y) = (x - along * dx, y - along * dy);
                ref float least = ref _distance[row * _width + column];
                least = Math.Min(least, (float)(x * x + y * y));
            }
    }

    /// <summary>Draws the line and its rim.</summary>
    public void Draw(Image onto, Rgb color)
    {
        for (int pixel = 0; pixel < _distance.Length; pixel++)
        {
            if (_distance[pixel] == float.MaxValue) continue;
            float distance = MathF.Sqrt(_distance[pixel]);
            double rim = Math.Clamp(_half + Rim + 0.5f - distance, 0, 1), line = Math.Clamp(_half + 0.5f - distance, 0, 1);
            Canvas.Set(onto, pixel, Canvas.Get(onto, pixel).Mix(Rgb.Black, rim * Shade).Mix(color, line));
        }
    }
}
