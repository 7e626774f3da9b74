// What becomes of the matches of a pattern when a text is split by it (Hugging Face tokenizers, SplitDelimiterBehavior).

namespace Translucent.Text;

/// <summary>Splitting <c>the-final--countdown</c> at hyphens.</summary>
enum SplitBehaviour
{
    /// <summary><c>the</c> <c>final</c> <c>countdown</c></summary>
    Removed,

    /// <summary><c>the</c> <c>-</c> <c>final</c> <c>-</c> <c>-</c> <c>countdown</c></summary>
    Isolated,

    /// <summary><c>the-</c> <c>final-</c> <c>-</c> <c>countdown</c></summary>
    MergedWithPrevious,

    /// <summary><c>the</c> <c>-final</c> <c>-</c> <c>-countdown</c></summary>
    MergedWithNext,

    /// <summary><c>the</c> <c>-</c> <c>final</c> <c>--</c> <c>countdown</c></summary>
    Contiguous,
}

/// <summary>Parts of a text, cut by matches.</summary>
static class Splitting
{
    /// <summary>The matches with what lies between them: the whole text in order.</summary>
    /// <param name="matches">In order, without overlap.</param>
    /// <param name="length">Of the text.</param>
    /// <param name="invert">What lies between counts as matches, and the other way round.</param>
    public static List<(int Start, int End, bool Match)> Cover(List<(int Start, int End)> matches, int length, bool invert = false)
    {
        List<(int, int, bool)> parts = new(matches.Count * 2 + 1);
        int at = 0;
        foreach ((int start, int end) in matches)
        {
            if (at != start) parts.Add((at, start, invert));
            parts.Add((start, end, !invert));
            at = end;
        }
        if (at != length) parts.Add((at, length, invert));
        return parts;
    }

    /// <summary>The parts that a behaviour leaves when a text is cut by matches.</summary>
    public static IEnumerable<(int Start, int End)> Cut(SplitBehaviour behaviour, List<(int Start, int End)> matches, int length, bool invert)
    {
        if (behaviour == SplitBehaviour.Removed && invert) return matches;
        if (behaviour == SplitBehaviour.Isolated && matches.Count > 0 && Covers(matches, length)) return matches;
        return Apply(behaviour, Cover(matches, length, invert));
    }

    /// <summary>Whether nothing lies between the matches, as with most patterns that are written to split texts.</summary>
    static bool Covers(List<(int Start, int End)> matches, int length)
    {
        int at = 0;
        foreach ((int start, int end) in matches)
        {
            if (start != at) return false;
            at = end;
        }
        return at == length;
    }

    /// <summary>The single characters for which a test holds, with what lies between them.</summary>
    public static List<(int Start, int End, bool Match)> Cover(ReadOnlySpan<int> text, Func<int, bool> test)
    {
        List<(int Start, int End)> matches = [];
        for (int i = 0; i < text.Length; i++)
            if (test(text[i])) matches.Add((i, i + 1));
        return Cover(matches, text.Length);
    }

    /// <summary>The parts that a behaviour leaves.</summary>
    public static IEnumerable<(int Start, int End)> Apply(SplitBehaviour behaviour, List<(int Start, int End, bool Match)> parts) => behaviour switch
    {
        SplitBehaviour.Removed => parts.Where(p => !p.Match).Select(p => (p.Start, p.End)),
        SplitBehaviour.Isolated => parts.Select(p => (p.Start, p.End)),
        SplitBehaviour.Contiguous => Join(parts, (part, before) => part.Match == before),
        SplitBehaviour.MergedWithPrevious => Join(parts, (part, before) => part.Match && !before),
        _ => JoinBackwards(parts),
    };

    static List<(int Start, int End)> Join(List<(int Start, int End, bool Match)> parts, Func<(int, int, bool Match), bool, bool> joins)
    {
        List<(int Start, int End)> result = [];
        bool before = false;
        foreach ((int Start, int End, bool Match) part in parts)
        {
            if (joins(part, before) && result.Count > 0) result[^1] = (result[^1].Start, part.End);
            else result.Add((part.Start, part.End));
            before = part.Match;
        }
        return result;
    }

    static List<(int Start, int End)> JoinBackwards(List<(int Start, int End, bool Match)> parts)
    {
        List<(int Start, int End)> result = [];
        bool behind = false;
        for (int i = parts.Count - 1; i >= 0; i--)
        {
            if (parts[i].Match && !behind && result.Count > 0) result[^1] = (parts[i].Start, result[^1].End);
            else result.Add((parts[i].Start, parts[i].End));
            behind = parts[i].Match;
        }
        result.Reverse();
        return result;
    }
}
