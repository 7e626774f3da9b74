// Finds added tokens in a text: from left to right, the longest at each place.

using Translucent.Text.Unicode;

namespace Translucent.Text;

/// <summary>Texts of tokens, sharing their beginnings.</summary>
sealed class TokenTrie
{
    readonly Dictionary<(int Node, int Rune), int> _edges = [];
    readonly List<AddedToken?> _ends = [null]; // by node
    RuneSet _first = RuneSet.Empty; // the characters that tokens begin with

    /// <summary>Adds a token by a text, which need not be its own. One without text is never found.</summary>
    public void Add(string text, AddedToken token)
    {
        int node = 0;
        int[] runes = Runes.Of(text);
        if (runes.Length > 0) _first |= RuneSet.Of((runes[0], runes[0]));
        foreach (int rune in runes)
        {
            if (!_edges.TryGetValue((node, rune), out int next))
            {
                _edges[(node, rune)] = next = _ends.Count;
                _ends.Add(null);
            }
            node = next;
        }
        if (node != 0) _ends[node] = token;
    }

    /// <summary>All tokens in a text; they do not overlap.</summary>
    public List<(int Start, int End, AddedToken Token)> Find(ReadOnlySpan<int> text)
    {
        List<(int, int, AddedToken)> found = [];
        if (_edges.Count == 0) return found;
        for (int start = 0; start < text.Length;)
        {
            (int end, AddedToken? token) = _first.Contains(text[start]) ? Longest(text, start) : default;
            if (token is not null) found.Add((start, end, token));
            start = token is null ? start + 1 : end;
        }
        return found;
    }

    (int End, AddedToken? Token) Longest(ReadOnlySpan<int> text, int start)
    {
        (int End, AddedToken? Token) best = (start, null);
        int node = 0;
        for (int i = start; i < text.Length && _edges.TryGetValue((node, text[i]), out node); i++)
            if (_ends[node] is { } token) best = (i + 1, token);
        return best;
    }
}
