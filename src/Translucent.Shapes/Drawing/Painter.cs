// Paints a scene: background, then each object with its soft shadow, pattern, shading and rim, edges anti-aliased by distance.

using Translucent.Images;

namespace Translucent.Shapes.Drawing;

/// <summary>Painting.</summary>
static class Painter
{
    public static Image Paint(Arrangement arrangement, Background background, Light light, int width, int height)
    {
        byte[] pixels = new byte[width * height * 3];
        float[] row = new float[width * 3], tones = new float[width];
        Coat[] coats = [.. arrangement.Fields.Select(f => new Coat(f, light))];
        for (int y = 0; y < height; y++)
        {
            background.Row(y, height, tones);
            Fill(row, tones, background);
            foreach (Coat coat in coats) coat.Row(y, row);
            light.Expose(y, height, row, pixels.AsSpan(y * width * 3, width * 3));
        }
        return new Image(width, height, 3, pixels);
    }

    static void Fill(Span<float> row, ReadOnlySpan<float> tones, Background background)
    {
        (int r, int g, int b) = background.First;
        (float dr, float dg, float db) = (background.Second.R - r, background.Second.G - g, background.Second.B - b);
        for (int x = 0, at = 0; x < tones.Length; x++, at += 3)
            (row[at], row[at + 1], row[at + 2]) = (r + dr * tones[x], g + dg * tones[x], b + db * tones[x]);
    }
}
