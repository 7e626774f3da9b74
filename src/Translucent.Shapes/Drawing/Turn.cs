// Sine and cosine of whole degrees by Taylor's series: the C library's last bit differs from system to system, sums and products do not.

namespace Translucent.Shapes.Drawing;

/// <summary>Directions by whole degrees.</summary>
static class Turn
{
    static readonly (double Cos, double Sin)[] s_octant = [.. Enumerable.Range(0, 46).Select(Series)];

    /// <summary>The unit vector at an angle, 0 .. 359 degrees.</summary>
    public static (double Cos, double Sin) Of(int degrees)
    {
        (int quarter, int rest) = Math.DivRem(degrees, 90);
        (double cos, double sin) = rest <= 45 ? s_octant[rest] : (s_octant[90 - rest].Sin, s_octant[90 - rest].Cos);
        return (quarter & 3) switch { 0 => (cos, sin), 1 => (-sin, cos), 2 => (-cos, -sin), _ => (sin, -cos) };
    }

    static (double, double) Series(int degrees)
    {
        double x = degrees * (3.14159265358979323846 / 180), cos = 0, sin = 0, term = 1;
        for (int n = 0; n < 20; n++) // the terms after x^19/19! are below 1e-19
        {
            if (n % 2 == 0) cos += n % 4 == 0 ? term : -term;
            else sin += n % 4 == 1 ? term : -term;
            term *= x / (n + 1);
        }
        return (cos, sin);
    }
}
