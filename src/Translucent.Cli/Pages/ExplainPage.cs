// index.html of `translucent explain`: one file that holds everything and works without a network.

using Translucent.Cli.Runs;

namespace Translucent.Cli.Pages;

/// <summary>Writes the page of one image.</summary>
sealed class ExplainPage(ImageRun run) : SegmentPage(run)
{
    const int MostClasses = 24; // on the page; the files hold all

    /// <summary>The whole page.</summary>
    public static string Render(ImageRun run, IReadOnlyList<ClassMap> maps, Segmentation? segments)
    {
        ExplainPage page = new(run);
        page.Head();
        page.Prediction();
        page.ClassMaps(maps);
        if (segments is not null) page.Segments(segments);
        return page.Finish(PageNotes.HowToRead(maps, segments));
    }

    void ClassMaps(IReadOnlyList<ClassMap> maps)
    {
        ClassMap[] shown = [.. maps.Where(m => m.Class is null), .. maps.Where(m => m.Class is not null).OrderByDescending(m => m.Class!.Probability).Take(MostClasses)];
        Add($"<section><h2>What the answer rests on</h2><p class='lead'>Move over a map: the same patch is marked in all of them, with its value.</p><div class='cards'>");
        foreach (ClassMap map in maps.Where(shown.Contains))
        {
            string title = map.Class is null ? $"<h3>{map.Method}</h3>" : $"<h3>{map.Method} <em>{Html.Text(map.Class.Label)}</em></h3>";
            Card(title, map.Map, PageNotes.Meaning(map.Method), $"{map.FileName}.map.npy");
        }
        Add($"</div>");
        if (shown.Length < maps.Count) Add($"<p class='lead'>{maps.Count - shown.Length} maps of less probable classes are among the files.</p>");
        Add($"</section>");
    }
}
