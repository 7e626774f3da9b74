// The page of `translucent text`: point at a word of the summary to see what it comes from, at a word of the text to see what it fed.

using System.Globalization;
using System.Text.Json;
using Translucent.Cli.Pages;
using Translucent.Runs;
using Translucent.Tensors;

namespace Translucent.Cli.Language;

static class TextPage
{
    public static string Render(TextFound found, TextOptions options, JsonElement settings, IReadOnlyList<WrittenFile> files)
    {
        SummaryLayout layout = found.Layout;
        ShownPart[] context = [.. layout.ContextText.Parts()], summary = [.. layout.SummaryText.Parts().Where(p => p.Tokens.Count > 0 || p.Text.Length > 0)];
        TextPaper page = new(layout.SummaryText.Text.Trim(),
            $"A summary of {layout.Summary.Count} tokens, and what it comes from among {layout.Context.Count}, "
            + $"by <b>{Html.Text(options.How.Method.Name)}</b> in <b>{Html.Text(found.Info.Name)}</b>: {Html.Text(found.Explained)}");
        Matrix(page, found, context, summary);
        Judged(page, found);
        return page.Finish(
        [
            ("Point at", "a word of the summary: the text shows what that word comes from. A word of the text: the summary shows which of its words it fed. "
                + "With the keyboard, "
                + "Tab reaches summary and text, the arrows go from word to word, Escape shows the mean again."),
            ("Colours", "From nothing to the largest number of what is shown. Orange: relevant. Blue: speaks against, in methods that tell so."),
            ("Words", "Tokens of the model. Several tokens that make one character together are shown as that character, with the sum of their numbers."),
            (options.How.Method.Name, $"{options.How.Method.Meaning} ({options.How.Method.Source})"),
            ("Mind", "A map shows what this model used. It does not show that the summary is right."),
        ], found.Info, settings, files, "text.js");
    }

    /// <summary>Summary and text with the relevance of each for each.</summary>
    static void Matrix(TextPaper page, TextFound found, ShownPart[] context, ShownPart[] summary)
    {
        int[] made = [.. Enumerable.Range(0, summary.Length).Where(i => summary[i].Tokens.Count > 0)], read = [.. Enumerable.Range(0,
            context.Length).Where(i => context[i].Tokens.Count > 0)];
        double[][] rows = [.. made.Select(s => read.Select(c => Between(found, summary[s], context[c])).ToArray())];
        double[] scales = [.. rows.Select(row => row.Select(Math.Abs).DefaultIfEmpty().Max())];
        byte[] bytes = [.. rows.SelectMany((row, s) => row.Select(v => (byte)(128 + (scales[s] == 0 ? 0 : Math.Round(127 * v / scales[s])))))];
        double[] mean = [.. read.Select(c => context[c].Tokens.Sum(t => (double)found.Relevance.Lambda[t]))];
        string Numbers(double[] values) => $"[{string.Join(",", values.Select(v => v.ToString("G5", CultureInfo.InvariantCulture)))}]";
        page.Add($"<section id='explorer' data-rows='{Convert.ToBase64String(bytes)}' data-scales='{Numbers(scales)}' data-mean='{Numbers(mean)}'>");
        page.Add("<p class='told' aria-live='polite'></p><h2>Summary</h2>");
        Words(page, "summary", summary, made);
        page.Add("<h2>Text</h2>");
        Words(page, "context", context, read);
        page.Add("</section>");
    }

    static void Words(TextPaper page, string name, ShownPart[] parts, int[] live)
    {
        Dictionary<int, int> number = live.Select((part, i) => (part, i)).ToDictionary(p => p.part, p => p.i);
        page.Add($"<p class='running {name}' dir='auto'>" + string.Concat(parts.Select((p, i) => number.TryGetValue(i, out int n)
            ? TextPaper.Part(p.Text, 0, attributes: $" data-n='{n}' tabindex='{(n == 0 ? 0 : -1)}'") : Html.Text(p.Text))) + "</p>");
    }

    /// <summary>The mean over the tokens of a part of the summary, the sum over those of a part of the text.</summary>
    static double Between(TextFound found, ShownPart summary, ShownPart context)
    {
        Tensor rows = found.Relevance.Rows;
        double sum = 0;
        foreach (int s in summary.Tokens)
            foreach (int c in context.Tokens) sum += rows.Row(s)[found.Layout.Context[c]];
        return sum / summary.Tokens.Count;
    }

    static void Judged(TextPaper page, TextFound found)
    {
        page.Add($"<section><h2>Is it true?</h2><p class='lead'>"
            + "The model reads the text again without the most relevant words (comprehensiveness: how much less probable the summary "
            + "becomes; more is better), and with them alone (sufficiency; less is better), beside random orders of the same words. "
            + "Numbers are losses of the mean log p of the "
            + $"summary, {Html.Number(found.Erasure.Scored.Full)} of the whole text.</p>");
        page.Table(ErasureComparison.Headings, found.Erasure.Rows());
        page.Add($"<p>Against {found.Erasure.Random.Count} random orders: <b>{Html.Text(found.Erasure.Verdict)}</b>.</p></section>");
    }
}
