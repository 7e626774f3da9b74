// What the colours of a map mean: a strip of all of them with the numbers of its ends.

using System.Globalization;
using Translucent.Images;

namespace Translucent.Pictures;

/// <summary>Legends for colour scales.</summary>
static class ColorBar
{
    /// <summary>A horizontal strip of colours, low on the left, the numbers of both ends beneath, zero in the middle of diverging ones.</summary>
    /// <param name="scale">The colours and their numbers.</param>
    /// <param name="width">Pixels from left to right.</param>
    /// <param name="label">What is shown: between the numbers where there is room, else on a line of its own.</param>
    /// <param name="fade">Whether the colours are as faint where they stand for little as they are on the picture.</param>
    /// <returns>The strip; of a scale whose ends are the same number, that number in words.</returns>
    public static Figure Draw(ColorScale scale, double width, string label = "", bool fade = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        if (scale.Low == scale.High) return Constant(scale.Low, width, label);
        double size = Sheet.LetterSize(width), thickness = 0.8 * size, line = 1.3 * size;
        string low = Svg.Fit(Number(scale.Low), width / 2 - 2, size), high = Svg.Fit(Number(scale.High), width / 2 - 2, size);
        double room = width - 2 * (Math.Max(Svg.WidthOf(low, size), Svg.WidthOf(high, size)) + size);
        bool beneath = label.Length > 0 && Svg.WidthOf(label, size) > room;
        string middle = beneath || label.Length == 0 ? (scale.Colors.IsDiverging ? "0" : "") : label;

        return new Figure(width, thickness + (beneath ? 2 : 1) * line, (svg, x, y) =>
        {
            svg.Ramp(scale.Colors, x, y, width, thickness, fade);
            double baseline = y + thickness + 1.05 * size;
            svg.Text(x, baseline, low, size);
            svg.Text(x + width, baseline, high, size, "end");
            svg.Text(x + width / 2, baseline, Svg.Fit(middle, room, size), size, "middle");
            if (beneath) svg.Text(x + width / 2, baseline + line, Svg.Fit(label, width, size), size, "middle");
        });
    }

    static Figure Constant(float value, double width, string label)
    {
        double size = Sheet.LetterSize(width);
        string text = $"{(label.Length > 0 ? $"{label}: " : "")}{Number(value)} everywhere";
        return new Figure(width, 1.3 * size, (svg, x, y) => svg.Text(x + width / 2, y + 1.05 * size, Svg.Fit(text, width, size), size, "middle"));
    }

    /// <summary>A number in three digits, as in 0.0123 or 1.2e-05.</summary>
    internal static string Number(float value) =>
        value == 0 ? "0"
        : Math.Abs(value) is >= 100 and < 1e5f ? value.ToString("0", CultureInfo.InvariantCulture)
        : Math.Abs(value) is >= 1e-3f and < 100 ? value.ToString("G3", CultureInfo.InvariantCulture)
        : value.ToString("0.##e+0", CultureInfo.InvariantCulture);
}
