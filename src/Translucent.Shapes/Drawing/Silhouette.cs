// The eight kinds as signed distance functions: negative inside, positive outside, in units of the object's half size.
// Distances are exact outside and near the outline, which is all that anti-aliasing, rims and shadows look at. Corners are
// rounded by drawing the corner shape smaller and subtracting a radius (as common for distance functions).

namespace Translucent.Shapes.Drawing;

/// <summary>The outlines of the kinds.</summary>
static class Silhouette
{
    /// <summary>No outline reaches further than this from the centre.</summary>
    public const double Reach = 1.12;

    /// <summary>The radius of rounded corners.</summary>
    public const double Rounding = 0.07;

    static readonly Wedge
        s_triangle = new(3, tip: 1.04, inner: 0.52),
        s_square = new(4, tip: 1.00, inner: 0.70710678118654752),
        s_star = new(5, tip: 1.02, inner: 0.44);

    /// <summary>The signed distance of a point from the outline of a kind.</summary>
    public static double Distance(ShapeKind kind, double x, double y) => kind switch
    {
        ShapeKind.Disc => Length(x, y) - 0.88,
        ShapeKind.Square => s_square.Distance(x, y) - Rounding,
        ShapeKind.Triangle => s_triangle.Distance(x, y) - Rounding,
        ShapeKind.Star => s_star.Distance(x, y) - Rounding,
        ShapeKind.Ring => Math.Abs(Length(x, y) - 0.70) - 0.25,
        ShapeKind.Cross => Math.Min(Box(x, y, 0.92, 0.25), Box(x, y, 0.25, 0.92)) - Rounding,
        ShapeKind.Heart => Heart(Math.Abs(x), -y) - Rounding, // y points down: the notch is on top
        _ => Math.Max(Length(x + 0.10, y) - 0.98, 0.76 - Length(x - 0.36, y)),
    };

    static double Length(double x, double y) => Math.Sqrt(x * x + y * y);

    static double Box(double x, double y, double halfWidth, double halfHeight)
    {
        double dx = Math.Abs(x) - halfWidth, dy = Math.Abs(y) - halfHeight;
        return Length(Math.Max(dx, 0), Math.Max(dy, 0)) + Math.Min(Math.Max(dx, dy), 0);
    }

    // A square on its corner (0, -0.90), with sides of 1.10, and a disc on each of its upper sides.
    static double Heart(double x, double y)
    {
        const double side = 1.10, diagonal = 0.70710678118654752, corner = -0.90;
        double along = (x + y - corner) * diagonal, across = (y - corner - x) * diagonal; // axes of the two lower sides
        double square = Box(along - side / 2, across - side / 2, side / 2, side / 2);
        double middle = (side + side / 2) * diagonal; // of an upper side: a whole side and a half
        double disc = Length(x - (side - side / 2) * diagonal, y - corner - middle) - side / 2;
        return Math.Min(square, disc);
    }

    // A polygon of n equal tips, folded into the half of one tip: one straight edge from the tip to the inner corner is left.
    sealed class Wedge(int tips, double tip, double inner)
    {
        // Mirrors across the two sides of the wedge; tip on the axis of -y, as pictures stand.
        readonly (double Cos, double Sin) _side = Turn.Of(180 / tips);
        readonly double _bx = inner * Turn.Of(180 / tips).Sin, _by = inner * Turn.Of(180 / tips).Cos;

        public double Distance(double x, double y)
        {
            (x, y) = (Math.Abs(x), -y);
            for (int fold = 0; fold < tips / 2; fold++)
            {
                double beyond = x * _side.Cos - y * _side.Sin;
                if (beyond <= 0) break;
                x = Math.Abs(x - 2 * beyond * _side.Cos); // across the far side, then across the axis
                y += 2 * beyond * _side.Sin;
            }
            double ex = _bx, ey = _by - tip, px = x, py = y - tip;
            double t = Math.Clamp((px * ex + py * ey) / (ex * ex + ey * ey), 0, 1);
            double distance = Length(px - t * ex, py - t * ey);
            return px * ey - py * ex > 0 ? -distance : distance;
        }
    }
}
