// Pictures of what latent tokens stand for, after Figure 3 of ULTra (arXiv:2411.12589): the token's patch marked, its map beside it.

using Translucent.Cli.Options;
using Translucent.Cli.Runs;
using Translucent.Images;
using Translucent.Tensors;

namespace Translucent.Cli.Pictures;

/// <summary>Draws the maps of tokens.</summary>
static class TokenPictures
{
    const int SheetSide = 2400; // pixels of a contact sheet, about
    const int Gap = 6;

    /// <summary>The photograph with the token's patch marked, and the map over it.</summary>
    public static Image Figure(ImageRun run, ChosenToken token, Tensor map, string title)
    {
        Small photo = new(run, Math.Max(run.Photo.Width, run.Photo.Height) / 2 + 200);
        ColorScale scale = ColorScale.Of(map, MapPictures.Colors);
        string of = token.IsClass ? "class token" : $"token {token}";
        Image right = Sheet.WithBar(photo.Mark(photo.Over(map, scale), token), scale, title);
        return Sheet.Of([(Extended(photo.Mark(photo.Image, token), right.Height), of), (right, "what it stands for")], columns: 2);
    }

    /// <summary>A picture with white beneath it, so that it stands level with one that has a colour bar.</summary>
    static Image Extended(Image picture, int height)
    {
        byte[] pixels = new byte[3L * picture.Width * height];
        Array.Fill(pixels, (byte)255);
        picture.ToRgb().Pixels.CopyTo(pixels, 0);
        return new Image(picture.Width, height, 3, pixels);
    }

    /// <summary>The maps of one token in several layers, side by side.</summary>
    public static Image Layers(ImageRun run, ChosenToken token, IReadOnlyList<int> layers, IReadOnlyList<Tensor> maps, string title)
    {
        int columns = Math.Min(layers.Count + 1, 7);
        Small photo = new(run, Math.Min(480, SheetSide / columns));
        List<(Image, string)> cells = [(photo.Mark(photo.Image, token), token.IsClass ? "class token" : $"token {token}")];
        for (int i = 0; i < layers.Count; i++)
            cells.Add((photo.Mark(photo.Over(maps[i], ColorScale.Of(maps[i], MapPictures.Colors)), token), $"{title}, layer {layers[i]}"));
        return Sheet.Of(cells, columns);
    }

    /// <summary>The maps of all patch tokens, each at the place of its patch.</summary>
    public static Image ContactSheet(ImageRun run, Tensor maps, string title)
    {
        int rows = run.Trace.GridRows, columns = run.Trace.GridColumns;
        Small photo = new(run, Math.Clamp(SheetSide / Math.Max(rows, columns), 24, 260));
        bool captions = photo.Image.Width >= 60;
        (Image, string)[] cells = new (Image, string)[rows * columns];
        Parallel.For(0, cells.Length, new ParallelOptions { MaxDegreeOfParallelism = Threads.Count, CancellationToken = run.Progress.Stop }, i =>
        {
            ChosenToken token = new(i / columns + 1, i % columns + 1);
            Tensor map = MapPictures.At(maps, i);
            cells[i] = (photo.Mark(photo.Over(map, ColorScale.Of(map, MapPictures.Colors)), token), captions ? token.ToString() : "");
        });
        return Sheet.Of(cells, columns, Gap, title);
    }

    /// <summary>The photograph at the size of a cell.</summary>
    sealed class Small
    {
        readonly InputGeometry _geometry;
        readonly (int Rows, int Columns) _grid;

        public Small(ImageRun run, int longest)
        {
            Image = Resize.Within(run.Photo, longest);
            _geometry = run.FullGeometry.Scaled(Image.Width, Image.Height);
            _grid = (run.Trace.GridRows, run.Trace.GridColumns);
        }

        public Image Image { get; }

        public Image Over(Tensor map, ColorScale scale) => Overlay.Blend(Image, _geometry.Lay(map, MapPictures.Filter), scale, MapPictures.Strength);

        public Image Mark(Image picture, ChosenToken token) =>
            token.IsClass ? picture : Marker.Frame(picture, _geometry.Cell(token.Row - 1, token.Column - 1, _grid.Rows, _grid.Columns));
    }
}
