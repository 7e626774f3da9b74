// Character classes of patterns, as Oniguruma reads them: escapes, [sets], [[:posix:]] names, nesting and intersection.

using Translucent.Text.Unicode;

namespace Translucent.Text.Patterns;

/// <summary>The part of the parser that reads sets of characters.</summary>
sealed class ClassParser(PatternParser parser)
{
    /// <summary>[:punct:] holds symbols, unlike \p{Punct}.</summary>
    static readonly Lazy<RuneSet> s_punct = new(() => Properties.Named("P")! | Properties.Named("S")!);

    /// <summary>Behind an opening square bracket, up to and with its end.</summary>
    public RuneSet Class()
    {
        parser.Deeper();
        bool negative = parser.Take("^");
        RuneSet? left = null; // of &&
        List<(int, int)> ranges = [];
        bool first = true;
        while (first || parser.Peek != ']')
        {
            if (parser.Peek < 0) throw parser.Wrong("no ']'", "one for every '['");
            first = false;
            if (parser.Take("&&"))
            {
                left = Both(left, ranges);
                ranges = [];
            }
            else Item(ranges);
        }
        parser.Next();
        RuneSet set = Both(left, ranges);
        if (parser.IgnoreCase) set = CaseFolding.Close(set);
        parser.Higher();
        return negative ? ~set : set;
    }

    static RuneSet Both(RuneSet? left, List<(int, int)> ranges) => left is null ? RuneSet.Of(ranges) : left & RuneSet.Of(ranges);

    void Item(List<(int, int)> ranges)
    {
        if (Member(out int first) is { } set)
        {
            ranges.AddRange(set.Ranges);
            return;
        }
        int last = first;
        if (parser.Peek == '-' && parser.Take("-"))
        {
            if (parser.Peek == ']') ranges.Add(('-', '-')); // a hyphen at the end stands for itself
            else if (Member(out int end) is { } behind) ranges.AddRange([('-', '-'), .. behind.Ranges]);
            else last = end;
        }
        ranges.Add(first <= last ? (first, last)
            : throw parser.Wrong($"a range from {PatternParser.Character(first)} back to {PatternParser.Character(last)}"));
    }

    /// <summary>One member: a set, or, when null comes back, one character.</summary>
    RuneSet? Member(out int rune)
    {
        rune = 0;
        if (parser.Take("[:")) return Posix();
        if (parser.Take("[")) return Class();
        if (!parser.Take("\\"))
        {
            rune = parser.Next();
            return null;
        }
        if (!parser.Take("b")) return Escape(out rune);
        rune = '\b';
        return null;
    }

    RuneSet Posix()
    {
        bool negative = parser.Take("^");
        string name = Until(':');
        if (!parser.Take("]")) throw parser.Wrong($"[:{name}:", "':]' behind the name");
        if (name == "punct") return negative ? ~s_punct.Value : s_punct.Value;
        return Named(name, negative);
    }

    /// <summary>Behind a backslash: a set, or, when null comes back, one character.</summary>
    public RuneSet? Escape(out int rune)
    {
        rune = parser.Next();
        switch (rune)
        {
            case 's': return Properties.Space;
            case 'S': return ~Properties.Space;
            case 'd': return Properties.Digit;
            case 'D': return ~Properties.Digit;
            case 'w': return Properties.Word;
            case 'W': return ~Properties.Word;
            case 'h': return Properties.Named("xdigit")!;
            case 'H': return ~Properties.Named("xdigit")!;
            case 'p' or 'P' when parser.Take("{"):
                bool negative = parser.Take("^") ^ rune == 'P';
                return Named(Until('}'), negative);
            case 't': rune = '\t'; break;
            case 'n': rune = '\n'; break;
            case 'r': rune = '\r'; break;
            case 'f': rune = '\f'; break;
            case 'v': rune = '\v'; break;
            case 'a': rune = '\a'; break;
            case 'e': rune = 0x1B; break;
            case 'u': rune = Hex(4, 4); break;
            case 'x': rune = parser.Take("{") ? Braced() : Hex(0, 2); break;
            case '0':
                rune = 0;
                for (int i = 0; i < 2 && parser.Peek is >= '0' and <= '7'; i++) rune = rune * 8 + parser.Next() - '0';
                break;
            case (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '1' and <= '9'): throw parser.Wrong($"\\{(char)rune}");
        }
        return null;
    }

    int Braced()
    {
        int rune = Hex(1, 8);
        return parser.Take("}") ? rune : throw parser.Wrong("no '}' behind \\x{", "one");
    }

    int Hex(int least, int most)
    {
        (int value, int digits) = (0, 0);
        for (; digits < most && parser.Peek is >= 0 and < 128 && char.IsAsciiHexDigit((char)parser.Peek); digits++)
            value = value * 16 + Convert.ToInt32(((char)parser.Next()).ToString(), 16);
        return digits >= least && value is >= 0 and <= RuneSet.Last ? value : throw parser.Wrong("no character number", "hexadecimal digits up to 10FFFF");
    }

    string Until(int end)
    {
        List<int> name = [];
        while (parser.Peek != end) name.Add(parser.Next());
        parser.Next();
        return Runes.Text([.. name]);
    }

    RuneSet Named(string name, bool negative)
    {
        RuneSet set = Properties.Named(name) ?? throw parser.Wrong($"the property '{name}'", "a general category, a POSIX class or a script");
        return negative ? ~set : set;
    }
}
