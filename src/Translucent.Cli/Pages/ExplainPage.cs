// index.html of `translucent explain`: one file that holds everything and works without a network.

using System.Text;
using Translucent.Cli.Options;
using Translucent.Cli.Pictures;
using Translucent.Cli.Runs;
using Translucent.Images;
using Translucent.Tensors;

namespace Translucent.Cli.Pages;

/// <summary>Writes the page of one image.</summary>
sealed class ExplainPage
{
    const int MostClasses = 24; // on the page; the files hold all

    readonly StringBuilder _html = new();
    readonly ImageRun _run;
    readonly Layers _layers;

    ExplainPage(ImageRun run) => (_run, _layers) = (run, new Layers(run));

    /// <summary>The whole page.</summary>
    public static string Render(ImageRun run, ClassMapSet set, Segmentation? segments)
    {
        ExplainPage page = new(run);
        page.Head();
        page.Prediction();
        page.ClassMaps(set);
        if (segments is not null) page.Segments(segments);
        page._html.Append(PageNotes.HowToRead(set, segments)).Append(PageNotes.Settings(run)).Append(PageNotes.Files(run));
        page.Add($"</main><script>{Html.Resource("page.js")}</script></body></html>");
        return page._html.ToString();
    }

    void Head()
    {
        InputGeometry g = _run.FullGeometry;
        string rectangle = FormattableString.Invariant($"[{g.Left / g.PhotoWidth:0.#####},{g.Top / g.PhotoHeight:0.#####},{g.Right / g.PhotoWidth:0.#####},{g.Bottom / g.PhotoHeight:0.#####}]");
        Add($"<!doctype html><html lang='en'><head><meta charset='utf-8'><meta name='viewport' content='width=device-width, initial-scale=1'>");
        Add($"<meta name='color-scheme' content='light dark'><title>{Html.Text(_run.Name)} - Translucent</title><style>{Html.Resource("page.css")}");
        Add($".photo{{background-image:url({Html.Png(_layers.Photo)});aspect-ratio:{_layers.Photo.Width}/{_layers.Photo.Height}}}</style></head>");
        Add($"<body data-rows='{_run.Trace.GridRows}' data-columns='{_run.Trace.GridColumns}' data-seen='{rectangle}'><header><div><h1>{Html.Text(_run.Name)}</h1>");
        Add($"<p>{_run.Size.Width} x {_run.Size.Height} pixels, seen by <b>{Html.Text(_run.Model.Name)}</b> as {_run.Trace.GridRows} x {_run.Trace.GridColumns} patches</p></div>");
        Add($"<label class='strength'>Map strength <input id='strength' type='range' min='0' max='100' value='60' aria-label='Map strength in percent'></label></header><main>");
    }

    void Prediction()
    {
        Add($"<section class='hero'><figure><div class='photo' role='img' aria-label='The photograph'></div></figure><div><h2>The model says</h2><p class='answer'>{Html.Text(_run.Predictions[0].Label)}</p><ol class='bars'>");
        foreach (Prediction p in _run.Predictions.Take(5))
            Add($"<li><span>{Html.Text(p.Label)} <small>{p.Index}</small></span><span class='track'><i style='width:{FormattableString.Invariant($"{100 * p.Probability:0.##}")}%'></i></span><b>{Html.Percent(p.Probability)}</b></li>");
        Add($"</ol></div></section>");
    }

    void ClassMaps(ClassMapSet set)
    {
        NamedTarget[] classes = [.. set.Maps.Select(m => m.Class).OfType<NamedTarget>().Distinct().OrderByDescending(c => c.Probability).Take(MostClasses)];
        ClassMap[] shown = [.. set.Maps.Where(m => m.Class is null || classes.Contains(m.Class))];
        Add($"<section><h2>What the answer rests on</h2><p class='lead'>Move over a map: the same patch is marked in all of them, with its value.</p><div class='cards'>");
        foreach (ClassMap map in shown)
        {
            string title = map.Class is null ? $"<h3>{map.Method.Name}</h3>" : $"<h3>{map.Method.Name} <em>{Html.Text(map.Class.Label)}</em></h3>";
            Card(title, map.Map, map.Scale, map.OnGrid(_run.Trace.GridRows, _run.Trace.GridColumns), map.Method.Meaning, $"{map.FileName}.map.npy");
        }
        Add($"</div>");
        if (shown.Length < set.Maps.Count) Add($"<p class='lead'>{set.Maps.Count - shown.Length} maps of less probable classes are among the files.</p>");
        foreach ((string method, string reason) in set.LeftOut) Add($"<p class='lead'>{method} left out: {Html.Text(reason)}</p>");
        Add($"</section>");
    }

    void Segments(Segmentation s)
    {
        int[] labels = s.Labels(_run.Geometry);
        int[] pixels = new int[s.Count];
        foreach (int label in labels)
            if (label >= 0) pixels[label]++;
        double seen = Math.Max(1, pixels.Sum());
        Add($"<section><h2>What belongs together</h2><p class='lead'>Patches whose tokens stand for the same parts of the image, in {Counted(s.Count, "cluster")}; nothing was trained for it.</p>");
        Add($"<div class='hero'><figure><div class='photo' role='img' aria-label='Clusters over the photograph'><img alt='' src='{Html.Png(_layers.Clusters(s))}'></div></figure><ol class='bars all'>");
        foreach (int k in Enumerable.Range(0, s.Count).OrderByDescending(k => pixels[k]).Take(12))
            Add($"<li><span><i class='chip' style='background:{Palette.Distinct(k)}'></i> cluster {k}</span><span class='track'><i style='background:{Palette.Distinct(k)};width:{FormattableString.Invariant($"{100 * pixels[k] / seen:0.##}")}%'></i></span><b>{Html.Percent(pixels[k] / seen)}</b></li>");
        Add($"</ol></div><div class='cards small'>");
        for (int k = 0; k < s.Count && k < MostClasses; k++)
            Card($"<h3><i class='chip' style='background:{Palette.Distinct(k)}'></i>cluster {k}</h3>", MapPictures.At(s.Maps, k), ColorScale.Of(MapPictures.At(s.Maps, k), MapPictures.Colors), MapPictures.At(s.Maps, k), $"Mean of {Counted(s.TokenLabels.Count(l => l == k), "token")}.", "cluster-maps.npy");
        Add($"</div><figure class='paper'><img alt='How the tokens merge into clusters' src='{Html.Svg(SegmentPictures.Dendrogram(_run, s))}'></figure></section>");
    }

    static string Counted(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";

    /// <summary>A map over the photograph, with its colour bar.</summary>
    void Card(string title, Tensor map, ColorScale scale, Tensor grid, string note, string file)
    {
        string values = string.Join(",", grid.ToArray().Select(v => Html.Number(v)));
        string stops = string.Join(",", Enumerable.Range(0, 17).Select(i => scale.Colors.At(i / 16.0).ToString()));
        Add($"<figure class='card'>{title}<div class='photo map' data-values='[{values}]'><img class='heat' alt='' src='{Html.Png(_layers.Map(map, scale))}'><i class='cell'></i></div>");
        Add($"<div class='scale'><span>{Html.Number(scale.Low)}</span><i style='background:linear-gradient(90deg,{stops})'></i><span>{Html.Number(scale.High)}</span></div>");
        Add($"<figcaption><output></output>{Html.Text(note)} <a href='{Html.Text(Uri.EscapeDataString(file))}'>{Html.Text(file)}</a></figcaption></figure>");
    }

    void Add(string html) => _html.Append(html).Append('\n');
}
