// What a tokenizer makes of a text: ids for the model, and for people where each token came from.

using System.Text;
using Translucent.Text.PostProcessors;

namespace Translucent.Text;

/// <summary>The tokens of one text or of two, in the order in which a model reads them. All lists have one entry for each token.</summary>
public sealed class EncodedText
{
    readonly string _text;
    readonly string? _pair;
    readonly List<Entry> _entries;
    readonly int[] _ids; // the other lists are made when they are asked for: most callers want the ids alone

    internal EncodedText(string text, string? pair, List<Entry> entries)
    {
        (_text, _pair, _entries, _ids) = (text, pair, entries, new int[entries.Count]);
        for (int i = 0; i < _ids.Length; i++) _ids[i] = entries[i].Id;
    }

    /// <summary>How many tokens there are.</summary>
    public int Count => _ids.Length;

    /// <summary>The ids, rows of the model's embedding matrix.</summary>
    public IReadOnlyList<int> Ids => _ids;

    /// <summary>The tokens as the vocabulary writes them, such as <c>Ġworld</c>, <c>##ing</c> or <c>▁the</c>.</summary>
    public IReadOnlyList<string> Tokens => field ??= Each(e => e.Text);

    /// <summary>The segment of each token: 0, or 1 for the second text where the model tells them apart.</summary>
    public IReadOnlyList<int> TypeIds => field ??= Each(e => e.TypeId);

    /// <summary>What each token was made from, counted in Unicode code points of its own text, as Hugging Face counts; <c>[0, 0)</c> for special tokens that
    /// were added.</summary>
    public IReadOnlyList<TextSpan> Offsets => field ??= Each(e => e.Offsets);

    /// <summary>The same counted in UTF-16 units, for <see cref="string.Substring(int, int)"/>.</summary>
    public IReadOnlyList<TextSpan> Utf16Offsets => field ??= ToUtf16();

    /// <summary>Whether the tokenizer added the token: it is not from a text.</summary>
    public IReadOnlyList<bool> Special => field ??= Each(e => e.Special);

    /// <summary>The number of the piece, usually a word, that each token is part of, counted in each text; null for tokens that were added.</summary>
    public IReadOnlyList<int?> Words => field ??= Each(e => e.Word < 0 ? null : (int?)e.Word);

    /// <summary>0 for tokens of the first text, 1 for those of the second, null for tokens that were added.</summary>
    public IReadOnlyList<int?> Sequences => field ??= Each(e => e.Sequence < 0 ? null : (int?)e.Sequence);

    T[] Each<T>(Func<Entry, T> part) => [.. _entries.Select(part)];

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
