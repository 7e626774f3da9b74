// Draws a dendrogram as one self-contained SVG: branches in the colours of the clusters that a cut makes, the cut itself,
// an axis of heights, and under each leaf how many observations it stands for.

using System.Globalization;
using Translucent.Segment;
using static Translucent.Pictures.DendrogramCanvas;

namespace Translucent.Pictures;

/// <summary>Dendrograms as SVG.</summary>
static class DendrogramSvg
{
    const double CutText = 120; // room to the right of the plot

    /// <summary>Draws the tree cut into <paramref name="clusters"/>.</summary>
    /// <param name="dendrogram">The tree.</param>
    /// <param name="clusters">How many clusters, as in <see cref="Dendrogram.Labels(int)"/>.</param>
    /// <param name="palette">The colours of clusters 0, 1, 2, ..., which start again when there are more clusters.</param>
    /// <param name="leaves">How many leaves at most; observations below them are contracted to a triangle with their number.</param>
    /// <param name="name">The text under a single observation, such as its row and column; by default its number.</param>
    /// <returns>An SVG document.</returns>
    /// <exception cref="ArgumentException">An empty palette, clusters outside 1 .. n, or no leaves.</exception>
    public static string Render(
        Dendrogram dendrogram, int clusters, IReadOnlyList<(byte Red, byte Green, byte Blue)> palette, int leaves = 30, Func<int, string>? name = null)
    {
        int made = dendrogram.MergesTo(clusters);
        double highest = Highest(dendrogram), below = made > 0 ? dendrogram.Merges[made - 1].Height : 0;
        double above = clusters > 1 ? dendrogram.Merges[made].Height : 1.1 * highest;
        return Draw(dendrogram, made, (below + above) / 2, "", palette, leaves, name);
    }

    /// <summary>Draws the tree cut at a distance threshold, as in <see cref="Dendrogram.LabelsBelow(double)"/>.</summary>
    /// <param name="dendrogram">The tree.</param>
    /// <param name="threshold">Zeta, in the units of the heights.</param>
    /// <param name="palette">The colours of clusters 0, 1, 2, ..., which start again when there are more clusters.</param>
    /// <param name="leaves">How many leaves at most; observations below them are contracted to a triangle with their number.</param>
    /// <param name="name">The text under a single observation, such as its row and column; by default its number.</param>
    /// <returns>An SVG document.</returns>
    /// <exception cref="ArgumentException">An empty palette, a negative threshold, or no leaves.</exception>
    public static string RenderBelow(
        Dendrogram dendrogram, double threshold, IReadOnlyList<(byte Red, byte Green, byte Blue)> palette, int leaves = 30, Func<int, string>? name = null)
    {
        int made = dendrogram.MergesBelow(threshold);
        return Draw(dendrogram, made, threshold, string.Create(CultureInfo.InvariantCulture, $"below ζ = {threshold:G4}"), palette, leaves, name);
    }

    static string Draw(
        Dendrogram tree, int made, double cut, string rule, IReadOnlyList<(byte Red, byte Green, byte Blue)> palette, int leaves, Func<int, string>? name)
    {
        if (palette.Count == 0) throw new ArgumentException("palette: no colours; give at least one.");
        ArgumentOutOfRangeException.ThrowIfLessThan(leaves, 1);
        DendrogramLayout layout = new(tree, made, leaves);
        Axis axis = new(0, Math.Max(Highest(tree), Math.Min(cut, 1.2 * Highest(tree)))); // a far higher cut lies on the upper edge
        DendrogramCanvas canvas = new(tree, layout, axis, palette, name ?? (token => $"{token}"));
        string clusters = Counted(tree.Count - made, "cluster");

        double width = Math.Max(560, canvas.Right + CutText), height = Top + Plot + canvas.TextHeight + BandHeight + 44;
        Svg svg = new(Math.Round(width), Math.Round(height), $"Dendrogram of {Counted(tree.Count, "token")} in {clusters}");
        svg.Add($"<rect width='100%' height='100%' fill='#ffffff'/>");
        svg.Text(Left, 26, $"{Counted(tree.Count, "token")} in {clusters}", 15, bold: true);
        canvas.Heights(svg);
        canvas.Branches(svg);
        canvas.Leaves(svg);
        canvas.Bands(svg);
        canvas.Cut(svg, cut, clusters, rule);
        svg.Text(Left, height - 14, Note(layout), 11, color: Faint);
        return svg.ToString();
    }

    static double Highest(Dendrogram tree) => tree.Count == 1 ? 0 : tree.Merges[^1].Height;

    static string Note(DendrogramLayout layout)
    {
        string bands = "Band: number of the cluster.";
        return layout.FirstMerge > 0 ? $"{bands} Triangle: tokens that merge lower down, with their count." : bands;
    }
}
