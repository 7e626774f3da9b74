// Pictures of what latent tokens stand for, after Figures 3 and 4 of ULTra (arXiv:2411.12589): the token's patch marked, its maps beside it.

using Translucent.Cli.Options;
using Translucent.Cli.Runs;
using Translucent.Images;
using Translucent.Models;
using Translucent.Pictures;
using Translucent.Tensors;

namespace Translucent.Cli.Pictures;

/// <summary>Draws the maps of tokens.</summary>
static class TokenPictures
{
    const int SheetSide = 2400; // pixels of a contact sheet, about
    const int Gap = 6;

    /// <summary>The photograph with the token's patch marked, and the map over it.</summary>
    public static Figure Pair(ImageRun run, ChosenToken token, Tensor map, string title)
    {
        Small photo = new(run, Math.Max(run.Photo.Width, run.Photo.Height) / 2 + 200);
        ColorScale scale = ColorScale.Of(map, run.Look.Colors);
        string of = token.IsClass ? "class token" : $"token {token}";
        Figure left = Figure.Of(photo.Mark(photo.Image, token));
        Figure right = Sheet.WithBar(Figure.Of(photo.Mark(photo.Over(map, scale), token)), scale, title, run.Look.Fade);
        return Sheet.Of([(Figure.Stack(0, left, Figure.Empty(left.Width, right.Height - left.Height)), of), (right, "what it stands for")], columns: 2);
    }

    /// <summary>The maps of one token in several layers, side by side.</summary>
    public static Figure Layers(ImageRun run, ChosenToken token, IReadOnlyList<int> layers, IReadOnlyList<Tensor> maps, string title)
    {
        int columns = Math.Min(layers.Count + 1, 7);
        Small photo = new(run, Math.Min(480, SheetSide / columns));
        List<(Figure, string)> cells = [(Figure.Of(photo.Mark(photo.Image, token)), token.IsClass ? "class token" : $"token {token}")];
        for (int i = 0; i < layers.Count; i++)
            cells.Add((Figure.Of(photo.Map(maps[i], token)), $"{title}, layer {layers[i]}"));
        return Sheet.Of(cells, columns);
    }

    /// <summary>The photograph with the token marked, and its map in every head.</summary>
    public static Figure Heads(ImageRun run, ChosenToken token, IReadOnlyList<string> titles, Tensor maps, string title)
    {
        int columns = (int)Math.Ceiling(Math.Sqrt(titles.Count + 1));
        Small photo = new(run, GridSide(columns));
        (Figure, string)[] cells = [(Figure.Of(photo.Mark(photo.Image, token)), token.IsClass ? "class token" : $"token {token}"),
            .. titles.Select((name, i) => (Figure.Of(photo.Map(MapPictures.At(maps, i), token)), name))];
        return Sheet.Of(cells, columns, Gap, $"{title}, each map on its own scale");
    }

    /// <summary>The longer side of the pictures in a grid of so many layers, in pixels.</summary>
    public static int GridSide(int layers) => Math.Clamp(3600 / (layers + 1), 96, 400);

    /// <summary>The maps of several tokens, a row for each, in several layers, a column for each.</summary>
    /// <param name="run">The photograph.</param>
    /// <param name="tokens">T tokens.</param>
    /// <param name="layers">The layers.</param>
    /// <param name="maps">[T, layers, h, w].</param>
    /// <param name="title">What the maps are.</param>
    public static Figure Grid(ImageRun run, IReadOnlyList<ChosenToken> tokens, IReadOnlyList<int> layers, Tensor maps, string title)
    {
        int columns = layers.Count + 1;
        Small photo = new(run, GridSide(layers.Count));
        (Figure, string)[] cells = new (Figure, string)[tokens.Count * columns];
        Parallel.For(0, cells.Length, new ParallelOptions { MaxDegreeOfParallelism = Compute.Default.Threads, CancellationToken = run.Progress.Stop }, i =>
        {
            (int row, int column) = Math.DivRem(i, columns);
            ChosenToken token = tokens[row];
            cells[i] = column == 0 ? (Figure.Of(photo.Mark(photo.Image, token)), token.IsClass ? "class token" : $"token {token}")
                : (Figure.Of(photo.Map(MapPictures.At(maps, row * layers.Count + column - 1), token)), $"layer {layers[column - 1]}");
        });
        return Sheet.Of(cells, columns, Gap, $"{title}, each map on its own scale");
    }

    /// <summary>The maps of all patch tokens, each at the place of its patch.</summary>
    public static Figure ContactSheet(ImageRun run, Tensor maps, string title) =>
        ContactSheet(run.Photo, run.FullGeometry, run.Trace.Grid, maps, title, run.Look, run.Progress.Stop);

    /// <inheritdoc cref="ContactSheet(ImageRun, Tensor, string)"/>
    /// <param name="picture">The photograph.</param>
    /// <param name="geometry">Where the grid lies on it.</param>
    /// <param name="grid">The grid of patches.</param>
    /// <param name="maps">[n, h, w].</param>
    /// <param name="title">What the maps are.</param>
    /// <param name="look">How they are drawn.</param>
    /// <param name="stop">Ends it.</param>
    public static Figure ContactSheet(Image picture, InputGeometry geometry, PatchGrid grid, Tensor maps, string title, MapLook look, CancellationToken stop)
    {
        int rows = grid.Rows, columns = grid.Columns;
        Small photo = new(picture, geometry, grid, look, Math.Clamp(SheetSide / Math.Max(rows, columns), 24, 260));
        bool captions = photo.Image.Width >= 60;
        (Figure, string)[] cells = new (Figure, string)[rows * columns];
        Parallel.For(0, cells.Length, new ParallelOptions { MaxDegreeOfParallelism = Compute.Default.Threads, CancellationToken = stop }, i =>
        {
            ChosenToken token = new(i / columns + 1, i % columns + 1);
            cells[i] = (Figure.Of(photo.Map(MapPictures.At(maps, i), token)), captions ? token.ToString() : "");
        });
        return Sheet.Of(cells, columns, Gap, title);
    }

    /// <summary>The photograph at the size of a cell.</summary>
    sealed class Small
    {
        readonly InputGeometry _geometry;
        readonly MapLook _look;
        readonly (int Rows, int Columns) _grid;

        public Small(ImageRun run, int longest) : this(run.Photo, run.FullGeometry, run.Trace.Grid, run.Look, longest)
        {
        }

        public Small(Image photo, InputGeometry geometry, PatchGrid grid, MapLook look, int longest)
        {
            Image = Resize.Within(photo, longest);
            _geometry = geometry.Scaled(Image.Width, Image.Height);
            _look = look;
            _grid = (grid.Rows, grid.Columns);
        }

        public Image Image { get; }

        public Image Over(Tensor map, ColorScale scale) => MapPictures.Over(Image, _geometry, map, scale, _look);

        /// <summary>A map on its own scale, with its token marked.</summary>
        public Image Map(Tensor map, ChosenToken token) => Mark(Over(map, ColorScale.Of(map, _look.Colors)), token);

        public Image Mark(Image picture, ChosenToken token) =>
            token.IsClass ? picture : Marker.Frame(picture, _geometry.Cell(token.Row - 1, token.Column - 1, _grid.Rows, _grid.Columns));
    }
}
