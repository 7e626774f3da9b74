// A matrix of numbers as colours, its rows and columns named: what words read of words.

using Translucent.Images;
using Translucent.Tensors;

namespace Translucent.Pictures;

/// <summary>Pictures of matrices whose rows and columns are different things.</summary>
static class NamedMatrix
{
    const int Largest = 22, Side = 1100; // pixels: of a cell, and of all columns together
    const double Letters = 12, Readable = 9, Gap = 8, Longest = 180; // pixels: of letters, of the smallest cell with a name, of a name

    /// <summary>The cells alone, each a square of pixels.</summary>
    /// <param name="values">[rows, columns].</param>
    /// <param name="scale">What colours mean.</param>
    public static Image Cells(Tensor values, ColorScale scale)
    {
        int cell = Cell(values);
        return Resize.To(scale.Paint(values), values.Width * cell, values.Shape[0] * cell, Resampling.Nearest);
    }

    /// <summary>The cells with names at their left and above them, where cells are large enough for letters, and a colour bar beneath.</summary>
    /// <param name="values">[rows, columns].</param>
    /// <param name="rows">Names of rows.</param>
    /// <param name="columns">Names of columns.</param>
    /// <param name="scale">What colours mean.</param>
    /// <param name="title">A line on top; empty for none.</param>
    /// <exception cref="ArgumentException">There are not as many names as numbers.</exception>
    public static Figure Draw(Tensor values, IReadOnlyList<string> rows, IReadOnlyList<string> columns, ColorScale scale, string title = "")
    {
        if (!values.Shape.SequenceEqual([rows.Count, columns.Count]) || values.Length == 0)
            throw new ArgumentException($"values: {values}, expected [{rows.Count}, {columns.Count}], a number for each pair of names.", nameof(values));
        Image picture = Cells(values, scale);
        double cell = Cell(values), size = Math.Min(Letters, cell - 1);
        bool named = cell >= Readable;
        string[] left = named ? [.. rows.Select(r => Svg.Fit(r.Trim(), Longest, size))] : [], above = named ? [.. columns.Select(c => Svg.Fit(c.Trim(),
            Longest, size))] : [];
        double margin = Gap + (named ? left.Max(n => Svg.WidthOf(n, size)) + Gap : 0), head = title.Length > 0 ? 1.8 * Letters : 0;
        double top = head + Gap + (named ? above.Max(n => Svg.WidthOf(n, size)) + Gap : 0);
        double width = Math.Max(margin + picture.Width + Gap, 240);
        Figure cells = new(width, top + picture.Height, (svg, x, y) =>
        {
            svg.Text(x + Gap, y + 1.3 * Letters, Svg.Fit(title, width - 2 * Gap, Letters), Letters, bold: true);
            for (int i = 0; i < left.Length; i++) svg.Text(x + margin - Gap / 2, y + top + (i + 0.5) * cell + 0.35 * size, left[i], size, "end");
            for (int j = 0; j < above.Length; j++) Upright(svg, x + margin + (j + 0.5) * cell + 0.35 * size, y + top - Gap / 2, above[j], size);
            svg.Picture(ImageFile.Encode(picture), x + margin, y + top, picture.Width, picture.Height);
        });
        return Figure.Stack(Gap, cells, ColorBar.Draw(scale, width, ""));
    }

    /// <summary>A name that reads from below.</summary>
    static void Upright(Svg svg, double x, double y, string text, double size) =>
        svg.Add($"<text transform='translate({x:0.##} {y:0.##}) rotate(-90)' font-size='{size:0.##}' fill='{Svg.Ink}'>{Svg.Escape(text)}</text>");

    static int Cell(Tensor values) => Math.Clamp(Side / Math.Max(values.Width, values.Shape[0]), 1, Largest);
}
