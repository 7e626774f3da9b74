// Textures behind the objects: value noise, gradients, bricks and waves between two muted colours, from integers, sums and products alone.

using Translucent.Shapes.Drawing;
using Translucent.Tensors;

namespace Translucent.Shapes;

/// <summary>The texture behind the objects.</summary>
/// <param name="Kind">Which texture.</param>
/// <param name="First">One of its two colours: red, green, blue, 0 .. 255.</param>
/// <param name="Second">The other.</param>
/// <param name="Scale">The length of its largest feature, in pixels.</param>
/// <param name="Angle">Its direction, 0 .. 359 degrees; bricks always lie.</param>
/// <param name="Seed">The seed of its random parts.</param>
public sealed record Background(Backdrop Kind, (int R, int G, int B) First, (int R, int G, int B) Second, double Scale, int Angle, ulong Seed)
{
    internal static Background Draw(ref SplitMix random, ShapesOptions options)
    {
        Backdrop kind = random.Pick(options.Backdrops);
        double hue = random.Between(0, 6), saturation = random.Between(0.08, 0.5), value = random.Between(0.4, 0.9);
        double step = random.Between(0.14, 0.3);
        (int, int, int) first = Colour(hue, saturation, value);
        (int, int, int) second = Colour(hue + random.Between(-0.7, 0.7), random.Between(0.08, 0.5), value > 0.65 ? value - step : value + step);
        double scale = Math.Floor(Math.Min(options.Width, options.Height) * random.Between(0.14, 0.4) + 0.5);
        return new Background(kind, first, second, scale, random.Below(360), random.Next());
    }

    // Hue 0 .. 6, saturation and value 0 .. 1.
    static (int, int, int) Colour(double hue, double saturation, double value)
    {
        return (Channel(5), Channel(3), Channel(1));

        int Channel(int shift)
        {
            double k = shift + hue + 6;
            k -= 6 * Math.Floor(k / 6);
            return (int)Math.Floor(255 * (value - value * saturation * Math.Clamp(Math.Min(k, 4 - k), 0, 1)) + 0.5);
        }
    }

    /// <summary>The place between the two colours, 0 .. 1, along a row of the image.</summary>
    internal void Row(int y, int imageHeight, Span<float> row)
    {
        switch (Kind)
        {
            case Backdrop.Noise:
                row.Clear();
                for (int octave = 0; octave < 3; octave++) AddNoise(row, y, Scale / (1 << octave), 0.6f / (1 << octave), octave);
                for (int x = 0; x < row.Length; x++) row[x] = Smooth(Math.Clamp(1.5f * row[x] - 0.28f, 0, 1));
                return;
            case Backdrop.Gradient: Gradient(row, y, imageHeight); break;
            case Backdrop.Bricks: Bricks(row, y); break;
            case Backdrop.Waves: Waves(row, y); break;
        }
        AddNoise(row, y, Scale / 3, 0.24f, 5);
        for (int x = 0; x < row.Length; x++) row[x] -= 0.12f;
    }

    void Gradient(Span<float> row, int y, int height)
    {
        (double cos, double sin) = Turn.Of(Angle);
        double length = Math.Abs(cos) * row.Length + Math.Abs(sin) * height;
        for (int x = 0; x < row.Length; x++)
            row[x] = (float)(0.5 + ((x + 0.5 - row.Length * 0.5) * cos + (y + 0.5 - height * 0.5) * sin) / length);
    }

    void Bricks(Span<float> row, int y)
    {
        double high = Math.Max(4, Scale * 0.4), wide = 2.2 * high, mortar = Math.Max(0.6, high * 0.07);
        double course = Math.Floor((y + 0.5) / high), toCourse = Edge((y + 0.5) / high - course, high);
        double shift = (int)course % 2 == 0 ? 0.25 : 0.75;
        for (int x = 0; x < row.Length; x++)
        {
            double u = (x + 0.5) / wide + shift, brick = Math.Floor(u);
            double distance = Math.Min(toCourse, Edge(u - brick, wide)) - mortar;
            double tone = 0.1 + 0.35 * Lattice(9, (int)brick, (int)course);
            row[x] = (float)(0.95 + (tone - 0.95) * Math.Clamp(distance + 0.5, 0, 1));
        }

        static double Edge(double part, double length) => Math.Min(part, 1 - part) * length; // to the nearer end, in pixels
    }

    void Waves(Span<float> row, int y)
    {
        (double cos, double sin) = Turn.Of(Angle);
        double length = Math.Max(6, Scale * 0.8);
        for (int x = 0; x < row.Length; x++)
        {
            double along = (x * cos + y * sin) / length, across = (y * cos - x * sin) / length;
            row[x] = Wave((float)(across + 0.35 * Wave((float)(along * 0.45))));
        }
    }

    // Up and down between 0 and 1 with period 1: two parabolas' worth of a sine.
    static float Wave(float t)
    {
        t -= MathF.Floor(t);
        return Smooth(t < 0.5f ? 2 * t : 2 - 2 * t);
    }

    static float Smooth(float t) => t * t * (3 - 2 * t);

    // Value noise: random heights on a square lattice, blended smoothly.
    void AddNoise(Span<float> row, int y, double period, float strength, int layer)
    {
        period = Math.Max(2, period);
        double v = (y + 0.5) / period;
        int cell = (int)Math.Floor(v), at = 0;
        float down = Smooth((float)(v - cell)), left = 0, right = Height(0);
        float step = (float)(1 / period);
        for (int column = 0; at < row.Length; column++)
        {
            (left, right) = (right, Height(column + 1));
            int end = Math.Min(row.Length, (int)Math.Floor((column + 1) * period + 0.5));
            float t = (float)((at + 0.5 - column * period) / period);
            for (; at < end; at++, t += step)
                row[at] += strength * (left + (right - left) * Smooth(Math.Clamp(t, 0, 1)));
        }

        float Height(int column)
        {
            float above = Lattice(layer, column, cell), below = Lattice(layer, column, cell + 1);
            return above + (below - above) * down;
        }
    }

    float Lattice(int layer, int column, int row) =>
        (SplitMix.At(Seed, ((ulong)layer << 58) ^ ((ulong)(uint)column << 29) ^ (uint)row) >> 40) * (1f / (1 << 24));
}
