// Two lists of words to point at: numbers of the one under the pointer over the other list. The script is text.js.

using System.Globalization;
using Translucent.Cli.Pages;
using Translucent.Tensors;

namespace Translucent.Cli.Language;

/// <summary>What stands around the lists.</summary>
/// <param name="First">Above the words that have numbers.</param>
/// <param name="Second">Above the words that numbers are about.</param>
/// <param name="Of">Between a word of the first list and the largest of its numbers.</param>
/// <param name="For">Between a word of the second list and those of the first that have the largest numbers for it.</param>
sealed record ExplorerWords(string First, string Second, string Of, string For);

/// <summary>Writes the lists into a page.</summary>
static class WordExplorer
{
    /// <summary>The part of a page.</summary>
    /// <param name="page">The page.</param>
    /// <param name="values">[T, K], none below 0.</param>
    /// <param name="first">T words.</param>
    /// <param name="second">K words.</param>
    /// <param name="words">What stands around them.</param>
    public static void Write(TextPaper page, Tensor values, IReadOnlyList<string> first, IReadOnlyList<string> second, ExplorerWords words)
    {
        double[] scales = [.. Enumerable.Range(0, values.Shape[0]).Select(t => (double)values.Row(t).ToArray().Max())];
        byte[] shares = [.. Enumerable.Range(0, values.Shape[0]).SelectMany(t =>
            values.Row(t).ToArray().Select(v => (byte)(128 + (scales[t] > 0 ? Math.Round(127 * v / scales[t]) : 0))))];
        double[] mean = [.. Enumerable.Range(0, values.Width).Select(k => Enumerable.Range(0, values.Shape[0]).Average(t => (double)values.Row(t)[k]))];
        string Numbers(double[] v) => $"[{string.Join(",", v.Select(x => x.ToString("G5", CultureInfo.InvariantCulture)))}]";
        page.Add($"<section id='explorer' data-rows='{Convert.ToBase64String(shares)}' data-scales='{Numbers(scales)}' data-mean='{Numbers(mean)}' "
            + $"data-all='The whole text' data-reads='{Html.Text(words.Of)}' data-read='{Html.Text(words.For)}'>");
        page.Add($"<p class='told' aria-live='polite'></p><h2>{Html.Text(words.First)}</h2>");
        List(page, "summary", first);
        page.Add($"<h2>{Html.Text(words.Second)}</h2>");
        List(page, "context", second);
        page.Add("</section>");
    }

    static void List(TextPaper page, string name, IReadOnlyList<string> words) =>
        page.Add($"<p class='running {name}' dir='auto'>" + string.Join(' ', words.Select((word, n) =>
            TextPaper.Part(word, 0, attributes: $" data-n='{n}' tabindex='{(n == 0 ? 0 : -1)}'"))) + "</p>");
}
