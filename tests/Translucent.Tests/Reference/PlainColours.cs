using Translucent.Images;

namespace Translucent.Tests.Reference;

/// <summary>The colour that pixels show, by name.</summary>
static class PlainColours
{
    static readonly (string Name, double R, double G, double B)[] s_paints =
    [
        ("red", 212, 38, 44), ("orange", 244, 128, 26), ("yellow", 246, 214, 44), ("green", 52, 158, 62),
        ("cyan", 58, 204, 214), ("blue", 38, 82, 204), ("purple", 122, 52, 168), ("pink", 250, 146, 190),
    ];

    /// <summary>The paint nearest to the middle of some pixels, whatever the light: by shares of red, green and blue.</summary>
    public static string Seen(Image image, int[] pixels)
    {
        double[] middle = [.. Enumerable.Range(0, 3).Select(c => pixels.Average(p => (double)image.Pixels[3 * p + c]))];
        return s_paints.MinBy(p => Enumerable.Range(0, 3).Sum(c => Math.Pow(middle[c] / middle.Sum() - new[] { p.R, p.G, p.B }[c] / (p.R + p.G + p.B), 2)))
            .Name;
    }
}
