// The page of `translucent classify`: the classes, and the text once for every method with its words coloured.

using System.Globalization;
using System.Text.Json;
using Translucent.Cli.Pages;
using Translucent.Cli.Runs;
using Translucent.Models;
using Translucent.Runs;

namespace Translucent.Cli.Language;

static class ClassifyPage
{
    public static string Render(Classified found, ClassifyOptions options, JsonElement settings, IReadOnlyList<WrittenFile> files)
    {
        string title = options.Text.Trim().ReplaceLineEndings(" ");
        TextPaper page = new(title.Length > 120 ? $"{title[..119]}…" : title, $"{found.Encoded.Count} tokens, read by <b>{Html.Text(found.Info.Name)}</b>");
        page.Add($"<section><h2>The model says</h2><p class='answer'>{Html.Text(found.Info.Label(found.Classes[0].Index))}</p><ol class='bars'>");
        foreach (ClassPrediction c in found.Classes.Take(5))
            page.Add($"<li><span>{Html.Text(found.Info.Label(c.Index))} <small>{c.Index}</small></span><span class='track'><i style='width:"
                + $"{(100 * Chance.Bar(found.Info.Model.Meaning, c.Probability)).ToString("0.#", CultureInfo.InvariantCulture)}%'></i></span>"
                + $"<b>{Chance.Text(found.Info.Model.Meaning, c.Probability)}</b></li>");
        page.Add("</ol></section>");
        foreach (ClassifiedBy by in found.By)
        {
            page.Add($"<section><h2>{Html.Name(by.Method.Name)}: {Html.Text(found.Explained)}</h2>"
                + $"<p class='lead'>{Html.Text(by.Method.Meaning)} {Html.Text(by.Method.Source)}.</p>");
            for (int t = 0; t < found.Texts.Count; t++)
                page.Add("<p class='running' dir='auto'>" + string.Concat(found.Parts(t, by.Row).Select(p => p.Part.Tokens.Count == 0 ? Html.Text(p.Part.Text)
                    : TextPaper.Part(p.Part.Text, p.Share, Html.Number(p.Score)))) + "</p>");
            if (by.Erasure is { } erasure)
            {
                page.Add($"<h3>What the probability {Html.Number(erasure.Scored.Full)} loses when words go, or stay alone</h3>");
                page.Table(ErasureComparison.Headings, erasure.Rows());
                page.Add($"<p>Against {erasure.Random.Count} random orders: <b>{Html.Text(erasure.Verdict)}</b>.</p>");
            }
            page.Add("</section>");
        }
        return page.Finish(
        [
            ("Colours", "From nothing to the largest number of the text. Orange speaks for the class, blue, in methods that tell so, against it. "
                + "Point at a word for its number."),
            ("Words", "The tokens of a word are shown as one, with the sum of their numbers; tokens that frame the text, such as [CLS], are left out."),
            ("Mind", "Relevance shows what this model used. It does not show that the class is right."),
        ], found.Info, settings, files);
    }
}
