// The normalisation that SentencePiece compiles into its models: a table of replacements as a double array (github.com/google/sentencepiece, normalizer.cc;
// github.com/s-yata/darts-clone, include/darts.h), read by Hugging Face tokenizers, normalizers/precompiled.rs.

using System.Buffers.Binary;
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

    readonly uint[] _units;
    readonly byte[] _texts; // each ends with a zero

    /// <param name="table">How long the double array is, in four bytes; the double array; the replacements.</param>
    /// <exception cref="FormatException">It is no such table.</exception>
    public Precompiled(ReadOnlySpan<byte> table)
    {
        uint length = table.Length < 4 ? uint.MaxValue : BinaryPrimitives.ReadUInt32LittleEndian(table);
        if (length % 4 != 0 || length > table.Length - 4) throw new FormatException();
        _units = new uint[length / 4];
        for (int i = 0; i < _units.Length; i++) _units[i] = BinaryPrimitives.ReadUInt32LittleEndian(table[(4 + 4 * i)..]);
        _texts = table[(4 + (int)length)..].ToArray();
    }

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
        key = key[..Encoding.UTF8.GetBytes(characters, key)];
        if (_units.Length == 0) return null;
        long node = Offset(_units[0]);
        foreach (byte b in key)
        {
            if (b == 0) return null;
            node ^= b;
            if (node >= _units.Length || (_units[node] & 0x8000_00FF) != b) return null;
            uint unit = _units[node];
            node ^= Offset(unit);
            if ((unit >> 8 & 1) != 1) continue;
            int start = node < _units.Length ? (int)(_units[node] & 0x7FFF_FFFF) : int.MaxValue;
            if (start >= _texts.Length) return null;
            ReadOnlySpan<byte> rest = _texts.AsSpan(start);
            int end = rest.IndexOf((byte)0);
            return Encoding.UTF8.GetString(end < 0 ? rest : rest[..end]);
        }
        return null;
    }

    static uint Offset(uint unit) => unit >> 10 << (int)((unit & 1 << 9) >> 6);
}
