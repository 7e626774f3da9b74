// The page of `translucent lens`: a grid of layers and tokens, each cell what that layer would say next.

using System.Globalization;
using System.Text;
using System.Text.Json;
using Translucent.Cli.Pages;
using Translucent.Explain.Projection;
using Translucent.Runs;

namespace Translucent.Cli.Language;

static class LensPage
{
    public static string Render(LensFound found, JsonElement settings, IReadOnlyList<WrittenFile> files)
    {
        string title = found.Text.Trim().ReplaceLineEndings(" ");
        TextPaper page = new(title.Length > 120 ? $"{title[..119]}…" : title,
            $"What <b>{Html.Text(found.Info.Name)}</b> would say behind each of {found.Encoded.Count} tokens, if it ended behind an earlier block");
        StringBuilder grid = new("<section><div class='wide'><table class='lens'><thead><tr><th>layer</th>");
        foreach (int id in found.Encoded.Ids) grid.Append($"<th>{Html.Text(found.Token(id))}</th>");
        grid.Append("</tr></thead>");
        for (int layer = found.Reading.Top.Count - 1; layer >= 0; layer--)
        {
            grid.Append($"<tr><th>{layer + 1}</th>");
            for (int p = 0; p < found.Encoded.Count; p++) Cell(grid, found, layer, p);
            grid.Append("</tr>");
        }
        page.Add(grid.Append("</table></div></section>").ToString());
        if (found.Course.Count > 0) page.Add(Course(found.Course));
        return page.Finish(
        [
            ("Cells", "The likeliest next token by that layer; the stronger the colour, the more probable. Bold: it is the token that does follow. "
                + "Point at a cell for the next best, "
                + "and for the probability and rank of the token that follows."),
            ("Layers", $"Layer 1 is the embedding, {found.Reading.Top.Count} the output of the last block, where this is what the model itself says."),
            ("Formed", "Identifiability: 1 where the token that follows stands first in the vocabulary, 1/2 in its middle. Pushes: of how many tokens what "
                + "attention or MLP add, read by itself, says it louder than the stream before the block. From: of how many the likeliest token behind the "
                + "block is that of the stream before it, of attention, of the MLP, or of none of them. Means over the text."),
            ("Mind", "Layers below the last were not trained to be read this way: what they seem to say may be noise, above all in the lower half."),
        ], found.Info, settings, files);
    }

    static string Course(IReadOnlyList<LensLayer> course)
    {
        StringBuilder table = new("<section><h2>How the tokens that follow are formed</h2><div class='wide'><table class='course'><thead><tr>");
        foreach (string heading in LensTable.Headings) table.Append($"<th>{heading}</th>");
        table.Append("</tr></thead>");
        foreach (string[] row in LensTable.Rows(course))
            table.Append($"<tr><th>{row[0]}</th>").AppendJoin("", row.Skip(1).Select(c => $"<td>{c}</td>")).Append("</tr>");
        return table.Append("</table></div></section>").ToString();
    }

    static void Cell(StringBuilder grid, LensFound found, int layer, int position)
    {
        LensToken[] best = found.Reading.Top[layer][position];
        int next = found.Next[position];
        StringBuilder title = new(string.Join("\n", best.Select(t => string.Create(CultureInfo.InvariantCulture,
            $"{found.Token(t.Id)}  {100 * Math.Exp(t.LogProbability):0.0} %"))));
        if (next >= 0)
            title.Append(CultureInfo.InvariantCulture, $"\n\nfollows: {found.Token(next)}  ")
                .Append(CultureInfo.InvariantCulture, $"{100 * Math.Exp(found.Reading.LogProbabilities!.Row(layer)[position]):0.00} %, ")
                .Append(CultureInfo.InvariantCulture, $"rank {found.Reading.Ranks![layer][position] + 1}");
        string text = Html.Text(found.Token(best[0].Id));
        grid.Append(CultureInfo.InvariantCulture,
            $"<td tabindex='0' style='--s:{Math.Exp(best[0].LogProbability):0.##}' title='{Html.Text(title.ToString())}'>")
            .Append(best[0].Id == next ? $"<b>{text}</b>" : text).Append("</td>");
    }
}
