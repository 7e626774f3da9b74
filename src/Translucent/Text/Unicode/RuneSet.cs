// A set of code points as sorted ranges, with the algebra that character classes need.

namespace Translucent.Text.Unicode;

/// <summary>A set of code points. It does not change.</summary>
sealed class RuneSet
{
    public const int Last = 0x10FFFF;

    readonly int[] _bounds; // start, end, start, end, ..: end behind the last; rising
    readonly ulong[] _low = new ulong[4]; // of the first 256, one bit each

    RuneSet(int[] bounds)
    {
        _bounds = bounds;
        for (int i = 0; i < 256; i++)
            if (Search(i)) _low[i >> 6] |= 1ul << i;
    }

    public static RuneSet Empty { get; } = new([]);

    public static RuneSet All { get; } = new([0, Last + 1]);

    /// <summary>The ranges, both ends inside.</summary>
    public IEnumerable<(int First, int Last)> Ranges
    {
        get
        {
            for (int i = 0; i < _bounds.Length; i += 2) yield return (_bounds[i], _bounds[i + 1] - 1);
        }
    }

    public bool IsEmpty => _bounds.Length == 0;

    /// <summary>How many code points it holds.</summary>
    public int Count => Ranges.Sum(r => r.Last - r.First + 1);

    /// <summary>A set of ranges in any order, both ends inside.</summary>
    public static RuneSet Of(params IEnumerable<(int First, int Last)> ranges)
    {
        List<int> bounds = [];
        foreach ((int first, int last) in ranges.Order())
        {
            if (bounds.Count > 0 && first <= bounds[^1]) bounds[^1] = Math.Max(bounds[^1], last + 1);
            else bounds.AddRange([first, last + 1]);
        }
        return new RuneSet([.. bounds]);
    }

    /// <summary>The code points for which a test holds.</summary>
    public static RuneSet Where(Func<int, bool> test)
    {
        List<int> bounds = [];
        bool inside = false;
        for (int rune = 0; rune <= Last + 1; rune++)
        {
            bool now = rune <= Last && test(rune);
            if (now != inside) bounds.Add(rune);
            inside = now;
        }
        return new RuneSet([.. bounds]);
    }

    public static RuneSet operator ~(RuneSet set) => new(set._bounds is [0, ..]
        ? set._bounds[^1] == Last + 1 ? set._bounds[1..^1] : [.. set._bounds[1..], Last + 1]
        : set._bounds is [.., Last + 1] ? [0, .. set._bounds[..^1]] : [0, .. set._bounds, Last + 1]);

    public static RuneSet operator |(RuneSet a, RuneSet b) => Of(a.Ranges.Concat(b.Ranges));

    public static RuneSet operator &(RuneSet a, RuneSet b) => ~(~a | ~b);

    public bool Contains(int rune) => (uint)rune < 256 ? (_low[rune >> 6] >> rune & 1) != 0 : Search(rune);

    bool Search(int rune)
    {
        int low = 0, high = _bounds.Length; // the number of bounds at or below the code point lies in [low, high]
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_bounds[middle] <= rune) low = middle + 1;
            else high = middle;
        }
        return (low & 1) != 0;
    }
}
