// What every page about one image shares: head, predictions, cards of maps, notes, settings, files. One file that works without a network.

using System.Text;
using Translucent.Cli.Options;
using Translucent.Cli.Runs;
using Translucent.Cli.Sites;
using Translucent.Images;
using Translucent.Runs.Records;
using Translucent.Tensors;

namespace Translucent.Cli.Pages;

/// <summary>Builds a page; the content of a verb comes between <see cref="Head"/> and <see cref="Finish"/>.</summary>
abstract class ImagePage
{
    readonly StringBuilder _html = new();

    /// <param name="run">The image.</param>
    /// <param name="mapSide">The longer side of maps, in pixels; they are smooth, so that few will do.</param>
    protected ImagePage(ImageRun run, int mapSide = 420) => (Run, Layers) = (run, new Layers(run, mapSide));

    protected ImageRun Run { get; }

    protected Layers Layers { get; }

    protected void Add(string html) => _html.Append(html).Append('\n');

    /// <summary>Everything down to the beginning of the content.</summary>
    /// <param name="about">What the page is about, in a few words; empty for the image itself.</param>
    /// <param name="strength">How much of the maps shows at first, in percent; by default as the run says.</param>
    protected void Head(string about = "", int? strength = null)
    {
        strength ??= (int)Math.Round(100 * Run.Look.Strength);
        InputGeometry g = Run.FullGeometry;
        string heading = about.Length == 0 ? Run.Name : $"{Run.Name}: {about}";
        Add($"{Html.Head(heading)}<style>{Html.Resource("page.css")}</style></head>");
        Add($"<body {CellExplorer.Where(Run.Trace.Grid, g)}>{SiteLinks.Place}");
        Add(CellExplorer.Style(Layers.Photo, strength.Value / 100.0)); // large, and therefore behind the links
        Add($"<header><div><h1>{Html.Text(heading)}</h1>");
        (string cut, string rest) = Cut(g) is { } part ? ($" cut to {part},", "; the rest has no colours") : ("", "");
        Add($"<p>{Run.Size.Width} x {Run.Size.Height} pixels,{cut} seen by <b>{Html.Text(Run.Model.Name)}</b> as {Run.Trace.Grid.Rows} x "
            + $"{Run.Trace.Grid.Columns} patches{rest}</p></div>");
        Add($"<label class='strength'>Map strength <input id='strength' type='range' min='0' max='100' value='{strength}' aria-label='Map strength in "
            + "percent'></label></header><main>");
    }

    /// <summary>What the model's preparation leaves of the photograph, in pixels, where it cuts something off.</summary>
    static string? Cut(InputGeometry g)
    {
        double width = Math.Min(g.Right, g.PhotoWidth) - Math.Max(g.Left, 0), height = Math.Min(g.Bottom, g.PhotoHeight) - Math.Max(g.Top, 0);
        return width > g.PhotoWidth - 0.5 && height > g.PhotoHeight - 0.5 ? null : FormattableString.Invariant($"{width:0} x {height:0}");
    }

    /// <summary>How to read it, what was set, which files there are, and the end.</summary>
    /// <param name="notes">A section of notes, as <see cref="PageNotes"/> writes it.</param>
    /// <param name="scripts">Resources that run after page.js.</param>
    /// <returns>The whole page.</returns>
    protected string Finish(string notes, params string[] scripts)
    {
        Add($"{notes}{PageNotes.Settings(Run)}{PageNotes.Files(Run)}</main>");
        foreach (string script in scripts.Prepend("page.js")) Add($"<script>{Html.Resource(script)}</script>");
        Add("</body></html>");
        return _html.ToString();
    }

