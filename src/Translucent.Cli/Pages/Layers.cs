// What a page lays over the photograph: coloured maps and clusters, as pictures that let the photograph through.

using Translucent.Cli.Options;
using Translucent.Cli.Pictures;
using Translucent.Cli.Runs;
using Translucent.Images;
using Translucent.Pictures;
using Translucent.Segment;
using Translucent.Tensors;

namespace Translucent.Cli.Pages;

/// <summary>Draws the layers of one photograph.</summary>
sealed class Layers
{
    const int PhotoSide = 960; // pixels

    readonly InputGeometry _photo;
    readonly int _mapSide;
    readonly MapLook _look;

    /// <param name="run">The image.</param>
    /// <param name="mapSide">The longer side of maps, in pixels.</param>
    public Layers(ImageRun run, int mapSide)
    {
        Photo = Resize.Within(run.Photo, PhotoSide);
        _photo = run.FullGeometry.Scaled(Photo.Width, Photo.Height);
        (_mapSide, _look) = (mapSide, run.Look);
    }

    /// <summary>The photograph at the size of the page.</summary>
    public Image Photo { get; }

    /// <summary>A map in its colours, at most <paramref name="side"/> pixels long, or as long as maps are here; dark where the model does not see.</summary>
    public Image Map(Tensor grid, ColorScale scale, int? side = null)
    {
        double size = Math.Min(1, (double)(side ?? _mapSide) / Math.Max(Photo.Width, Photo.Height));
        InputGeometry geometry = _photo.Scaled(Math.Max(1, (int)(size * Photo.Width)), Math.Max(1, (int)(size * Photo.Height)));
        Tensor laid = geometry.Lay(grid, _look.Filter);
        byte[] pixels = new byte[4 * laid.Length];
        for (int i = 0; i < laid.Length; i++)
        {
            bool seen = !float.IsNaN(laid.Span[i]);
            Rgb color = seen ? scale.At(laid.Span[i]) : Rgb.Black;
            Set(pixels, i, color, seen && _look.Fade ? (byte)(255 * scale.Weight(laid.Span[i]) + 0.5) : (byte)255);
        }
        if (_look.Top is { } share) Line(pixels, MapPictures.Top(laid, share), geometry.PhotoWidth);
        return new Image(geometry.PhotoWidth, geometry.PhotoHeight, 4, pixels);
    }

    /// <summary>Clusters in their colours, with white borders.</summary>
    public Image Clusters(Segmentation s)
    {
        int[] labels = s.Labels(_photo);
        (int width, int height) = (_photo.PhotoWidth, _photo.PhotoHeight);
        byte[] pixels = new byte[4 * labels.Length];
        for (int y = 0, i = 0; y < height; y++)
            for (int x = 0; x < width; x++, i++)
            {
                bool border = (x + 1 < width && labels[i] != labels[i + 1]) || (y + 1 < height && labels[i] != labels[i + width]);
                if (border) Set(pixels, i, Rgb.White, 235);
                else if (labels[i] < 0) Set(pixels, i, Rgb.Black, 150);
                else Set(pixels, i, Palette.Distinct(labels[i]), 125);
            }
        return new Image(width, height, 4, pixels);
    }

    /// <summary>The numbers of clusters where they lie, as HTML over the photograph.</summary>
    public string Numbers(Segmentation s) =>
        Marks(s.Labels(_photo), Photo.Width, Photo.Height, RegionMarks.Least(Photo.Width / 40.0), label => $"{label}");

    /// <summary>A word on every region of a label map, as HTML over the photograph.</summary>
    /// <param name="labels">[height · width].</param>
    /// <param name="width">Pixels per row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="least">How far from the edges of its region a word must be, in pixels.</param>
    /// <param name="word">What stands for a label.</param>
    public static string Marks(int[] labels, int width, int height, int least, Func<int, string> word) =>
        string.Concat(RegionMarks.Places(labels, width, height, least).Select(m => FormattableString.Invariant(
            $"<b class='mark' style='left:{100 * (m.X + 0.5) / width:0.##}%;top:{100 * (m.Y + 0.5) / height:0.##}%'>{Html.Text(word(m.Label))}</b>")));

    /// <summary>A white line with a dark one within, where labels end.</summary>
    static void Line(byte[] pixels, int[] labels, int width)
    {
        for (int i = 0; i < labels.Length; i++)
        {
            bool right = (i + 1) % width != 0 && labels[i] != labels[i + 1], below = i + width < labels.Length && labels[i] != labels[i + width];
            if (!right && !below) continue;
            Set(pixels, i, labels[i] == 1 ? Rgb.Black : Rgb.White, 255);
            if (right) Set(pixels, i + 1, labels[i + 1] == 1 ? Rgb.Black : Rgb.White, 255);
            if (below) Set(pixels, i + width, labels[i + width] == 1 ? Rgb.Black : Rgb.White, 255);
        }
    }

    static void Set(byte[] pixels, int i, Rgb color, byte alpha) =>
        (pixels[4 * i], pixels[(4 * i) + 1], pixels[(4 * i) + 2], pixels[(4 * i) + 3]) = (color.R, color.G, color.B, alpha);
}
