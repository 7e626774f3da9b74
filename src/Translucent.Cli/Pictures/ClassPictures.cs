// Pictures of what every token stands for: the patch grid over the photograph, colour for the class, strength for its probability.

using System.Globalization;
using Translucent.Cli.Runs;
using Translucent.Images;
using Translucent.Pictures;
using Translucent.Tensors;

namespace Translucent.Cli.Pictures;

/// <summary>Draws the classes of tokens.</summary>
sealed class ClassPictures(ImageRun run, Projection projection, ClassColors colors)
{
    const int SheetSide = 2200; // pixels of a sheet, about

    /// <summary>One layer over the photograph, with its class token and a legend.</summary>
    public Figure Layer(int layer)
    {
        Figure picture = Figure.Stack(6, Grid(layer, run.Photo), ClassToken(layer, run.Photo.Width), LegendOf(run.Photo.Width));
        return Sheet.Of([(picture, "")], columns: 1, gap: 12, LayerName(layer));
    }

    /// <summary>Several layers side by side, the photograph first, the legend beneath.</summary>
    public Figure Layers(IReadOnlyList<int> layers)
    {
        int columns = Math.Min(layers.Count + 1, 4 + (layers.Count + 1) / 9);
        Image photo = Resize.Within(run.Photo, Math.Min(560, SheetSide / columns));
        (Figure, string)[] cells = new (Figure, string)[layers.Count + 1];
        Parallel.For(0, cells.Length, new ParallelOptions { MaxDegreeOfParallelism = Compute.Default.Threads, CancellationToken = run.Progress.Stop }, i =>
            cells[i] = i == 0
                ? (Figure.Stack(6, Figure.Of(photo), Answer(photo.Width)), "photograph")
                : (Figure.Stack(6, Grid(layers[i - 1], photo), ClassToken(layers[i - 1], photo.Width)), LayerName(layers[i - 1])));
        Figure sheet = Sheet.Of(cells, columns, gap: 12, "What each token stands for, layer by layer");
        Figure legend = Sheet.Of([(LegendOf(sheet.Width - 24), "")], columns: 1, gap: 12); // flush with the pictures
        return Figure.Stack(0, sheet, legend);
    }

    /// <summary>As in "layer 3, behind block 2".</summary>
    public static string LayerName(int layer) => layer == 1 ? "layer 1, embedding" : $"layer {layer}, behind block {layer - 1}";

    /// <summary>The patch grid alone, one pixel per patch, for pages: the strength of a cell is its opacity.</summary>
    public Image Cells(int layer)
    {
        byte[] pixels = new byte[4 * run.Trace.Grid.Count];
        for (int i = 0; i < run.Trace.Grid.Count; i++)
        {
            TopClass best = projection.Best(layer, run.Trace.Grid.Prefix + i)[0];
            Rgb color = colors[best.Class];
            (pixels[4 * i], pixels[4 * i + 1], pixels[4 * i + 2], pixels[4 * i + 3]) =
                (color.R, color.G, color.B, (byte)(255 * ClassColors.Strength(best.Probability) + 0.5));
        }
        return new Image(run.Trace.Grid.Columns, run.Trace.Grid.Rows, 4, pixels);
    }

    Figure Grid(int layer, Image photo)
    {
        InputGeometry geometry = run.FullGeometry.Scaled(photo.Width, photo.Height);
        int[] patches = geometry.Lay([.. Enumerable.Range(0, run.Trace.Grid.Count)], (run.Trace.Grid.Rows, run.Trace.Grid.Columns));
        (Rgb, double)[] cells = [.. Enumerable.Range(0, run.Trace.Grid.Count).Select(i => projection.Best(layer, run.Trace.Grid.Prefix + i)[0])
            .Select(best => (colors[best.Class], ClassColors.Strength(best.Probability)))];
        Image drawn = Overlay.Cells(photo, patches, cells);
        double size = Math.Clamp((double)photo.Width / run.Trace.Grid.Columns / 2, 6, 16); // letters
        int[] classes = [.. patches.Select(p => p < 0 ? -1 : projection.Best(layer, run.Trace.Grid.Prefix + p)[0].Class)];
        IReadOnlyList<RegionMark> marks = RegionMarks.Places(classes, photo.Width, photo.Height, RegionMarks.Least(size / 2));
        return new Figure(photo.Width, photo.Height, (svg, x, y) =>
        {
            svg.Picture(ImageFile.Encode(drawn), x, y, photo.Width, photo.Height);
            foreach (RegionMark mark in marks)
                svg.Text(x + mark.X + 0.5, y + mark.Y + 0.5 + 0.36 * size, colors.Letter(mark.Label), size, "middle", bold: true);
        });
    }

    /// <summary>What the class token stands for, as a chip with words.</summary>
    Figure ClassToken(int layer, double width)
    {
        TopClass best = projection.Best(layer, 0)[0];
        return Chip(best.Class, best.Probability, "class token", width);
    }

    /// <summary>What the model says, which for some families is not read off the class token alone.</summary>
    Figure Answer(double width) => Chip(run.Predictions[0].Index, run.Predictions[0].Probability, "model", width);

    Figure Chip(int cls, float probability, string who, double width) =>
        Legend.Draw([(Rgb.White.Mix(colors[cls], ClassColors.Strength(probability)), $"{who}: {run.Model.Short(cls)} {Percent(probability)}")], width);

    Figure LegendOf(double width)
    {
        double letters = width > 800 ? 16 : 12;
        List<(Rgb, string)> entries = [.. colors.Classes.Select(c => (colors[c], $"{colors.Letter(c)}  {run.Model.Short(c)}"))];
        if (colors.HasOther) entries.Add((ClassColors.Other, "other classes"));
        Rgb Step(float probability) => Rgb.White.Mix(colors[colors.Classes[0]], ClassColors.Strength(probability));
        (Rgb, string)[] steps = [(Step(0), "0"), (Step(0.5f), "0.5"), (Step(1), $"1: {ClassColors.StrengthText}")];
        return Figure.Stack(4, Legend.Draw(entries, width, letters), Legend.Draw(steps, width, letters));
    }

    static string Percent(float share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + " %";
}
