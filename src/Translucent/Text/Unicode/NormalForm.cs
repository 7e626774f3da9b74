// Unicode normalisation forms (Unicode Standard Annex 15), with each code point telling what happened to it,
// as the Rust crate unicode-normalization-alignments counts it.

namespace Translucent.Text.Unicode;

/// <summary>One of the forms NFC, NFD, NFKC, NFKD.</summary>
/// <param name="compatibility">K: also replace compatibility characters by what they stand for.</param>
/// <param name="compose">C: compose again.</param>
sealed class NormalForm(bool compatibility, bool compose)
{
    // Hangul, Unicode Standard 3.12
    const int S = 0xAC00, L = 0x1100, V = 0x1161, T = 0x11A7, VCount = 21, TCount = 28, LCount = 19, SCount = LCount * VCount * TCount;

    public static readonly NormalForm Nfc = new(false, true), Nfd = new(false, false), Nfkc = new(true, true), Nfkd = new(true, false);

    readonly UnicodeData _data = UnicodeData.Instance;

    /// <summary>The normalised text.</summary>
    public AlignedText Apply(AlignedText text)
    {
        if (text.Runes.IndexOfAnyExceptInRange(0, compose && !compatibility ? 0x2FF : 0x7F) < 0) return text; // quick check: nothing below is changed
        List<Change> changes = Decompose(text.Runes);
        Order(changes);
        return text.Apply(compose ? Compose(changes) : changes);
    }

    List<Change> Decompose(ReadOnlySpan<int> runes)
    {
        List<Change> changes = new(runes.Length + 16);
        foreach (int rune in runes)
        {
            if (rune - S is >= 0 and < SCount and int s)
            {
                changes.Add(new(L + s / (VCount * TCount), 0));
                changes.Add(new(V + s % (VCount * TCount) / TCount, 1));
                if (s % TCount != 0) changes.Add(new(T + s % TCount, 1));
            }
            else if (rune >= 0x80 && ((compatibility && _data.Compatibility.TryGetValue(rune, out int[]? parts))
                || _data.Canonical.TryGetValue(rune, out parts)))
            {
                for (int i = 0; i < parts.Length; i++) changes.Add(new(parts[i], i == 0 ? 0 : 1));
            }
            else changes.Add(new(rune, 0));
        }
        return changes;
    }

    /// <summary>Sorts each run of marks by combining class; equal classes keep their order.</summary>
    void Order(List<Change> changes)
    {
        for (int i = 0; i < changes.Count; i++)
        {
            int end = i;
            while (end < changes.Count && _data.Class(changes[end].Rune) != 0) end++;
            if (end - i > 1)
            {
                Change[] sorted = [.. changes.GetRange(i, end - i).OrderBy(c => _data.Class(c.Rune))];
                for (int k = 0; k < sorted.Length; k++) changes[i + k] = sorted[k];
            }
            i = end;
        }
    }

    /// <summary>Composes each starter with the marks behind it that nothing blocks.</summary>
    List<Change> Compose(List<Change> changes)
    {
        List<Change> composed = new(changes.Count);
        int starter = -1, previous = 0; // the starter's place, and the class of what was last left behind it
        foreach (Change change in changes)
        {
            int own = _data.Class(change.Rune);
            bool reachable = starter >= 0 && (composed.Count == starter + 1 || previous < own);
            if (reachable && Pair(composed[starter].Rune, change.Rune) is int rune and not 0)
            {
                composed[starter] = new(rune, composed[starter].Shift + change.Shift - 1); // one less, unless it was new
                continue;
            }
            if (own == 0) starter = composed.Count;
            previous = own;
            composed.Add(change);
        }
        return composed;
    }

    int Pair(int first, int second)
    {
        if (first - L is >= 0 and < LCount and int l && second - V is >= 0 and < VCount and int v) return S + (l * VCount + v) * TCount;
        if (first - S is >= 0 and < SCount and int s && s % TCount == 0 && second - T is > 0 and < TCount and int t) return first + t;
        return _data.Compositions.GetValueOrDefault((first, second));
    }
}
