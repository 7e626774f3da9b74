// index.html of `translucent explain` on a detector: one file that works without a network.

using System.Globalization;
using System.Text;
using Translucent.Cli.Pages;
using Translucent.Cli.Pictures;
using Translucent.Cli.Sites;
using Translucent.Explain;
using Translucent.Images;
using Translucent.Models;
using Translucent.Pictures;
using Translucent.Runs;
using Translucent.Tensors;

namespace Translucent.Cli.Objects;

/// <summary>Writes the page of one image.</summary>
static class ObjectPage
{
    const int MostObjects = 24, Side = 420; // on the page; the files hold all

    public static string Render(ObjectRun run, IReadOnlyList<Detection> found, IReadOnlyList<(StreamMethod Method, Tensor Maps)> maps, ExplainObjects how)
    {
        StringBuilder html = new();
        Image photo = Shown(run.Photo, Side);
        InputGeometry geometry = run.Geometry.Scaled(photo.Width, photo.Height);
        html.Append($"{Html.Head(run.Name)}<style>{Html.Resource("page.css")}.heat{{opacity:1}}.card "
                + $"img{{width:100%;border-radius:8px;display:block}}</style></head><body>{SiteLinks.Place}<header><div>"
                + $"<h1>{Html.Text(run.Name)}: {found.Count} objects</h1>")
            .Append($"<p>{run.Size.Width} x {run.Size.Height} pixels, seen by <b>DETR</b> as {run.Trace.Grid.Rows} x {run.Trace.Grid.Columns} cells and "
                + $"{run.Model.Config.Queries} queries</p></div></header><main>");
        PhotoBox[] boxes = [.. found.Select((d, i) => DetectVerb.Box(photo, d, Palette.Distinct(i)))];
        html.Append("<section class='hero'><figure><img alt='The photograph with its objects' style='width:100%;border-radius:8px' "
            + $"src='{Html.Svg(BoxPicture.Named(photo, boxes).ToSvg("objects"))}'></figure><div><h2>The detector finds</h2><ol class='bars'>");
        foreach (Detection d in found.Take(MostObjects))
            html.Append($"<li><span>{Html.Text(d.Label)} <small>{d.Query}</small></span><span class='track'><i "
                + $"style='width:{(100 * d.Score).ToString("0.#", CultureInfo.InvariantCulture)}%'></i></span><b>{Html.Percent(d.Score)}</b></li>");
        html.Append("</ol></div></section>");
        for (int t = 0; t < Math.Min(found.Count, MostObjects); t++) Object(html, run, found, maps, how, t, photo, geometry);
        if (found.Count > MostObjects) html.Append($"<p class='lead'>{found.Count - MostObjects} less certain objects are among the files.</p>");
        Notes(html, maps, how);
        html.Append("<section><h2>Files</h2><table><tr><th>file</th><th>what</th></tr>");
        foreach (WrittenFile file in run.Folder.Files)
            html.Append($"<tr><td><a href='{Html.Text(Uri.EscapeDataString(file.Name))}'>{Html.Text(file.Name)}</a></td><td>{Html.Text(file.What)}</td></tr>");
        return html.Append("</table></section></main></body></html>").ToString();
    }

    static void Object(StringBuilder html, ObjectRun run, IReadOnlyList<Detection> found, IReadOnlyList<(StreamMethod Method, Tensor Maps)> maps,
        ExplainObjects how, int t, Image photo, InputGeometry geometry)
    {
        Detection d = found[t];
        html.Append($"<section><h2>{Html.Text(d.Label)}, query {d.Query}</h2><p class='lead'>Score {Html.Percent(d.Score)}. Colours say where the relevance "
            + "lies; the white line is the edge of the mask.</p><div class='cards'>");
        foreach ((StreamMethod method, Tensor all) in maps)
        {
            Tensor map = all[t, 0];
            ColorScale scale = how.Scale(method, map);
            bool[] mask = how.Mask(run, map, (photo.Height, photo.Width));
            Image over = MapPictures.Over(photo, geometry, map, scale, how.Look);
            if (mask.Contains(true) && mask.Contains(false)) over = Outline.Draw(over, Array.ConvertAll(mask, m => m ? 1 : 0), Rgb.White, 1.5);
            over = BoxPicture.Draw(over, [DetectVerb.Box(photo, d, Palette.Distinct(t)) with { Label = "" }]);
            string file = ExplainObjects.FileName(d, method) + ".npy";
            html.Append($"<figure class='card'><h3><span>{Html.Name(method.Name)}</span></h3><img alt='{Html.Text(method.Name)} of {Html.Text(d.Label)}' "
                + $"src='{Html.Png(over)}'>")
                .Append($"{Html.Bar(scale, how.Look.Fade)}<figcaption>{Html.Text(method.Meaning)} <a "
                    + $"href='{Html.Text(Uri.EscapeDataString(file))}'>{Html.Text(file)}</a></figcaption></figure>");
        }
        html.Append("</div></section>");
    }

    static void Notes(StringBuilder html, IReadOnlyList<(StreamMethod Method, Tensor Maps)> maps, ExplainObjects how)
    {
        html.Append("<section><h2>How to read it</h2><dl class='notes'>");
        html.Append("<dt>Maps</dt><dd>One number for every cell of the backbone, in the method's own units; colours run from the lowest to the highest "
            + $"number of each map, so compare places, not colours of different maps. Explained is the {how.Scalar.ToString().ToLowerInvariant()} of the "
            + "object's class.</dd>");
        html.Append($"<dt>Masks</dt><dd>What lies above {how.MaskFactor.ToString(CultureInfo.InvariantCulture)} times Otsu's threshold of the map, edge: "
            + $"{how.Edge.ToString().ToLowerInvariant()}.</dd>");
        foreach ((StreamMethod method, _) in maps)
            html.Append($"<dt>{Html.Name(method.Name)}</dt><dd>{Html.Text(method.Meaning)} {Html.Text(method.Source)}.</dd>");
        html.Append("</dl></section>");
    }

    /// <summary>A picture for reading: large ones smaller, small ones larger, so that words on it have their size.</summary>
    public static Image Shown(Image photo, int side)
    {
        int longest = Math.Max(photo.Width, photo.Height);
        return longest >= side ? Resize.Within(photo, side).ToRgb() : Resize.To(photo, photo.Width * side / longest, Math.Max(1, photo.Height * side / longest))
            .ToRgb();
    }
}
