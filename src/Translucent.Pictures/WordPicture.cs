// Words on grounds of colour, in lines: which parts of a text matter, and how much.

using Translucent.Images;

namespace Translucent.Pictures;

/// <summary>A word of such a picture.</summary>
/// <param name="Text">What is written.</param>
/// <param name="Share">How strong its ground is, -1 .. 1: orange above 0, blue below.</param>
/// <param name="Framed">Whether a line goes around it.</param>
readonly record struct ShadedWord(string Text, double Share, bool Framed = false);

/// <summary>Pictures of shaded words.</summary>
static class WordPicture
{
    const double Letters = 15, Line = 27, Gap = 3, Inside = 4, Margin = 8, Longest = 220; // pixels: Longest is that of a word
    const double Strongest = 0.75; // of the colour, so that letters stay easy to read

    static readonly Rgb s_for = new(0xF0, 0x78, 0x0A), s_against = new(0x28, 0x6E, 0xDC);

    /// <summary>The words one behind the other, in lines of some width.</summary>
    /// <param name="words">At least one; blanks around them are left out, an empty one is drawn as a dot in the middle.</param>
    /// <param name="title">A line on top; empty for none.</param>
    /// <param name="width">Pixels of a line.</param>
    /// <exception cref="ArgumentException">There is no word, or a share is not within -1 and 1.</exception>
    public static Figure Draw(IReadOnlyList<ShadedWord> words, string title = "", double width = 760)
    {
        if (words.Count == 0) throw new ArgumentException("words: none, expected at least one.", nameof(words));
        if (words.Any(word => !(Math.Abs(word.Share) <= 1))) throw new ArgumentException("words: a share is not within -1 and 1.", nameof(words));
        List<(string Text, double X, double Y, double Width, ShadedWord Word)> placed = [];
        double x = Margin, y = Margin + (title.Length > 0 ? 1.8 * Letters : 0);
        foreach (ShadedWord word in words)
        {
            string text = Svg.Fit(word.Text.Trim() is { Length: > 0 } some ? some : "·", Longest, Letters);
            double wide = Svg.WidthOf(text, Letters) + 2 * Inside;
            if (x > Margin && x + wide > width - Margin) (x, y) = (Margin, y + Line);
            placed.Add((text, x, y, wide, word));
            x += wide + Gap;
        }
        return new Figure(width, y + Line + Margin, (svg, left, top) =>
        {
            svg.Text(left + Margin, top + Margin + Letters, Svg.Fit(title, width - 2 * Margin, Letters), Letters, bold: true);
            foreach ((string text, double at, double down, double wide, ShadedWord word) in placed)
            {
                Rgb ground = Rgb.White.Mix(word.Share < 0 ? s_against : s_for, Strongest * Math.Abs(word.Share));
                if (word.Framed) svg.Rect(left + at - 2, top + down - 2, wide + 4, Line - Gap + 4, new Rgb(0x1B, 0x22, 0x30));
                svg.Rect(left + at, top + down, wide, Line - Gap, ground);
                svg.Text(left + at + Inside, top + down + 1.15 * Letters, text, Letters);
            }
        });
    }
}
