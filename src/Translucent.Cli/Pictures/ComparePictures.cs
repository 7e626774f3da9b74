// Methods beside each other: one row per method, one column per class, and how far they agree.

using Translucent.Cli.Options;
using Translucent.Cli.Runs;
using Translucent.Images;
using Translucent.Pictures;
using Translucent.Tensors;

namespace Translucent.Cli.Pictures;

/// <summary>Draws comparisons.</summary>
static class ComparePictures
{
    const int CellSide = 320, SheetPixels = 40_000_000, MostRows = 12;

    /// <summary>The maps of all methods and classes on one sheet; methods that do not tell classes apart stand in the first column, methods beyond the twelfth
    /// in further columns beside.</summary>
    public static Figure Maps(ImageRun run, ClassMapSet set)
    {
        NamedTarget?[] classes = [.. set.Maps.Select(m => m.Class).OfType<NamedTarget>().Distinct()];
        if (classes.Length == 0) classes = [null];
        string[] methods = [.. set.Maps.Select(m => m.Method.Name).Distinct()];
        int side = Math.Clamp((int)Math.Sqrt((double)SheetPixels / (methods.Length * classes.Length)), 96, CellSide);
        Image photo = Resize.Within(run.Photo, side);
        InputGeometry geometry = run.FullGeometry.Scaled(photo.Width, photo.Height);
        int groups = (methods.Length + MostRows - 1) / MostRows, rows = (methods.Length + groups - 1) / groups, columns = groups * classes.Length;
        (Figure, string)[] cells = new (Figure, string)[rows * columns];
        Parallel.For(0, cells.Length, new ParallelOptions { MaxDegreeOfParallelism = Compute.Default.Threads, CancellationToken = run.Progress.Stop }, i =>
        {
            int method = i % columns / classes.Length * rows + i / columns, cls = i % classes.Length;
            ClassMap[] row = method < methods.Length ? [.. set.Maps.Where(m => m.Method.Name == methods[method])] : [];
            ClassMap? map = row.FirstOrDefault(m => m.Class is not null && m.Class == classes[cls])
                ?? (cls == 0 ? row.FirstOrDefault(m => m.Class is null) : null);
            cells[i] = map is null ? (Figure.Empty(photo.Width, photo.Height), "")
                : (WithBar(run, photo, geometry, map), $"{map.Method.Name}\n{map.Class?.Label ?? (classes is [null] ? "" : "all classes")}");
        });
        return Sheet.Of(cells, columns);
    }

    /// <summary>A matrix of agreement.</summary>
    public static Figure Matrix(Agreement agreement) =>
        HeatTable.Draw(agreement.Values, agreement.Methods, new ColorScale(MapPictures.SignedColors, -1, 1),
            title: $"{agreement.Class}: rank correlation of the maps");

    static Figure WithBar(ImageRun run, Image photo, InputGeometry geometry, ClassMap map) =>
        Sheet.WithBar(Figure.Of(MapPictures.Over(photo, geometry, map.Map, map.Scale, run.Look)), map.Scale, fade: run.Look.Fade);
}
