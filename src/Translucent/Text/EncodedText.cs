// What a tokenizer makes of a text: ids for the model, and for people where each token came from.

using System.Text;
using Translucent.Text.PostProcessors;

namespace Translucent.Text;

/// <summary>The tokens of one text or of two, in the order in which a model reads them. All lists have one entry for each token.</summary>
public sealed class EncodedText
{
    readonly string _text;
    readonly string? _pair;
    readonly Lazy<IReadOnlyList<TextSpan>> _utf16;

    internal EncodedText(string text, string? pair, List<Entry> entries)
    {
        (_text, _pair) = (text, pair);
        int count = entries.Count;
        (int[] ids, string[] tokens, int[] types, TextSpan[] offsets) = (new int[count], new string[count], new int[count], new TextSpan[count]);
        (bool[] special, int?[] words, int?[] sequences) = (new bool[count], new int?[count], new int?[count]);
        for (int i = 0; i < count; i++)
        {
            Entry entry = entries[i];
            (ids[i], tokens[i], types[i], offsets[i], special[i]) = (entry.Id, entry.Text, entry.TypeId, entry.Offsets, entry.Special);
            (words[i], sequences[i]) = (entry.Word < 0 ? null : entry.Word, entry.Sequence < 0 ? null : entry.Sequence);
        }
        (Ids, Tokens, TypeIds, Offsets, Special, Words, Sequences) = (ids, tokens, types, offsets, special, words, sequences);
        _utf16 = new Lazy<IReadOnlyList<TextSpan>>(ToUtf16);
    }

    /// <summary>How many tokens there are.</summary>
    public int Count => Ids.Count;

    /// <summary>The ids, rows of the model's embedding matrix.</summary>
    public IReadOnlyList<int> Ids { get; }

    /// <summary>The tokens as the vocabulary writes them, such as <c>Ġworld</c>, <c>##ing</c> or <c>▁the</c>.</summary>
    public IReadOnlyList<string> Tokens { get; }

    /// <summary>The segment of each token: 0, or 1 for the second text where the model tells them apart.</summary>
    public IReadOnlyList<int> TypeIds { get; }

    /// <summary>What each token was made from, counted in Unicode code points of its own text, as Hugging Face counts; <c>[0, 0)</c> for special tokens that were added.</summary>
    public IReadOnlyList<TextSpan> Offsets { get; }

    /// <summary>The same counted in UTF-16 units, for <see cref="string.Substring(int, int)"/>.</summary>
    public IReadOnlyList<TextSpan> Utf16Offsets => _utf16.Value;

    /// <summary>Whether the tokenizer added the token: it is not from a text.</summary>
    public IReadOnlyList<bool> Special { get; }

    /// <summary>The number of the piece, usually a word, that each token is part of, counted in each text; null for tokens that were added.</summary>
    public IReadOnlyList<int?> Words { get; }

    /// <summary>0 for tokens of the first text, 1 for those of the second, null for tokens that were added.</summary>
    public IReadOnlyList<int?> Sequences { get; }

    TextSpan[] ToUtf16()
    {
        int[][] positions = [Positions(_text), Positions(_pair ?? "")];
        return [.. Offsets.Select((span, i) => Sequences[i] is int s ? new TextSpan(positions[s][span.Start], positions[s][span.End]) : default)];
    }

    /// <summary>Where each code point begins in UTF-16, and the length of the text.</summary>
    static int[] Positions(string text)
    {
        List<int> positions = [0];
        foreach (Rune rune in text.EnumerateRunes()) positions.Add(positions[^1] + rune.Utf16SequenceLength);
        return [.. positions];
    }
}
