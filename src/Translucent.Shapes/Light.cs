// Light and noise: what a camera adds to a scene.

using Translucent.Shapes.Drawing;
using Translucent.Tensors;

namespace Translucent.Shapes;

/// <summary>The light on a scene and the noise of its image.</summary>
/// <param name="Gain">Brightness of the whole scene; 1 is as painted.</param>
/// <param name="Slope">How much brighter one side is than the middle.</param>
/// <param name="Angle">Where the light comes from, 0 .. 359 degrees clockwise from the right.</param>
/// <param name="Noise">The standard deviation of the noise, in steps of 8 bits.</param>
/// <param name="Seed">The seed of the noise.</param>
public sealed record Light(double Gain, double Slope, int Angle, double Noise, ulong Seed)
{
    internal static Light Draw(ref SplitMix random, ShapesOptions options) => new(
        Thousandths(1 + options.Light * random.Between(-0.7, 0.4)),
        Thousandths(options.Light * random.Between(0.1, 0.8)),
        random.Below(360),
        Thousandths(options.Noise * random.Unit()),
        random.Next());

    static double Thousandths(double value) => Math.Floor(value * 1000 + 0.5) / 1000;

    /// <summary>Turns a painted row into bytes.</summary>
    /// <param name="y">Which row.</param>
    /// <param name="imageHeight">Of how many.</param>
    /// <param name="painted">[width, 3]: red, green, blue, 0 .. 255.</param>
    /// <param name="pixels">[width, 3].</param>
    internal void Expose(int y, int imageHeight, ReadOnlySpan<float> painted, Span<byte> pixels)
    {
        int width = painted.Length / 3;
        (double cos, double sin) = Turn.Of(Angle);
        double half = (Math.Abs(cos) * width + Math.Abs(sin) * imageHeight) * 0.5, step = Gain * Slope * cos / half;
        double start = Gain * (1 + Slope * ((0.5 - width * 0.5) * cos + (y + 0.5 - imageHeight * 0.5) * sin) / half);
        // The sum of four numbers 0 .. 31 has the variance 4 (32^2 - 1) / 12 = 341 and nearly the shape of a normal distribution.
        float scale = (float)(Noise / 18.466185312619388), middle = 62 * scale - 0.5f;
        ulong line = Seed + (ulong)y * 0xD1B54A32D192ED03;
        for (int x = 0, at = 0; x < width; x++, at += 3)
        {
            float gain = (float)(start + step * x);
            ulong bits = SplitMix.At(line, (ulong)x);
            pixels[at] = Byte(painted[at] * gain + Four(bits) * scale - middle);
            pixels[at + 1] = Byte(painted[at + 1] * gain + Four(bits >> 20) * scale - middle);
            pixels[at + 2] = Byte(painted[at + 2] * gain + Four(bits >> 40) * scale - middle);
        }
    }

    static int Four(ulong bits) => (int)((bits & 31) + ((bits >> 5) & 31) + ((bits >> 10) & 31) + ((bits >> 15) & 31));

    static byte Byte(float value) => (byte)Math.Clamp((int)value, 0, 255); // below 0 is cut off either way
}
