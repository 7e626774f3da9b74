// Contact sheets of scenes: the image, whose pixel is whose, and the questions with what their answers depend on.

using Translucent.Evaluate.Coco;
using Translucent.Images;

namespace Translucent.Shapes;

/// <summary>A word on a contact sheet.</summary>
/// <param name="Text">The word.</param>
/// <param name="Strong">Whether it stands out.</param>
public readonly record struct SheetWord(string Text, bool Strong = false);

/// <summary>A scene on a contact sheet.</summary>
/// <param name="Image">The image.</param>
/// <param name="Masks">The visible masks of its objects; each is filled with a colour of its own and bears its index.</param>
/// <param name="Lines">Lines of text below, broken where they are too long.</param>
public sealed record SheetCell(Image Image, IReadOnlyList<Rle> Masks, IReadOnlyList<IReadOnlyList<SheetWord>> Lines);

/// <summary>Contact sheets of scenes.</summary>
public static class ShapesSheet
{
    const int Between = 6, LineHeight = Lettering.Height + 4, SmallestSide = 256;

    static readonly Rgb s_ink = new(0x4A, 0x50, 0x5A), s_strong = new(0xC2, 0x18, 0x3C);

    /// <summary>What a sheet shows of a scene.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="questions">How many of its questions.</param>
    public static SheetCell Cell(Scene scene, int questions = 4) => new(scene.Image, [.. scene.Objects.Select(o => o.Visible)],
        [.. scene.Questions.Take(questions).Select(q => Line(SceneVocabulary.Tokenize(q.Text), q.Words, q.Answer, q.Objects))]);

    /// <summary>A question as a line: words that decide stand out, then the answer, then the objects that decide.</summary>
    internal static SheetWord[] Line(IReadOnlyList<string> tokens, IReadOnlyList<int> words, string answer, IReadOnlyList<int> objects)
    {
        List<SheetWord> line = [.. tokens.SkipLast(1).Select((t, i) => new SheetWord(i == 0 ? char.ToUpperInvariant(t[0]) + t[1..] : t, words.Contains(i)))];
        line[^1] = line[^1] with { Text = line[^1].Text + "?" };
        line.Add(new SheetWord($"- {answer}"));
        if (objects.Count > 0) line.Add(new SheetWord($"({string.Join(", ", objects)})"));
        return [.. line];
    }

    /// <summary>Lays scenes out in rows: the image, beside it the masks, below them the text.</summary>
    /// <exception cref="ArgumentException">There is none, or the sheet would be too large.</exception>
    public static Image Draw(IReadOnlyList<SheetCell> cells, int columns, string title = "")
    {
        if (cells.Count == 0) throw new ArgumentException("cells: none, expected at least one scene.", nameof(cells));
        int rows = cells.Max(c => Wrap(c.Lines, CellWidth(c)).Count);
        return Sheet.Of([.. cells.Select(c => (Draw(c, rows), ""))], columns, gap: 14, title);
    }

    // The nearest whole number, so that pixels stay pixels.
    static int Zoom(Image image) => Math.Max(1, (SmallestSide + image.Width / 2) / image.Width);

    static int CellWidth(SheetCell cell) => 2 * cell.Image.Width * Zoom(cell.Image) + Between;

    static Image Draw(SheetCell cell, int rows)
    {
        int zoom = Zoom(cell.Image), width = cell.Image.Width * zoom, height = cell.Image.Height * zoom;
        Image page = Canvas.Blank(CellWidth(cell), height + Between + rows * LineHeight, Rgb.White);
        Canvas.Paste(page, Enlarge(cell.Image, zoom), 0, 0);
        Canvas.Paste(page, Masks(cell, zoom), width + Between, 0);
        int top = height + Between;
        foreach (IReadOnlyList<SheetWord> line in Wrap(cell.Lines, page.Width))
        {
            int left = 0;
            foreach (SheetWord word in line)
            {
                Lettering.Draw(page, word.Text, left, top, 1, word.Strong ? s_strong : s_ink);
                left += Width(word);
            }
            top += LineHeight;
        }
        return page;
    }

    static Image Masks(SheetCell cell, int zoom)
    {
        int[] owners = new int[cell.Image.Width * cell.Image.Height];
        owners.AsSpan().Fill(-1);
        for (int i = 0; i < cell.Masks.Count; i++)
        {
            bool[] mask = cell.Masks[i].Decode();
            for (int p = 0; p < owners.Length; p++)
                if (mask[p]) owners[p] = i;
        }
        int width = cell.Image.Width * zoom;
        int[] large = new int[owners.Length * zoom * zoom];
        for (int p = 0; p < large.Length; p++) large[p] = owners[p / width / zoom * cell.Image.Width + p % width / zoom];
        Image picture = Outline.Draw(Overlay.Labels(Enlarge(cell.Image, zoom), large, strength: 1), large);
        for (int i = 0; i < cell.Masks.Count; i++) Number(picture, large, i);
        return picture;
    }

    // The index at the middle of what is seen, or at the mask's pixel next to it (the middle of a ring is not its own).
    static void Number(Image picture, int[] owners, int index)
    {
        int[] own = [.. Enumerable.Range(0, owners.Length).Where(p => owners[p] == index)];
        if (own.Length == 0) return;
        double x = own.Average(p => p % picture.Width), y = own.Average(p => p / picture.Width);
        int at = own.MinBy(p => (p % picture.Width - x) * (p % picture.Width - x) + (p / picture.Width - y) * (p / picture.Width - y));
        const int scale = 2;
        string text = $"{index}";
        (int left, int top) = (at % picture.Width - Lettering.Width(text, scale) / 2, at / picture.Width - Lettering.Height * scale / 2);
        foreach ((int dx, int dy) in (ReadOnlySpan<(int, int)>)[(-1, 0), (1, 0), (0, -1), (0, 1)]) Lettering.Draw(picture, text, left + dx, top + dy, scale, Rgb.Black);
        Lettering.Draw(picture, text, left, top, scale, Rgb.White);
    }

    static Image Enlarge(Image image, int zoom)
    {
        if (zoom == 1) return image;
        int width = image.Width * zoom;
        Image large = Canvas.Blank(width, image.Height * zoom, Rgb.White);
        for (int p = 0; p < width * large.Height; p++) Canvas.Set(large, p, Canvas.Get(image, p / width / zoom * image.Width + p % width / zoom));
        return large;
    }

    static int Width(SheetWord word) => Lettering.Width(word.Text, 1) + 4;

    static List<IReadOnlyList<SheetWord>> Wrap(IReadOnlyList<IReadOnlyList<SheetWord>> lines, int width)
    {
        List<IReadOnlyList<SheetWord>> wrapped = [];
        foreach (IReadOnlyList<SheetWord> line in lines)
        {
            List<SheetWord> row = [];
            int used = 0;
            foreach (SheetWord word in line)
            {
                if (row.Count > 0 && used + Width(word) > width)
                {
                    wrapped.Add(row);
                    row = [new SheetWord("  ")]; // what goes on is set in
                    used = Width(row[0]);
                }
                row.Add(word);
                used += Width(word);
            }
            wrapped.Add(row);
        }
        return wrapped;
    }
}
