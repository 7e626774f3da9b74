// tokens.html of `translucent tokens`: point at a patch, see what its token stands for; chosen tokens across layers.

using Translucent.Cli.Options;
using Translucent.Cli.Pictures;
using Translucent.Cli.Runs;
using Translucent.Segment;
using Translucent.Tensors;

namespace Translucent.Cli.Pages;

/// <summary>Writes the page.</summary>
sealed class TokensPage(ImageRun run) : LayersPage(run)
{
    const int MostPatches = 1600; // whose maps are embedded, a byte per number

    /// <summary>The whole page.</summary>
    /// <param name="run">The image.</param>
    /// <param name="explainer">What the maps are.</param>
    /// <param name="layer">The layer of <paramref name="all"/>.</param>
    /// <param name="all">[n, h, w], or null.</param>
    /// <param name="tokens">T chosen tokens.</param>
    /// <param name="layers">Their layers.</param>
    /// <param name="chosen">[T, layers, h, w], or null.</param>
    public static string Render(ImageRun run, TokenExplainer explainer, int layer, Tensor? all, IReadOnlyList<ChosenToken> tokens, IReadOnlyList<int> layers,
        Tensor? chosen)
    {
        TokensPage page = new(run);
        page.Head($"what tokens of layer {layer} stand for");
        if (all is not null) page.Explorer(all, layer);
        if (chosen is not null) page.Rows(tokens, layers, chosen, token => layers.Count > 1 ? $"token-{token.FileName}-layers.npy" : "chosen.maps.npy");
        return page.Finish(PageNotes.Section([PageNotes.ColoursOf(run.Look), Meaning(explainer), PageNotes.OwnPatch, PageNotes.Mind]), "tokens.js");
    }

    void Explorer(Tensor all, int layer)
    {
        Add($"<section><h2>Every token of layer {layer}</h2>");
        if (Run.Trace.Grid.Count > MostPatches)
        {
            Add($"<p class='lead'>{Run.Trace.Grid.Count} tokens are too many for a page; their maps are in <a href='all.maps.npy'>all.maps.npy</a> and on <a "
                + "href='all.svg'>all.svg</a>.</p></section>");
            return;
        }
        Add("<p class='lead'>Move over the photograph on the left: on the right, the map of the token under the pointer.</p>");
        string colours = string.Concat(Enumerable.Range(0, 256).Select(i => Run.Look.Colors.At(i / 255.0).ToString()[1..]));
        (string bytes, string ranges) = Packed(all);
        Add($"<div class='pair'><figure><div class='photo map' tabindex='0' role='img' aria-label='The photograph, patch by patch'>"
            + "<i class='cell'></i></div><figcaption>Point at a patch.</figcaption></figure>");
        Add($"<figure id='explorer' data-maps='{bytes}' data-ranges='{ranges}' data-colours='{colours}' data-fade='{(Run.Look.Fade ? 1 : 0)}'>"
            + "<div class='photo'><canvas class='heat grid' "
            + $"width='{Run.Trace.Grid.Columns}' height='{Run.Trace.Grid.Rows}' style='{Seen}'></canvas><i class='own'></i></div>");
        Add($"<div class='scale'><span></span><i style='background:{Html.Gradient(Run.Look.Colors, Run.Look.Fade)}'></i><span></span></div>"
            + "<figcaption><b></b> <a "
            + "href='all.maps.npy'>all.maps.npy</a></figcaption></figure></div></section>");
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
