// Contact sheets of scenes: the image, whose pixel is whose, and the questions with what their answers depend on.

using Translucent.Evaluate.DataSets;
using Translucent.Images;
using Translucent.Pictures;

namespace Translucent.Shapes;

/// <summary>A word on a contact sheet.</summary>
/// <param name="Text">The word.</param>
/// <param name="Strong">Whether it stands out.</param>
readonly record struct SheetWord(string Text, bool Strong = false);

/// <summary>A scene on a contact sheet.</summary>
/// <param name="Image">The image.</param>
/// <param name="Masks">The visible masks of its objects; each is filled with a colour of its own and bears its index.</param>
/// <param name="Lines">Lines of text below, broken where they are too long.</param>
sealed record SheetCell(Image Image, IReadOnlyList<Rle> Masks, IReadOnlyList<IReadOnlyList<SheetWord>> Lines);

/// <summary>Contact sheets of scenes.</summary>
static class ShapesSheet
{
    const int Between = 6, Letters = 11, LineHeight = 15, SmallestSide = 256;
    const string Ink = "#4a505a", Strong = "#c2183c";

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
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Figure Draw(IReadOnlyList<SheetCell> cells, int columns, string title = "")
    {
        if (cells.Count == 0) throw new ArgumentException("cells: none, expected at least one scene.", nameof(cells));
        int rows = cells.Max(c => Wrap(c.Lines, CellWidth(c)).Count);
        return Sheet.Of([.. cells.Select(c => (Draw(c, rows), ""))], columns, gap: 14, title);
    }

    // The nearest whole number, so that pixels stay pixels.
    static int Zoom(Image image) => Math.Max(1, (SmallestSide + image.Width / 2) / image.Width);

    static int CellWidth(SheetCell cell) => 2 * cell.Image.Width * Zoom(cell.Image) + Between;

    static Figure Draw(SheetCell cell, int rows)
    {
        int zoom = Zoom(cell.Image), side = cell.Image.Width * zoom, height = cell.Image.Height * zoom, width = CellWidth(cell);
        Figure image = Figure.Of(Enlarge(cell.Image, zoom)), masks = Masks(cell, zoom);
        List<IReadOnlyList<SheetWord>> lines = Wrap(cell.Lines, width);
        return new Figure(width, height + Between + rows * LineHeight, (svg, x, y) =>
        {
            image.Draw(svg, x, y);
            masks.Draw(svg, x + side + Between, y);
            for (int row = 0; row < lines.Count; row++)
                svg.Add($"<text x='{x:0.##}' y='{y + height + Between + row * LineHeight + Letters:0.##}' font-size='{Letters}' fill='{Ink}'>",
                    $"{string.Join(' ', lines[row].Select(Words))}</text>");
        });
    }

    static string Words(SheetWord word) => word.Strong ? $"<tspan fill='{Strong}' font-weight='600'>{Svg.Escape(word.Text)}</tspan>" : Svg.Escape(word.Text);

    static Figure Masks(SheetCell cell, int zoom)
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
        Image drawn = Outline.Draw(Overlay.Labels(Enlarge(cell.Image, zoom), large, strength: 1), large);
        Figure picture = Figure.Of(drawn);
        return new Figure(picture.Width, picture.Height, (svg, x, y) =>
        {
            picture.Draw(svg, x, y);
            for (int i = 0; i < cell.Masks.Count; i++) Number(svg, x, y, width, large, i);
        });
    }

    // The index at the middle of what is seen, or at the mask's pixel next to it (the middle of a ring is not its own).
    static void Number(Svg svg, double left, double top, int width, int[] owners, int index)
    {
        int[] own = [.. Enumerable.Range(0, owners.Length).Where(p => owners[p] == index)];
        if (own.Length == 0) return;
        double x = own.Average(p => p % width), y = own.Average(p => p / width);
        int at = own.MinBy(p => (p % width - x) * (p % width - x) + (p / width - y) * (p / width - y));
        svg.Add($"<text x='{left + at % width:0.##}' y='{top + at / width + 5:0.##}' font-size='15' font-weight='600' text-anchor='middle' ",
            $"fill='#fff' stroke='#000' stroke-width='2.5' paint-order='stroke'>{index}</text>");
    }

    static Image Enlarge(Image image, int zoom)
    {
        if (zoom == 1) return image;
        int width = image.Width * zoom;
        Image large = Canvas.Blank(width, image.Height * zoom, Rgb.White);
        for (int p = 0; p < width * large.Height; p++) Canvas.Set(large, p, Canvas.Get(image, p / width / zoom * image.Width + p % width / zoom));
        return large;
    }

    static double Width(SheetWord word) => Svg.WidthOf(word.Text, word.Strong ? 1.07 * Letters : Letters) + 4;

    static List<IReadOnlyList<SheetWord>> Wrap(IReadOnlyList<IReadOnlyList<SheetWord>> lines, int width)
    {
        List<IReadOnlyList<SheetWord>> wrapped = [];
        foreach (IReadOnlyList<SheetWord> line in lines)
        {
            List<SheetWord> row = [];
            double used = 0;
            foreach (SheetWord word in line)
            {
                if (row.Count > 0 && used + Width(word) > width)
                {
                    wrapped.Add(row);
                    row = [new SheetWord("\u2003")]; // what goes on is set in
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
