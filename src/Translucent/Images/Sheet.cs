// Several pictures on one page, each with lines of text beneath.

namespace Translucent.Images;

/// <summary>Contact sheets.</summary>
public static class Sheet
{
    const int Narrowest = 160; // pixels of a cell whose captions need them: pictures may be a pixel wide

    static readonly Rgb s_paper = Rgb.White, s_ink = new(0x2B, 0x2F, 0x36);

    /// <summary>Lays pictures out in rows.</summary>
    /// <param name="cells">The pictures, from left to right and top to bottom, with captions in ASCII, a line each or several (empty for none).</param>
    /// <param name="columns">Pictures per row.</param>
    /// <param name="gap">Pixels between pictures and around them.</param>
    /// <param name="title">A line in larger letters on top; empty for none.</param>
    /// <returns>A colour image; every cell is as large as the largest picture, smaller ones are centred in theirs.</returns>
    public static Image Of(IReadOnlyList<(Image Picture, string Caption)> cells, int columns, int gap = 10, string title = "")
    {
        if (cells.Count == 0) throw new ArgumentException("cells: none, expected at least one picture.", nameof(cells));
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(gap);
        columns = Math.Min(columns, cells.Count);
        int rows = (cells.Count + columns - 1) / columns, width = cells.Max(c => c.Picture.Width), height = cells.Max(c => c.Picture.Height);
        int scale = LetterScale(width), line = scale * (Lettering.Height + 3);
        string[][] captions = [.. cells.Select(c => c.Caption.Length == 0 ? [] : c.Caption.Split('\n'))];
        int text = captions.Max(c => c.Length) * line;
        width = Math.Max(width, Math.Min(Narrowest, captions.SelectMany(c => c).Select(c => Lettering.Width(c, scale)).DefaultIfEmpty().Max()));
        int head = title.Length > 0 ? 2 * scale * (Lettering.Height + 2) : 0;
        long pixels = (long)(columns * (width + gap) + gap) * (rows * (height + text + gap) + gap + head);
        if (pixels > 250_000_000) throw new ArgumentException($"cells: the sheet would have {pixels} pixels, at most 250 million; use smaller pictures.", nameof(cells));

        Image sheet = Canvas.Blank(columns * (width + gap) + gap, rows * (height + text + gap) + gap + head, s_paper);
        Lettering.Draw(sheet, Lettering.Fit(title, sheet.Width - 2 * gap, 2 * scale), gap, gap, 2 * scale, s_ink);
        for (int i = 0; i < cells.Count; i++)
        {
            Image picture = cells[i].Picture;
            int left = gap + i % columns * (width + gap), top = gap + head + i / columns * (height + text + gap);
            Canvas.Paste(sheet, picture, left + (width - picture.Width) / 2, top + (height - picture.Height) / 2);
            for (int row = 0; row < captions[i].Length; row++)
            {
                string caption = Lettering.Fit(captions[i][row], width, scale);
                Lettering.Draw(sheet, caption, left + (width - Lettering.Width(caption, scale)) / 2, top + height + 2 * scale + row * line, scale, s_ink);
            }
        }
        return sheet;
    }

    /// <summary>A picture with its colour bar beneath.</summary>
    public static Image WithBar(Image picture, ColorScale scale, string label = "")
    {
        Image bar = ColorBar.Draw(scale, picture.Width, label);
        return Stack(picture, bar, gap: 4 * LetterScale(picture.Width));
    }

    /// <summary>One picture above another, both flush left, on white.</summary>
    public static Image Stack(Image top, Image bottom, int gap)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(gap);
        Image page = Canvas.Blank(Math.Max(top.Width, bottom.Width), top.Height + gap + bottom.Height, s_paper);
        Canvas.Paste(page, top, 0, 0);
        Canvas.Paste(page, bottom, 0, top.Height + gap);
        return page;
    }

    /// <summary>Letters that suit a picture of some width.</summary>
    internal static int LetterScale(int width) => Math.Clamp((width + 130) / 260, 1, 4);
}
