// Every token of a picture to point at: on the left the photograph, on the right the map of the token under the pointer (page.js, tokens.js).

using Translucent.Cli.Options;
using Translucent.Cli.Pictures;
using Translucent.Images;
using Translucent.Models;
using Translucent.Segment;
using Translucent.Tensors;

namespace Translucent.Cli.Pages;

/// <summary>Writes the two pictures; the page says which photograph stands behind <c>.photo</c>, and where the grid lies (<see cref="Where"/>).</summary>
static class CellExplorer
{
    /// <summary>Cells whose maps fit on a page, a byte per number.</summary>
    public const int MostCells = 1600;

    /// <summary>Attributes that tell the scripts of a grid on a photograph; one element of a page has them.</summary>
    public static string Where(PatchGrid grid, InputGeometry g) => FormattableString.Invariant(
        $"data-rows='{grid.Rows}' data-columns='{grid.Columns}' data-seen='[{g.Left / g.PhotoWidth:0.#####},{g.Top / g.PhotoHeight:0.#####},{g.Right
            / g.PhotoWidth:0.#####},{g.Bottom / g.PhotoHeight:0.#####}]'");

    /// <summary>The style that puts a photograph behind <c>.photo</c>, and how much of a map shows.</summary>
    public static string Style(Image photo, double strength)
    {
        string aspect = $"{photo.Width}/{photo.Height}";
        return $"<style>:root{{--strength:{FormattableString.Invariant($"{strength}")}}}"
            + $".photo{{background-image:url({Html.Png(photo)});aspect-ratio:{aspect};max-width:calc(90vh*{aspect})}}</style>";
    }

    /// <summary>The pair of pictures.</summary>
    /// <param name="maps">[n, h, w], one for each cell in their order.</param>
    /// <param name="geometry">Where the grid lies on the photograph.</param>
    /// <param name="look">How maps are drawn.</param>
    /// <param name="what">What is under the pointer: a patch, a cell.</param>
    /// <param name="file">The file that has the numbers.</param>
    public static string Pair(Tensor maps, InputGeometry geometry, MapLook look, string what, string file)
    {
        string colours = string.Concat(Enumerable.Range(0, 256).Select(i => look.Colors.At(i / 255.0).ToString()[1..]));
        (string bytes, string ranges) = Packed(maps);
        return $"<p class='lead'>Move over the photograph on the left: on the right, the map of the token under the pointer.</p>\n"
            + $"<div class='pair'><figure><div class='photo map' tabindex='0' role='img' aria-label='The photograph, {what} by {what}'>"
            + $"<i class='cell'></i></div><figcaption>Point at a {what}.</figcaption></figure>\n"
            + $"<figure id='explorer' data-maps='{bytes}' data-ranges='{ranges}' data-colours='{colours}' data-fade='{(look.Fade ? 1 : 0)}'>"
            + $"<div class='photo'><canvas class='heat grid' width='{maps.Shape[2]}' height='{maps.Shape[1]}' style='"
            + $"{Html.Place(geometry, (geometry.Left, geometry.Top, geometry.Right, geometry.Bottom))}'></canvas><i class='own'></i></div>\n"
            + $"<div class='scale'><span></span><i style='background:{Html.Gradient(look.Colors, look.Fade)}'></i><span></span></div>"
            + $"<figcaption><b></b> <a href='{file}'>{file}</a></figcaption></figure></div>";
    }

    /// <summary>Maps as bytes, 0 the smallest and 255 the largest number of each map, and these numbers.</summary>
    static (string Bytes, string Ranges) Packed(Tensor maps)
    {
        Tensor scaled = MinMax.Scale(maps);
        byte[] bytes = Array.ConvertAll(scaled.ToArray(), v => (byte)(255 * v + 0.5f));
        string[] ranges = new string[maps.Shape[0]];
        for (int i = 0; i < ranges.Length; i++)
        {
            float[] map = MapPictures.At(maps, i).ToArray();
            ranges[i] = $"[\"{Html.Number(map.Min())}\",\"{Html.Number(map.Max())}\"]";
        }
        return (Convert.ToBase64String(bytes), $"[{string.Join(",", ranges)}]");
    }
}
