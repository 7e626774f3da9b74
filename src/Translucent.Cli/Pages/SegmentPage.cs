// segment.html of `translucent segment`, and the same section on the page of explain.

using Translucent.Cli.Pictures;
using Translucent.Cli.Runs;
using Translucent.Images;
using Translucent.Segment;

namespace Translucent.Cli.Pages;

/// <summary>Writes the page of a segmented image.</summary>
class SegmentPage(ImageRun run) : ImagePage(run)
{
    const int MostClusters = 24; // on the page; the files hold all

    /// <summary>The whole page.</summary>
    public static string Render(ImageRun run, Segmentation segments)
    {
        SegmentPage page = new(run);
        page.Head("what belongs together");
        page.Segments(segments);
        return page.Finish(PageNotes.Section([PageNotes.ColoursOf(run.Look), PageNotes.Clusters(segments.Settings), PageNotes.Mind]));
    }

    /// <param name="s">The segments.</param>
    /// <param name="before">What the names of their files begin with.</param>
    protected void Segments(Segmentation s, string before = "")
    {
        int[] labels = s.Labels(Run.Geometry);
        int[] pixels = new int[s.Count];
        foreach (int label in labels)
            if (label >= 0) pixels[label]++;
        double seen = Math.Max(1, pixels.Sum());
        Add("<section><h2>What belongs together</h2><p class='lead'>Patches whose tokens stand for the same parts of the image, in "
            + $"{Counted(s.Count, "cluster")}; nothing was trained for it.</p>");
        Add($"<div class='hero'><figure><div class='photo' role='img' aria-label='{Counted(s.Count, "cluster")} over the "
            + $"photograph, numbered'><img alt='' src='{Html.Png(Layers.Clusters(s))}'>{Layers.Numbers(s)}</div></figure><ol class='bars all'>");
        foreach (int k in Enumerable.Range(0, s.Count).OrderByDescending(k => pixels[k]).Take(12))
            Add($"<li><span><i class='chip' style='background:{Palette.Distinct(k)}'></i> cluster {k}</span><span class='track'><i "
                + $"style='background:{Palette.Distinct(k)};width:{Html.Share(pixels[k] / seen)}'></i></span><b>{Html.Percent(pixels[k] / seen)}</b></li>");
        Add($"</ol></div><div class='cards small'>");
        for (int k = 0; k < s.Count && k < MostClusters; k++)
            Card($"<h3><i class='chip' style='background:{Palette.Distinct(k)}'></i>cluster {k}</h3>", MapPictures.At(s.Maps, k),
                $"Mean of {Counted(s.TokenLabels.Count(l => l == k), "token")}.", $"{before}cluster-maps.npy");
        Add("</div><figure class='paper'><img alt='How the tokens merge into clusters' "
            + $"src='{Html.Svg(SegmentPictures.Dendrogram(Run, s))}'></figure></section>");
    }
}
