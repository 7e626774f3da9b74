// What the colours of a picture stand for: chips with names, in lines that wrap.

using Translucent.Images;

namespace Translucent.Pictures;

/// <summary>Legends for pictures of classes.</summary>
static class Legend
{
    /// <summary>Chips with a text behind each, from left to right; a new line where the width ends.</summary>
    /// <param name="entries">Colours and what they stand for; a text that is wider than the legend is cut.</param>
    /// <param name="width">Pixels from left to right.</param>
    /// <param name="size">Font size; by default what suits the width.</param>
    public static Figure Draw(IReadOnlyList<(Rgb Color, string Text)> entries, double width, double? size = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        double letters = size ?? Sheet.LetterSize(width), chip = 0.85 * letters, space = 0.35 * letters, line = 1.5 * letters;
        List<(Rgb Color, string Text, double Left, int Row)> placed = [];
        (double left, int row) = (0, 0);
        foreach ((Rgb color, string text) in entries)
        {
            string fitted = Svg.Fit(text, width - chip - space, letters);
            double needed = chip + space + Svg.WidthOf(fitted, letters);
            if (left > 0 && left + needed > width) (left, row) = (0, row + 1);
            placed.Add((color, fitted, left, row));
            left += needed + letters;
        }
        return new Figure(width, (row + 1) * line, (svg, x, y) =>
        {
            foreach ((Rgb color, string text, double at, int below) in placed)
            {
                svg.Rect(x + at, y + below * line + 0.25 * letters, chip, chip, color);
                svg.Text(x + at + chip + space, y + below * line + letters, text, letters);
            }
        });
    }
}
