// Where the anchors of patterns hold, as Oniguruma has it: lines end with U+000A only.

using Translucent.Text.Unicode;

namespace Translucent.Text.Patterns;

/// <summary>Tests of places between characters.</summary>
static class Places
{
    static readonly Lazy<RuneSet> s_word = new(() => Properties.Word | RuneSet.Of((0xB2, 0xB3), (0xB9, 0xB9), (0xBC, 0xBE)));

    /// <summary>What \w stands for outside brackets: raised digits and fractions of Latin-1 are in it too.</summary>
    public static RuneSet WordCharacters => s_word.Value;

    /// <summary>Whether a place is at a position.</summary>
    /// <param name="place">Such as the start of a line.</param>
    /// <param name="text">Code points.</param>
    /// <param name="at">The position, before this code point.</param>
    /// <param name="searchStart">Where the search for this match began.</param>
    public static bool Holds(Place place, ReadOnlySpan<int> text, int at, int searchStart) => place switch
    {
        Place.TextStart => at == 0,
        Place.TextEnd => at == text.Length,
        Place.TextEndOrLastLine => at == text.Length || (at == text.Length - 1 && text[at] == '\n'),
        Place.LineStart => at == 0 || (text[at - 1] == '\n' && at < text.Length),
        Place.LineEnd => at == text.Length ? at == 0 || text[at - 1] != '\n' : text[at] == '\n',
        Place.WordBoundary => Word(text, at - 1) != Word(text, at),
        Place.NoWordBoundary => Word(text, at - 1) == Word(text, at),
        _ => at == searchStart,
    };

    static bool Word(ReadOnlySpan<int> text, int at) => (uint)at < (uint)text.Length && WordCharacters.Contains(text[at]);
}
