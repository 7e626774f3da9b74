// Replacements in a text: by a pattern, at its beginning, at its ends (Hugging Face tokenizers, normalizers/{replace,prepend,strip}.rs).

using Translucent.Text.Patterns;
using Translucent.Text.Unicode;

namespace Translucent.Text.Normalizers;

/// <summary>Each match of a pattern becomes a fixed text, which has the span of the last character it replaces.</summary>
sealed class Replace(Pattern pattern, string content) : Normalizer
{
    readonly int[] _content = Runes.Of(content);

    public override AlignedText Apply(AlignedText text)
    {
        List<(int Start, int End)> matches = pattern.Matches(text.Runes);
        if (matches.Count == 0) return text;
        Growth.Check(text.Count, (long)matches.Count * _content.Length);
        AlignedText replaced = new(text.Count + 16);
        int at = 0;
        foreach ((int start, int end) in matches)
        {
            replaced.Add(text, at, start);
            foreach (int rune in _content) replaced.Add(rune, end > 0 ? text[end - 1] : default);
            at = end;
        }
        replaced.Add(text, at, text.Count);
        return replaced;
    }
}

/// <summary>A fixed text before any text but the empty one; it has the span of the first character.</summary>
sealed class Prepend(string content) : Normalizer
{
    readonly int[] _content = Runes.Of(content);

    public override AlignedText Apply(AlignedText text)
    {
        if (text.Count == 0) return text;
        AlignedText longer = new(text.Count + _content.Length);
        foreach (int rune in _content) longer.Add(rune, text[0]);
        longer.Add(text, 0, text.Count);
        return longer;
    }
}

/// <summary>Without white space at the ends.</summary>
sealed class Strip(bool left, bool right) : Normalizer
{
    public override AlignedText Apply(AlignedText text)
    {
        (int start, int end) = (0, text.Count);
        while (left && start < end && Properties.Space.Contains(text.Runes[start])) start++;
        while (right && end > start && Properties.Space.Contains(text.Runes[end - 1])) end--;
        return text.Slice(start, end);
    }
}