    /// <summary>The photograph with the most probable classes; alone for a model without classes.</summary>
    protected void Prediction()
    {
        Add($"<section class='hero'><figure><div class='photo' role='img' aria-label='The photograph'></div></figure><div>");
        if (Run.Predictions.Count > 0)
        {
            Add($"<h2>{(Run.Model.Prompts is null ? "The model says" : "Of these texts, the model chooses")}</h2><p "
                + $"class='answer'>{Html.Text(Run.Answer)}</p><ol class='bars'>");
            foreach (Prediction p in Run.Predictions.Take(Chance.Lines(Run.Meaning, Run.Predictions)))
                Add($"<li><span>{Html.Text(Run.Model.Short(p.Index))} <small>{p.Index}</small></span><span class='track'><i "
                    + $"style='width:{Html.Share(Chance.Bar(Run.Meaning, p.Probability))}'></i></span><b>{Chance.Text(Run.Meaning, p.Probability)}</b></li>");
            Add($"</ol>");
        }
        Add($"</div></section>");
    }

    /// <summary>A map over the photograph, with its colour bar.</summary>
    /// <param name="title">HTML.</param>
    /// <param name="grid">[h, w].</param>
    /// <param name="note">A line beneath it.</param>
    /// <param name="file">The file with its numbers.</param>
    /// <param name="mark">A token whose patch is framed.</param>
    /// <param name="colors">By default those of maps that are not negative.</param>
    protected void Card(string title, Tensor grid, string note, string file, ChosenToken? mark = null, ColorMap? colors = null) =>
        Card(title, grid, ColorScale.Of(grid, colors ?? Run.Look.Colors), grid, note, file, mark);

    /// <summary>A map of patches or pixels over the photograph, in colours of a given scale.</summary>
    /// <param name="title">HTML.</param>
    /// <param name="map">[h, w], as it is drawn.</param>
    /// <param name="scale">Its colours.</param>
    /// <param name="grid">[rows, columns] of patches, as it is read.</param>
    /// <param name="note">A line beneath it.</param>
    /// <param name="file">The file with its numbers.</param>
    /// <param name="mark">A token whose patch is framed.</param>
    protected void Card(string title, Tensor map, ColorScale scale, Tensor grid, string note, string file, ChosenToken? mark = null)
    {
        Add($"<figure class='card'>{title}{Map(grid, map, scale, mark)}");
        Add($"{Html.Bar(scale, Run.Look.Fade)}<figcaption><output></output>{Html.Text(note)} <a "
            + $"href='{Html.Text(Uri.EscapeDataString(file))}'>{Html.Text(file)}</a></figcaption></figure>");
    }

    /// <summary>A map over the photograph that tells its numbers to whoever points at it, with the pointer or the arrow keys.</summary>
    protected string Map(Tensor grid, Tensor map, ColorScale scale, ChosenToken? mark = null)
    {
        string values = string.Join(",", grid.ToArray().Select(v => Html.Number(v)));
        int most = grid.Span.IndexOf(grid.ToArray().Max());
        string where = most < 0 ? "" : $", largest at row {most / grid.Width + 1}, column {most % grid.Width + 1}";
        return $"<div class='photo map' tabindex='0' role='img' aria-label='Map over the photograph{where}' data-values='[{values}]'><img class='heat' alt='' "
            + $"src='{Html.Png(Layers.Map(map, scale))}'>{Mark(mark)}<i class='cell'></i></div>";
    }

    /// <summary>The frame around a token's patch; nothing for the class token.</summary>
    protected string Mark(ChosenToken? token)
    {
        if (token is not { IsClass: false } patch) return "";
        InputGeometry g = Run.FullGeometry;
        return $"<i class='own' style='{Html.Place(g, g.Cell(patch.Row - 1, patch.Column - 1, Run.Trace.Grid.Rows, Run.Trace.Grid.Columns))}'></i>";
    }

    /// <summary>The part of the photograph that the model sees as a CSS position over it.</summary>
    protected string Seen => Html.Place(Run.FullGeometry, (Run.FullGeometry.Left, Run.FullGeometry.Top, Run.FullGeometry.Right, Run.FullGeometry.Bottom));

    protected static string Counted(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}
