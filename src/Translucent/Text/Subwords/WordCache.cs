// The tokens of words met lately: ordinary text says the same words again and again.

namespace Translucent.Text.Subwords;

/// <summary>A table of fixed size in which a new word takes the place of an old one. It is used by one thread at a time.</summary>
sealed class WordCache
{
    const int Slots = 1 << 15, LongestWord = 48;

    readonly (int[]? Word, Subword[] Tokens)[] _slots = new (int[]?, Subword[])[Slots];

    /// <summary>The tokens of a word, placed from its beginning; null when it is not here.</summary>
    public Subword[]? Find(ReadOnlySpan<int> word, out int slot)
    {
        slot = Slot(word);
        (int[]? known, Subword[] tokens) = _slots[slot];
        return known is not null && word.SequenceEqual(known) ? tokens : null;
    }

    /// <summary>Remembers the tokens of a word that is not overlong.</summary>
    public void Keep(ReadOnlySpan<int> word, int slot, Subword[] tokens)
    {
        if (word.Length <= LongestWord) _slots[slot] = (word.ToArray(), tokens);
    }

    static int Slot(ReadOnlySpan<int> word)
    {
        ulong hash = (ulong)word.Length;
        foreach (int rune in word[..Math.Min(word.Length, LongestWord)]) hash = (hash ^ (uint)rune) * 0x9E3779B97F4A7C15;
        return (int)(hash >> 40) & (Slots - 1);
    }
}
