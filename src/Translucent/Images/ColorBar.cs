// What the colours of a map mean: a strip of all of them with the numbers of its ends.

using System.Globalization;

namespace Translucent.Images;

/// <summary>Legends for colour scales.</summary>
public static class ColorBar
{
    static readonly Rgb s_paper = Rgb.White, s_ink = new(0x2B, 0x2F, 0x36);

    /// <summary>A horizontal strip of colours, low on the left, the numbers of both ends beneath, zero in the middle of diverging ones.</summary>
    /// <param name="scale">The colours and their numbers.</param>
    /// <param name="width">Pixels per row.</param>
    /// <param name="label">What is shown, in ASCII: between the numbers where there is room, else on a line of its own.</param>
    /// <returns>A colour image on white.</returns>
    public static Image Draw(ColorScale scale, int width, string label = "")
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        int letters = Sheet.LetterScale(width), thickness = 6 * letters, line = letters * (Lettering.Height + 2);
        string low = Lettering.Fit(Number(scale.Low), width / 2 - letters, letters), high = Lettering.Fit(Number(scale.High), width / 2 - letters, letters);
        int top = thickness + 2 * letters, highWidth = Lettering.Width(high, letters), lowWidth = Lettering.Width(low, letters);
        int room = width - 2 * (Math.Max(lowWidth, highWidth) + 6 * letters);
        bool beneath = label.Length > 0 && Lettering.Width(label, letters) > room;
        string middle = beneath || label.Length == 0 ? (scale.Colors.IsDiverging ? "0" : "") : label;

        Image bar = Canvas.Blank(width, thickness + (beneath ? 2 : 1) * line, s_paper);
        for (int x = 0; x < width; x++)
            Canvas.Fill(bar, x, 0, 1, thickness, scale.Colors.At((x + 0.5) / width));
        Lettering.Draw(bar, low, 0, top, letters, s_ink);
        Lettering.Draw(bar, high, width - highWidth, top, letters, s_ink);
        Centred(Lettering.Fit(middle, room, letters), top);
        if (beneath) Centred(Lettering.Fit(label, width, letters), top + line);
        return bar;

        void Centred(string text, int y) => Lettering.Draw(bar, text, (width - Lettering.Width(text, letters)) / 2, y, letters, s_ink);
    }

    /// <summary>A number in three digits, as in 0.0123 or 1.2e-05.</summary>
    internal static string Number(float value) =>
        value == 0 ? "0"
        : Math.Abs(value) is >= 100 and < 1e5f ? value.ToString("0", CultureInfo.InvariantCulture)
        : Math.Abs(value) is >= 1e-3f and < 100 ? value.ToString("G3", CultureInfo.InvariantCulture)
        : value.ToString("0.##e+0", CultureInfo.InvariantCulture);
}
