// A text cut into the parts that are shown: a token each, or the tokens of a character together where it takes several, as in Chinese or emoji.

using System.Globalization;
using System.Text;
using Translucent.Text;

namespace Translucent.Cli.Language;

/// <summary>A part of a text.</summary>
/// <param name="Text">What is shown.</param>
/// <param name="Tokens">Which of the tokens are in it; none where no token covers the text, as between words.</param>
/// <param name="Start">Where it begins in the text, in UTF-16 units.</param>
sealed record ShownPart(string Text, IReadOnlyList<int> Tokens, int Start)
{
    /// <summary>Where it ends.</summary>
    public int End => Start + Text.Length;
}

/// <summary>A text with the places of its tokens.</summary>
/// <param name="Text">The text.</param>
/// <param name="Spans">What each token was made from, in UTF-16 units; several may have a part of the same character.</param>
sealed record ShownText(string Text, IReadOnlyList<TextSpan> Spans)
{
    /// <summary>The parts in order; together they are the text.</summary>
    /// <param name="together">Numbers of words; tokens of one word are shown as one where given.</param>
    public IReadOnlyList<ShownPart> Parts(IReadOnlyList<int?>? together = null)
    {
        int[] elements = StringInfo.ParseCombiningCharacters(Text);
        List<(int Start, int End, List<int> Tokens)> found = [];
        for (int t = 0; t < Spans.Count; t++)
        {
            (int start, int end) = Whole(Spans[t], elements);
            bool word = together is not null && t > 0 && together[t] is { } number && together[t - 1] == number;
            if (found.Count > 0 && (start < found[^1].End || word)) found[^1] = (found[^1].Start, Math.Max(end, found[^1].End), found[^1].Tokens);
            else found.Add((start, end, []));
            found[^1].Tokens.Add(t);
        }
        List<ShownPart> parts = [];
        int at = 0;
        foreach ((int start, int end, List<int> tokens) in found)
        {
            if (start > at) parts.Add(new ShownPart(Text[at..start], [], at));
            parts.Add(new ShownPart(Text[Math.Max(at, start)..Math.Max(at, end)], tokens, Math.Max(at, start)));
            at = Math.Max(at, end);
        }
        if (at < Text.Length) parts.Add(new ShownPart(Text[at..], [], at));
        return parts;
    }

    /// <summary>Every token's place in code points, as Hugging Face counts.</summary>
    public IReadOnlyList<TextSpan> CodePoints()
    {
        int[] points = new int[Text.Length + 1];
        for (int i = 0; i < Text.Length; i++) points[i + 1] = points[i] + (char.IsLowSurrogate(Text[i]) && i > 0 && char.IsHighSurrogate(Text[i - 1]) ? 0 : 1);
        return [.. Spans.Select(s => new TextSpan(points[s.Start], points[s.End]))];
    }

    /// <summary>The text of tokens that a model made, which come with no text.</summary>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="earlier">Tokens before them.</param>
    /// <param name="ids">The tokens.</param>
    public static ShownText OfTokens(Tokenizer tokenizer, IReadOnlyList<int> earlier, IReadOnlyList<int> ids)
    {
        StreamedText stream = new(tokenizer, earlier);
        StringBuilder text = new();
        List<TextSpan> spans = [];
        int open = 0; // the first token whose text has not come yet
        for (int t = 0; t <= ids.Count; t++)
        {
            string piece = t < ids.Count ? stream.Add(ids[t]) : stream.Rest();
            if (piece.Length == 0 && t < ids.Count) continue;
            TextSpan span = new(text.Length, text.Length + piece.Length);
            text.Append(piece);
            for (; open < Math.Min(t + 1, ids.Count); open++) spans.Add(span);
        }
        return new ShownText(text.ToString(), spans);
    }

    /// <summary>The span widened to whole characters as people see them.</summary>
    (int Start, int End) Whole(TextSpan span, int[] elements)
    {
        if (span.Length == 0) return (span.Start, span.End);
        int first = Array.BinarySearch(elements, span.Start), behind = Array.BinarySearch(elements, span.End);
        return (first >= 0 ? span.Start : elements[~first - 1], behind >= 0 ? span.End : ~behind < elements.Length ? elements[~behind] : Text.Length);
    }
}
