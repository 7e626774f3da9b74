// index.html of `translucent explain`: one file that holds everything and works without a network.

using Translucent.Cli.Options;
using Translucent.Cli.Runs;
using Translucent.Segment;

namespace Translucent.Cli.Pages;

/// <summary>Writes the page of one image.</summary>
sealed class ExplainPage(ImageRun run) : SegmentPage(run)
{
    const int MostClasses = 24; // on the page; the files hold all

    /// <summary>The whole page.</summary>
    public static string Render(ImageRun run, ClassMapSet set, CompareScale scale, IReadOnlyList<MapTrust> trust, Segmentation? segments)
    {
        ExplainPage page = new(run);
        page.Head();
        page.Prediction();
        page.ClassMaps(set);
        if (trust.Count > 0) page.Add(TrustSection.Render(run, trust, page.Layers));
        if (segments is not null) page.Segments(segments, "explain-");
        return page.Finish(PageNotes.HowToRead(set, scale, segments, run.Look));
    }

    void ClassMaps(ClassMapSet set)
    {
        NamedTarget[] classes = [.. set.Maps.Select(m => m.Class).OfType<NamedTarget>().Distinct().OrderByDescending(c => c.Probability).Take(MostClasses)];
        ClassMap[] shown = [.. set.Maps.Where(m => m.Class is null || classes.Contains(m.Class))];
        Add("<section><h2>What the answer rests on</h2><p class='lead'>Move over a map: the same patch is marked in all of them, with its value.</p><div "
            + "class='cards'>");
        foreach (ClassMap map in shown)
        {
            string title = map.Class is null ? $"<h3><span>{Html.Name(map.Method.Name)}</span></h3>"
                : $"<h3><span>{Html.Name(map.Method.Name)}</span> <em>{Html.Text(map.Class.Label)}</em></h3>";
            Card(title, map.Map, map.Scale, map.OnGrid(Run.Trace.Grid.Rows, Run.Trace.Grid.Columns), map.Method.Meaning, $"{map.FileName}.map.npy");
        }
        Add($"</div>");
        if (shown.Length < set.Maps.Count) Add($"<p class='lead'>{set.Maps.Count - shown.Length} maps of less probable classes are among the files.</p>");
        foreach ((string method, string reason) in set.LeftOut) Add($"<p class='lead'>{method} left out: {Html.Text(reason)}</p>");
        Add($"</section>");
    }
}
