// The normalisation that SentencePiece compiles into its models, as Hugging Face tokenizers read it (normalizers/precompiled.rs).

using System.Globalization;
using System.Text;
using Translucent.Checkpoints;
using Translucent.Files;

namespace Translucent.Text.Normalizers;

/// <summary>Replaces what the table has a text for: a whole grapheme of fewer than six bytes, else its characters one by one; the shortest entry that it begins
/// with decides.</summary>
sealed class Precompiled : Normalizer
{
    const int WholeGraphemes = 6;

    readonly ReplacementTable _table;

    /// <param name="table">The table, as <see cref="ReplacementTable"/> reads it.</param>
    /// <exception cref="FormatException">It is no such table.</exception>
    public Precompiled(ReadOnlySpan<byte> table) => _table = new ReplacementTable(table);

    /// <summary>The table of a tokenizer.json; null where it has none, which changes nothing.</summary>
    /// <exception cref="TranslucentException">The text is no table in base64.</exception>
    public static Normalizer Of(ConfigSection section)
    {
        const string key = "precompiled_charsmap";
        if (!section.Has(key)) return new SequenceNormalizer([]);
        try
        {
            return new Precompiled(Convert.FromBase64String(section.String(key)));
        }
        catch (FormatException)
        {
            throw section.Error(key, "is no table of SentencePiece in base64; the tokenizer is damaged, fetch it again");
        }
    }

    public override AlignedText Apply(AlignedText text)
    {
        string all = Runes.Text(text.Runes);
        List<Change> changes = new(text.Count);
        bool changed = false;
        Span<char> pair = stackalloc char[2];
        for (int at = 0; at < all.Length;)
        {
            int length = StringInfo.GetNextTextElementLength(all.AsSpan(at));
            ReadOnlySpan<char> grapheme = all.AsSpan(at, length);
            at += length;
            if (Encoding.UTF8.GetByteCount(grapheme) < WholeGraphemes && Replacement(grapheme) is { } whole) Add(grapheme, whole);
            else
                foreach (Rune rune in grapheme.EnumerateRunes())
                {
                    Span<char> one = pair[..rune.EncodeToUtf16(pair)];
                    if (Replacement(one) is { } made) Add(one, made);
                    else changes.Add(new Change(rune.Value, 0));
                }
            Growth.Check(text.Count, changes.Count);
        }
        return changed ? text.Apply(changes) : text;

        void Add(ReadOnlySpan<char> old, string made)
        {
            changed = true;
            int[] runes = Runes.Of(made);
            int before = 0;
            foreach (Rune _ in old.EnumerateRunes()) before++;
            for (int i = 0; i < runes.Length; i++) changes.Add(new Change(runes[i], i < before ? 0 : 1));
            if (runes.Length < before && changes.Count > 0) // the last new one, or what stands before where there is none, takes the place of the rest
                changes[^1] = changes[^1] with { Shift = changes[^1].Shift + runes.Length - before };
        }
    }

    /// <summary>The text in the place of the shortest entry that characters begin with; null where they begin with none.</summary>
    string? Replacement(ReadOnlySpan<char> characters)
    {
        Span<byte> key = stackalloc byte[256];
        if (characters.Length > 64) characters = characters[..64]; // graphemes are shorter, but in hostile texts
        return _table.Find(key[..Encoding.UTF8.GetBytes(characters, key)], longest: false, out _);
    }
}
