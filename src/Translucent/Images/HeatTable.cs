// A square table of numbers between named things, such as how far maps agree, each number on its colour.

using System.Globalization;
using Translucent.Tensors;

namespace Translucent.Images;

/// <summary>Pictures of matrices.</summary>
public static class HeatTable
{
    static readonly Rgb s_paper = Rgb.White, s_ink = new(0x2B, 0x2F, 0x36), s_missing = new(0xE4, 0xE6, 0xEA);

    /// <summary>Draws a matrix.</summary>
    /// <param name="values">[n, n]; NaN stays grey.</param>
    /// <param name="names">Names of the n rows, which are also those of the columns, in ASCII.</param>
    /// <param name="scale">What colours mean.</param>
    /// <param name="letters">Size of the letters, from 1.</param>
    /// <param name="title">A line on top; empty for none.</param>
    /// <returns>A colour image on white: rows with their names, numbers of two decimals, columns numbered as the rows are.</returns>
    /// <exception cref="ArgumentException">The matrix is not [n, n].</exception>
    public static Image Draw(Tensor values, IReadOnlyList<string> names, ColorScale scale, int letters = 2, string title = "")
    {
        int n = names.Count;
        if (n == 0 || !values.Shape.SequenceEqual([n, n])) throw new ArgumentException($"values: {values}, expected [{n}, {n}], a row and a column for every name.", nameof(values));
        ArgumentOutOfRangeException.ThrowIfLessThan(letters, 1);
        int line = letters * (Lettering.Height + 3), cellWidth = letters * 32, cellHeight = letters * 16, gap = letters * 3;
        string[] labels = [.. names.Select((name, i) => $"{name} {i + 1}")];
        int left = labels.Max(l => Lettering.Width(l, letters)) + 3 * gap, top = line + (title.Length > 0 ? line + gap : 0);
        Image table = Canvas.Blank(Math.Max(left + n * cellWidth + gap, Lettering.Width(title, letters) + 2 * gap), top + n * cellHeight + gap, s_paper);
        Lettering.Draw(table, title, gap, gap, letters, s_ink);
        for (int i = 0; i < n; i++)
        {
            int middle = top + i * cellHeight + (cellHeight - letters * 7) / 2;
            Lettering.Draw(table, labels[i], left - gap - Lettering.Width(labels[i], letters), middle, letters, s_ink);
            Centred(table, $"{i + 1}", left + i * cellWidth, top - line + letters, cellWidth, letters, s_ink);
            for (int j = 0; j < n; j++)
            {
                float value = values.Row(i)[j];
                Rgb color = float.IsNaN(value) ? s_missing : scale.At(value);
                Canvas.Fill(table, left + j * cellWidth, top + i * cellHeight, cellWidth - 1, cellHeight - 1, color);
                string text = float.IsNaN(value) ? "-" : value.ToString("0.00;-0.00;0.00", CultureInfo.InvariantCulture);
                Centred(table, text, left + j * cellWidth, middle, cellWidth, letters, color.Luma < 140 ? Rgb.White : s_ink);
            }
        }
        return table;
    }

    static void Centred(Image onto, string text, int left, int top, int width, int letters, Rgb color) =>
        Lettering.Draw(onto, text, left + (width - Lettering.Width(text, letters)) / 2, top, letters, color);
}
