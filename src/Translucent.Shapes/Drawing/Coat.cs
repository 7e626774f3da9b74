// The paint of one object: its shadow on what lies behind, and its pattern, shading and rim.

namespace Translucent.Shapes.Drawing;

/// <summary>Paints one object, row by row.</summary>
sealed class Coat
{
    const float Shadow = 0.38f;

    readonly Field _field;
    readonly int _shiftX, _shiftY; // of the shadow, in pixels
    readonly float _blur, _rim, _pixel; // in pixels, pixels, and the object's units per pixel
    readonly (float R, float G, float B) _colour, _second;
    readonly double _half, _lightX, _lightY, _cos, _sin; // the last two: the pattern's axis in the image

    public Coat(Field field, Light light)
    {
        SceneObject o = field.Object;
        (_field, _half) = (field, o.Size / 2);
        (_lightX, _lightY) = Turn.Of(light.Angle);
        (_shiftX, _shiftY) = ((int)Math.Floor(0.5 - _lightX * 0.045 * o.Size), (int)Math.Floor(0.5 - _lightY * 0.045 * o.Size));
        (_blur, _rim, _pixel) = ((float)Math.Max(1.5, o.Size * 0.09), (float)Math.Max(0.8, o.Size * 0.028), (float)(1 / _half));
        (_cos, _sin) = Turn.Of((o.Angle + o.PatternAngle) % 360);
        _colour = Scale(o.Colour.Paint(), (float)o.Shade);
        _second = o.Surface switch
        {
            Surface.Gradient => Scale(_colour, 0.42f),
            _ => o.DarkPattern ? (34, 34, 44) : (246, 245, 240),
        };
    }

    /// <summary>Paints over a row of the image.</summary>
    public void Row(int y, Span<float> row)
    {
        if (y >= _field.Top + _shiftY && y < _field.Top + _shiftY + _field.Height) CastShadow(_field.Row(y - _shiftY), row);
        if (y >= _field.Top && y < _field.Top + _field.Height) Cover(y, _field.Row(y), row);
    }

    void CastShadow(ReadOnlySpan<float> distances, Span<float> row)
    {
        int left = _field.Left + _shiftX;
        for (int x = Math.Max(0, left); x < Math.Min(row.Length / 3, left + distances.Length); x++)
        {
            float depth = 0.5f - distances[x - left] / _blur;
            if (depth <= 0) continue;
            depth = Math.Min(depth, 1);
            float keep = 1 - Shadow * depth * depth * (3 - 2 * depth);
            for (int at = 3 * x; at < 3 * x + 3; at++) row[at] *= keep;
        }
    }

    void Cover(int y, ReadOnlySpan<float> distances, Span<float> row)
    {
        SceneObject o = _field.Object;
        double v = (y + 0.5 - o.Y) / _half;
        for (int x = Math.Max(0, _field.Left); x < Math.Min(row.Length / 3, _field.Left + distances.Length); x++)
        {
            float distance = distances[x - _field.Left], cover = Math.Min(0.5f - distance, 1);
            if (cover <= 0) continue;
            double u = (x + 0.5 - o.X) / _half;
            float second = Pattern(o.Surface, (float)(u * _cos + v * _sin), (float)(v * _cos - u * _sin));
            float shade = 1 + 0.13f * (float)(u * _lightX + v * _lightY); // brighter where the light comes from
            float rim = Math.Clamp(1 + (distance + _rim) * 0.8f, 0, 1);  // 1 within the rim, falling off inside
            shade *= 1 - 0.42f * rim;
            int at = 3 * x;
            row[at] += cover * ((_colour.R + (_second.R - _colour.R) * second) * shade - row[at]);
            row[at + 1] += cover * ((_colour.G + (_second.G - _colour.G) * second) * shade - row[at + 1]);
            row[at + 2] += cover * ((_colour.B + (_second.B - _colour.B) * second) * shade - row[at + 2]);
        }
    }

    // How much of the second colour shows at a point in the pattern's axes, 0 .. 1.
    float Pattern(Surface surface, float u, float v)
    {
        const float stripe = 0.46f, dots = 0.44f, check = 0.46f;
        switch (surface)
        {
            case Surface.Striped: return Inside(0.21f * stripe - FromMiddle(u, stripe));
            case Surface.Dotted:
                float x = FromMiddle(u, dots), y = FromMiddle(v, dots);
                return Inside(0.30f * dots - MathF.Sqrt(x * x + y * y));
            case Surface.Checked:
                float a = Inside(0.25f * 2 * check - FromMiddle(u, 2 * check)), b = Inside(0.25f * 2 * check - FromMiddle(v, 2 * check));
                return a + b - 2 * a * b;
            case Surface.Gradient: return Math.Clamp(0.5f + 0.55f * u, 0, 1);
            default: return 0;
        }
    }

    // Anti-aliased: a distance in the object's units, positive inside.
    float Inside(float distance) => Math.Clamp(0.5f + distance / _pixel, 0, 1);

    // The distance from the middle of the nearest cell of a period.
    static float FromMiddle(float at, float period)
    {
        float t = at / period;
        return Math.Abs(t - MathF.Floor(t) - 0.5f) * period;
    }

    static (float, float, float) Scale((float R, float G, float B) colour, float by) => (colour.R * by, colour.G * by, colour.B * by);
}
