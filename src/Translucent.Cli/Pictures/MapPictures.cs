// Pictures of maps over the photograph of a run, all in one style.

using Translucent.Cli.Options;
using Translucent.Cli.Runs;
using Translucent.Images;
using Translucent.Pictures;
using Translucent.Runs;
using Translucent.Tensors;

namespace Translucent.Cli.Pictures;

/// <summary>Draws maps.</summary>
static class MapPictures
{
    /// <summary>The colours of maps whose numbers may be negative.</summary>
    public static ColorMap SignedColors => ColorMap.BlueWhiteRed;

    /// <summary>A map over the photograph.</summary>
    /// <param name="run">The photograph.</param>
    /// <param name="grid">[h, w] on the patch grid.</param>
    /// <param name="scale">What the colours mean.</param>
    public static Image Over(ImageRun run, Tensor grid, ColorScale scale) => Over(run.Photo, run.Geometry, grid, scale, run.Look);

    /// <summary>A map over a photograph, as it should look.</summary>
    /// <param name="photo">The photograph.</param>
    /// <param name="geometry">Where the patch grid lies on it.</param>
    /// <param name="grid">[h, w] on the patch grid.</param>
    /// <param name="scale">What the colours mean.</param>
    /// <param name="look">Strength, interpolation, line.</param>
    public static Image Over(Image photo, InputGeometry geometry, Tensor grid, ColorScale scale, MapLook look)
    {
        Tensor laid = geometry.Lay(grid, look.Filter);
        Image picture = Overlay.Blend(photo, laid, scale, look.Strength, look.Fade);
        return look.Top is { } share ? Outline.Draw(picture, Top(laid, share)) : picture;
    }

    /// <summary>1 where a map is among its largest numbers, a share of all that are seen, and 0 elsewhere; equal numbers stay together.</summary>
    public static int[] Top(Tensor laid, double share)
    {
        float[] seen = [.. laid.ToArray().Where(v => !float.IsNaN(v)).OrderDescending()];
        if (seen.Length == 0) return new int[laid.Length];
        float least = seen[Math.Clamp((int)Math.Ceiling(share * seen.Length), 1, seen.Length) - 1];
        return Array.ConvertAll(laid.ToArray(), v => v >= least ? 1 : 0);
    }

    /// <summary>A map over the photograph: alone as PNG, and with its colour bar beneath as SVG.</summary>
    /// <param name="run">The photograph.</param>
    /// <param name="name">The name of both files, without extension.</param>
    /// <param name="grid">[h, w] on the patch grid.</param>
    /// <param name="scale">What the colours mean.</param>
    /// <param name="label">A line for the colour bar.</param>
    /// <param name="what">What the map is, in words.</param>
    public static FileToWrite[] Files(ImageRun run, string name, Tensor grid, ColorScale scale, string label, string what)
    {
        FileToWrite alone = PictureFile.Png($"{name}.png", Over(run, grid, scale), $"{what} over the photograph");
        Figure picture = Figure.Of(alone.Content, run.Photo.Width, run.Photo.Height);
        return [alone, PictureFile.Svg($"{name}.svg", Sheet.WithBar(picture, scale, label, run.Look.Fade), $"{what} over the photograph, with its colour bar")];
    }

    /// <summary>Map <paramref name="index"/> of [.., h, w] as [h, w].</summary>
    public static Tensor At(Tensor maps, int index)
    {
        int size = maps.Shape[^1] * maps.Shape[^2];
        return new Tensor(maps.Shape[^2..], maps.Span.Slice(index * size, size));
    }
}
