// The tokens of words met lately: ordinary text says the same words again and again.

namespace Translucent.Text.Subwords;

/// <summary>A table of fixed size with two places for each hash; a new word drives out the older of the two. It is used by one thread at a time.</summary>
sealed class WordCache
{
    const int Places = 1 << 16, LongestWord = 48;

    readonly (int[]? Word, Subword[] Tokens)[] _places = new (int[]?, Subword[])[Places];

    /// <summary>The tokens of a word, placed from its beginning; null when it is not here.</summary>
    /// <param name="word">Its characters.</param>
    /// <param name="place">Where it belongs.</param>
    public Subword[]? Find(ReadOnlySpan<int> word, out int place)
    {
        place = Place(word);
        return Holds(place, word) ? _places[place].Tokens : Holds(place + 1, word) ? _places[place + 1].Tokens : null;
    }

    /// <summary>Remembers the tokens of a word that is not overlong.</summary>
    public void Keep(ReadOnlySpan<int> word, int place, Subword[] tokens)
    {
        if (word.Length > LongestWord) return;
        _places[place + 1] = _places[place];
        _places[place] = (word.ToArray(), tokens);
    }

    bool Holds(int place, ReadOnlySpan<int> word) => _places[place].Word is { } known && word.SequenceEqual(known);

    static int Place(ReadOnlySpan<int> word)
    {
        ulong hash = (ulong)word.Length;
        foreach (int rune in word[..Math.Min(word.Length, LongestWord)]) hash = (hash ^ (uint)rune) * 0x9E3779B97F4A7C15;
        return (int)(hash >> 40) & (Places - 2);
    }
}
