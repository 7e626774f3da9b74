// Figures with captions in rows, and a map with its colour bar.

using Translucent.Images;

namespace Translucent.Pictures;

/// <summary>Contact sheets.</summary>
static class Sheet
{
    const double Narrowest = 160; // no picture is too narrow for its caption

    /// <summary>Lays figures out in rows, each above its caption, on white.</summary>
    /// <param name="cells">Figures and captions; a caption may have several lines, or be empty. Smaller figures stand in the middle of their cell.</param>
    /// <param name="columns">Figures in a row.</param>
    /// <param name="gap">Pixels between them and around the sheet.</param>
    /// <param name="title">A line on top; empty for none.</param>
    /// <exception cref="ArgumentException">There is no figure.</exception>
    public static Figure Of(IReadOnlyList<(Figure Picture, string Caption)> cells, int columns, double gap = 8, string title = "")
    {
        if (cells.Count == 0) throw new ArgumentException("cells: none, expected at least one picture.", nameof(cells));
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(gap);
        columns = Math.Min(columns, cells.Count);
        int rows = (cells.Count + columns - 1) / columns;
        double width = cells.Max(c => c.Picture.Width), height = cells.Max(c => c.Picture.Height);
        double size = LetterSize(width), line = 1.3 * size;
        string[][] captions = [.. cells.Select(c => c.Caption.Length == 0 ? [] : c.Caption.Split('\n'))];
        double words = captions.Max(c => c.Length) * line;
        width = Math.Max(width, Math.Min(Narrowest, captions.SelectMany(c => c).Select(c => Svg.WidthOf(c, size)).DefaultIfEmpty().Max()));
        double whole = columns * (width + gap) + gap, titleSize = Math.Min(1.5 * size, whole / 20), head = title.Length > 0 ? 1.6 * titleSize : 0;

        return new Figure(whole, rows * (height + words + gap) + gap + head, (svg, x, y) =>
        {
            svg.Text(x + gap, y + gap + titleSize, Svg.Fit(title, whole - 2 * gap, titleSize), titleSize, bold: true);
            for (int i = 0; i < cells.Count; i++)
            {
                Figure picture = cells[i].Picture;
                double left = x + gap + i % columns * (width + gap), top = y + gap + head + i / columns * (height + words + gap);
                picture.Draw(svg, left + (width - picture.Width) / 2, top + (height - picture.Height) / 2);
                for (int row = 0; row < captions[i].Length; row++)
                    svg.Text(left + width / 2, top + height + 1.1 * size + row * line, Svg.Fit(captions[i][row], width, size), size, "middle");
            }
        });
    }

    /// <summary>A picture with its colour bar beneath.</summary>
    public static Figure WithBar(Figure picture, ColorScale scale, string label = "", bool fade = false) =>
        Figure.Stack(0.4 * LetterSize(picture.Width), picture, ColorBar.Draw(scale, picture.Width, label, fade));

    /// <summary>Letters that suit a picture of some width.</summary>
    internal static double LetterSize(double width) => Math.Clamp(width / 26, 11, 20);
}
