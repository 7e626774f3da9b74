// The normalisation of SentencePiece itself (github.com/google/sentencepiece, src/normalizer.cc, Normalize and NormalizePrefix), which Hugging Face's
// tokenizers without tokenizer.json call.

namespace Translucent.Text.Normalizers;

/// <summary>Replaces the longest entry of a table that the rest of the text begins with, else keeps a character; then single blanks, none at the
/// ends.</summary>
/// <param name="table">The replacements; null for none.</param>
/// <param name="singleBlanks">Whether blanks at the ends and beside blanks go.</param>
sealed class SentencePieceNormalizer(ReplacementTable? table, bool singleBlanks) : Normalizer
{
    const int LongestKey = 128; // bytes; entries are of a few characters

    public override AlignedText Apply(AlignedText text)
    {
        AlignedText made = new(text.Count);
        byte[] bytes = new byte[LongestKey];
        for (int at = 0; at < text.Count;)
        {
            (string? replacement, int count) = table is null ? (null, 1) : Replacement(text, at, bytes);
            if (replacement is null) Add(made, text.Runes[at], text[at]);
            else
                foreach (int rune in Runes.Of(replacement)) Add(made, rune, new TextSpan(text[at].Start, text[at + count - 1].End));
            at += count;
            Growth.Check(text.Count, made.Count);
        }
        int end = made.Count;
        while (singleBlanks && end > 0 && made.Runes[end - 1] == ' ') end--;
        return end == made.Count ? made : made.Slice(0, end);
    }

    void Add(AlignedText made, int rune, TextSpan span)
    {
        if (!singleBlanks || rune != ' ' || (made.Count > 0 && made.Runes[^1] != ' ')) made.Add(rune, span);
    }

    /// <summary>What stands for the characters from a place on, and for how many of them.</summary>
    (string? Text, int Count) Replacement(AlignedText text, int at, byte[] bytes)
    {
        int filled = 0;
        for (int i = at; i < text.Count && filled <= LongestKey - 4; i++) filled += Runes.WriteUtf8(text.Runes[i], bytes.AsSpan(filled));
        string? found = table!.Find(bytes.AsSpan(0, filled), longest: true, out int length);
        if (found is null) return (null, 1);
        int count = 0;
        for (int used = 0; used < length; count++) used += Runes.Utf8Length(text.Runes[at + count]);
        return (found, count);
    }
}
