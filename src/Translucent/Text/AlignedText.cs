// Text on its way to tokens: code points, each with the span of the original text that it stands for.
// How changes carry the spans along follows Hugging Face tokenizers, tokenizer/normalizer.rs (NormalizedString).

using System.Buffers;
using System.Text;

namespace Translucent.Text;

/// <summary>A code point that takes its place in a changed text.</summary>
/// <param name="Rune">The code point.</param>
/// <param name="Shift">0: it replaces the next old one. 1: it is new, and shares the span of the old one before it. -k: it replaces the next old one, and the k
/// behind that are gone.</param>
readonly record struct Change(int Rune, int Shift);

/// <summary>A growing text of code points with their spans in the original, counted in code points.</summary>
sealed class AlignedText
{
    int[] _runes, _starts, _ends; // from the shared pool: large arrays that live shortly are what costs time here

    public AlignedText(int capacity = 16) => (_runes, _starts, _ends) = (Rent(capacity), Rent(capacity), Rent(capacity));

    /// <summary>A text as it is; a surrogate without its partner becomes U+FFFD.</summary>
    public AlignedText(string text) : this(Math.Max(16, text.Length))
    {
        foreach (Rune rune in text.EnumerateRunes())
        {
            (_runes[Count], _starts[Count], _ends[Count]) = (rune.Value, Count, Count + 1);
            Count++;
        }
    }

    /// <summary>How many code points it has.</summary>
    public int Count { get; private set; }

    /// <summary>The code points.</summary>
    public ReadOnlySpan<int> Runes => _runes.AsSpan(0, Count);

    /// <summary>What one code point stands for.</summary>
    public TextSpan this[int i] => new(_starts[i], _ends[i]);

    public void Add(int rune, int start, int end)
    {
        if (Count == _runes.Length) Grow(Count + 1);
        (_runes[Count], _starts[Count], _ends[Count]) = (rune, start, end);
        Count++;
    }

    public void Add(int rune, TextSpan span) => Add(rune, span.Start, span.End);

    /// <summary>Appends a part of another text.</summary>
    public void Add(AlignedText other, int start, int end)
    {
        int length = end - start;
        if (Count + length > _runes.Length) Grow(Count + length);
        Array.Copy(other._runes, start, _runes, Count, length);
        Array.Copy(other._starts, start, _starts, Count, length);
        Array.Copy(other._ends, start, _ends, Count, length);
        Count += length;
    }

    /// <summary>A part of it.</summary>
    public AlignedText Slice(int start, int end)
    {
        if (start == 0 && end == Count) return this;
        AlignedText part = new(Math.Max(end - start, 1));
        part.Add(this, start, end);
        return part;
    }

    /// <summary>The text that a list of changes makes of this one.</summary>
    /// <param name="changes">The new code points in order.</param>
    /// <param name="dropped">How many old ones are gone before the first.</param>
    public AlignedText Apply(IReadOnlyList<Change> changes, int dropped = 0)
    {
        AlignedText text = new(Math.Max(changes.Count, 1));
        int next = dropped;
        foreach ((int rune, int shift) in changes)
        {
            if (shift > 0) text.Add(rune, next > 0 ? this[next - 1] : default);
            else
            {
                text.Add(rune, next < Count ? this[next] : default);
                next += 1 - shift;
            }
        }
        return text;
    }

    /// <summary>The text without the code points that are not wanted.</summary>
    public AlignedText Where(Func<int, bool> wanted)
    {
        AlignedText text = new(Math.Max(Count, 1));
        for (int i = 0; i < Count; i++)
            if (wanted(_runes[i])) text.Add(_runes[i], _starts[i], _ends[i]);
        return text;
    }

    /// <summary>Whether the text begins with another.</summary>
    public bool StartsWith(int rune) => Count > 0 && _runes[0] == rune;

    void Grow(int least)
    {
        int size = (int)Math.Max(least, Math.Min(Array.MaxLength, 2L * _runes.Length));
        (int[] runes, int[] starts, int[] ends) = (Rent(size), Rent(size), Rent(size));
        Array.Copy(_runes, runes, Count);
        Array.Copy(_starts, starts, Count);
        Array.Copy(_ends, ends, Count);
        int count = Count;
        Release();
        (_runes, _starts, _ends, Count) = (runes, starts, ends, count);
    }

    /// <summary>Gives the arrays back for the next text. What was here is gone. Texts that are not released are collected as usual.</summary>
    public void Release()
    {
        foreach (int[] array in (ReadOnlySpan<int[]>)[_runes, _starts, _ends])
            if (array.Length > 0) ArrayPool<int>.Shared.Return(array);
        (_runes, _starts, _ends, Count) = ([], [], [], 0);
    }

    static int[] Rent(int size) => ArrayPool<int>.Shared.Rent(size);
}
