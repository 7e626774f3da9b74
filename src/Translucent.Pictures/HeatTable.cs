// A square table of numbers between named things, such as how far maps agree, each number on its colour.

using System.Globalization;
using Translucent.Images;
using Translucent.Tensors;

namespace Translucent.Pictures;

/// <summary>Pictures of matrices.</summary>
static class HeatTable
{
    const double Size = 14, CellWidth = 58, CellHeight = 28, Gap = 8; // pixels

    static readonly Rgb s_missing = new(0xE4, 0xE6, 0xEA);

    /// <summary>Draws a matrix.</summary>
    /// <param name="values">[n, n]; NaN stays grey.</param>
    /// <param name="names">Names of the n rows, which are also those of the columns.</param>
    /// <param name="scale">What colours mean.</param>
    /// <param name="title">A line on top; empty for none.</param>
    /// <returns>Rows with their names, numbers of two decimals, columns numbered as the rows are.</returns>
    /// <exception cref="ArgumentException">The matrix is not [n, n].</exception>
    public static Figure Draw(Tensor values, IReadOnlyList<string> names, ColorScale scale, string title = "")
    {
        int n = names.Count;
        if (n == 0 || !values.Shape.SequenceEqual([n, n]))
            throw new ArgumentException($"values: {values}, expected [{n}, {n}], a row and a column for every name.", nameof(values));
        string[] labels = [.. names.Select((name, i) => $"{name} {i + 1}")];
        double left = labels.Max(l => Svg.WidthOf(l, Size)) + 3 * Gap, top = CellHeight + (title.Length > 0 ? CellHeight : 0);
        double width = Math.Max(left + n * CellWidth + Gap, Svg.WidthOf(title, Size) + 2 * Gap);
        return new Figure(width, top + n * CellHeight + Gap, (svg, x, y) =>
        {
            svg.Text(x + Gap, y + Gap + Size, title, Size, bold: true);
            for (int i = 0; i < n; i++)
            {
                double baseline = y + top + i * CellHeight + CellHeight / 2 + 0.35 * Size;
                svg.Text(x + left - Gap, baseline, labels[i], Size, "end");
                svg.Text(x + left + (i + 0.5) * CellWidth, y + top - Gap, $"{i + 1}", Size, "middle");
                for (int j = 0; j < n; j++)
                {
                    float value = values.Row(i)[j];
                    Rgb color = float.IsNaN(value) ? s_missing : scale.At(value);
                    svg.Rect(x + left + j * CellWidth, y + top + i * CellHeight, CellWidth - 1, CellHeight - 1, color);
                    string text = float.IsNaN(value) ? "-" : value.ToString("0.00;-0.00;0.00", CultureInfo.InvariantCulture);
                    svg.Text(x + left + (j + 0.5) * CellWidth, baseline, text, Size, "middle", color.Luma < 140 ? "#ffffff" : Svg.Ink);
                }
            }
        });
    }
}
