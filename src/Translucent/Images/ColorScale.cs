// Which numbers the ends of a colour map stand for.

using Translucent.Tensors;

namespace Translucent.Images;

/// <summary>A colour map and the numbers its two ends stand for, in the units of the map that is shown.</summary>
/// <param name="Colors">The colours.</param>
/// <param name="Low">The number of the first colour.</param>
/// <param name="High">The number of the last colour.</param>
public sealed record ColorScale(ColorMap Colors, float Low, float High)
{
    /// <summary>From the smallest to the largest number of a map; for a diverging map as far below zero as above it.</summary>
    /// <param name="map">Any shape; NaN and infinities are passed over.</param>
    /// <param name="colors">The colours.</param>
    public static ColorScale Of(Tensor map, ColorMap colors)
    {
        (float low, float high) = (float.PositiveInfinity, float.NegativeInfinity);
        foreach (float v in map.Span)
            if (float.IsFinite(v)) (low, high) = (Math.Min(low, v), Math.Max(high, v));
        if (low > high) (low, high) = (0, 0); // no number at all
        float far = Math.Max(Math.Abs(low), Math.Abs(high));
        return colors.IsDiverging ? new ColorScale(colors, -far, far) : new ColorScale(colors, low, high);
    }

    /// <summary>Where a number lies between low (0) and high (1), without being clipped; the low end where both are equal.</summary>
    /// <param name="value">In the units of <see cref="Low"/> and <see cref="High"/>.</param>
    public double Place(float value)
    {
        if (High == Low) return Colors.IsDiverging ? 0.5 : 0;
        return ((double)value - Low) / ((double)High - Low);
    }

    /// <summary>The colour of a number.</summary>
    /// <param name="value">In the units of <see cref="Low"/> and <see cref="High"/>.</param>
    public Rgb At(float value) => Colors.At(Place(value));

    /// <summary>How much a number stands out, 0 .. 1: its place on the scale, or for diverging colours how far it is from the middle.</summary>
    /// <param name="value">In the units of <see cref="Low"/> and <see cref="High"/>.</param>
    public double Weight(float value)
    {
        double place = Math.Clamp(Place(value), 0, 1);
        return Colors.IsDiverging ? Math.Abs(2 * place - 1) : place;
    }

    /// <summary>The map alone as a picture, one pixel per number.</summary>
    /// <param name="map">[h, w].</param>
    /// <returns>A colour image of w x h; NaN is light grey.</returns>
    public Image Paint(Tensor map)
    {
        if (map.Shape.Length != 2) throw new ArgumentException($"map: {map}, expected [height, width].", nameof(map));
        byte[] pixels = new byte[3L * map.Length];
        for (int i = 0; i < map.Length; i++)
        {
            Rgb color = float.IsNaN(map.Span[i]) ? new Rgb(0xD0, 0xD0, 0xD0) : At(map.Span[i]);
            (pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2]) = (color.R, color.G, color.B);
        }
        return new Image(map.Shape[1], map.Shape[0], 3, pixels);
    }
}
