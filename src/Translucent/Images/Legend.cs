// What the colours of a picture stand for: chips with names, in lines that wrap, and the steps of their strength.

namespace Translucent.Images;

/// <summary>Legends for pictures of classes.</summary>
public static class Legend
{
    static readonly Rgb s_paper = Rgb.White, s_ink = new(0x2B, 0x2F, 0x36);

    /// <summary>Chips with a text behind each, from left to right; a new line where the width ends.</summary>
    /// <param name="entries">Colours and what they stand for, in ASCII; a text that is wider than the legend is cut.</param>
    /// <param name="width">Pixels per row.</param>
    /// <param name="letters">The size of the letters, from 1; by default what suits the width.</param>
    /// <returns>A colour image on white.</returns>
    public static Image Draw(IReadOnlyList<(Rgb Color, string Text)> entries, int width, int? letters = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        int scale = letters ?? Sheet.LetterScale(width), chip = Lettering.Height * scale, line = chip + 4 * scale;
        List<(Rgb Color, string Text, int Left, int Row)> placed = [];
        (int left, int row) = (0, 0);
        foreach ((Rgb color, string text) in entries)
        {
            string fitted = Lettering.Fit(text, width - chip - 3 * scale, scale);
            int needed = chip + 3 * scale + Lettering.Width(fitted, scale);
            if (left > 0 && left + needed > width) (left, row) = (0, row + 1);
            placed.Add((color, fitted, left, row));
            left += needed + 10 * scale;
        }
        Image legend = Canvas.Blank(width, Math.Max(1, (row + 1) * line), s_paper);
        foreach ((Rgb color, string text, int x, int y) in placed)
        {
            Canvas.Fill(legend, x, y * line, chip, chip, color);
            Lettering.Draw(legend, text, x + chip + 3 * scale, y * line + scale / 2, scale, s_ink);
        }
        return legend;
    }
}
