// attention.html of models of several token streams and of texts: pictures per head, and of words a text to point at.

using Translucent.Cli.Language;
using Translucent.Cli.Options;
using Translucent.Cli.Pages;
using Translucent.Cli.Streams;
using Translucent.Images;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Cli.Attention;

/// <summary>Writes the content of the page.</summary>
static class AttentionReport
{
    const int Side = 240, MostTokens = 24; // pixels of a picture; tokens with pictures of their own

    /// <summary>Everything between head and settings.</summary>
    public static void Write(TextPaper page, StreamScene scene, AttentionFound found, AttentionPictures pictures)
    {
        if (pictures.Maps || pictures.Regions)
            for (int t = 0; t < Math.Min(found.Tokens.Count, MostTokens); t++) Token(page, scene, found, pictures, t);
        if (pictures.Maps) return;
        if (found.Step.Queries.Layout is TextTokens && found.Step.Values.Layout is TextTokens) Explorer(page, scene, found);
        for (int h = 0; h < found.Titles.Count; h++)
        {
            Tensor values = found.OfHead(h);
            string svg = pictures.Table(values, "").ToSvg(found.Titles[h]);
            page.Add($"<section><h2>{Html.Text(found.Titles[h])}</h2><div class='wide'><img alt='{Html.Text(found.Titles[h])}: rows read, columns are read' "
                + $"style='max-width:100%;border-radius:8px' src='{Html.Svg(svg)}'></div></section>");
        }
    }

    /// <summary>How to read it.</summary>
    public static IEnumerable<(string Term, string Text)> Notes(AttentionFound found, AttentionPictures pictures)
    {
        yield return ("Attention", "A row of attention says how much a token reads of every other token in one head; it is positive and sums to 1. It shows "
            + "where information is moved from, not what it does to an answer.");
        if (pictures.Maps) yield return PageNotes.ColoursOf(MapLook.Usual);
        else yield return ("Tables", "A row for each token that reads, a column for each token that is read; every table has a scale of its own.");
        if (pictures.Regions) yield return ("Regions", "Boxes are shaded by how much is read of them, the most of a picture strongest.");
        yield return ("Which", $"{found.Step.Site}: {found.Step.Queries.Name} reads {found.Step.Values.Name}; --site and --layer choose another.");
        yield return PageNotes.Mind;
    }

    static void Token(TextPaper page, StreamScene scene, AttentionFound found, AttentionPictures pictures, int t)
    {
        Image photo = Resize.Within(scene.Photo!, Side).ToRgb();
        Tensor rows = found.OfToken(t);
        page.Add($"<section><h2>{Html.Text(pictures.Reader(t))}</h2><div class='cards small'>");
        for (int h = 0; h < found.Titles.Count; h++)
        {
            Tensor row = new([rows.Width], rows.Row(h));
            page.Add($"<figure class='card'><h3>{Html.Text(found.Titles[h])}</h3><img alt='{Html.Text(found.Titles[h])}' "
                + $"style='width:100%;border-radius:8px;display:block' src='{Html.Png(pictures.Over(photo, row))}'><figcaption>at most "
                + $"{Html.Number(row.ToArray().Max())} of one</figcaption></figure>");
        }
        page.Add("</div></section>");
    }

    /// <summary>The text twice: what a word reads, and who reads it; of the mean, or of the first head that was chosen.</summary>
    static void Explorer(TextPaper page, StreamScene scene, AttentionFound found)
    {
        Tensor values = found.OfHead(0);
        WordExplorer.Write(page, values, [.. found.Tokens.Select(i => scene.Names(found.Step.Queries)[i])], scene.Names(found.Step.Values),
            new ExplorerWords($"Who reads ({found.Titles[0]})", "What is read", " reads most of: ", " is read most by: "));
    }
}
