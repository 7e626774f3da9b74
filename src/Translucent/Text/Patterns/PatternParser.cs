// Reads patterns as Oniguruma does in its own syntax (github.com/kkos/oniguruma, doc/RE), which Hugging Face tokenizers writes them in.

using System.Globalization;
using Translucent.Files;
using Translucent.Text.Unicode;

namespace Translucent.Text.Patterns;

/// <summary>A recursive-descent parser over the code points of a pattern.</summary>
sealed class PatternParser(string pattern)
{
    const int Deepest = 100, MostRepeats = 1000;

    readonly int[] _text = Runes.Of(pattern);
    int _at, _depth;
    bool _ignoreCase, _dotAll, _extended;

    /// <summary>Parses the whole pattern.</summary>
    /// <exception cref="TranslucentException">What stands in it is wrong or not supported.</exception>
    public static Node Parse(string pattern)
    {
        PatternParser parser = new(pattern);
        Node node = parser.Choice();
        return parser._at == parser._text.Length ? node : throw parser.Wrong("')' that closes nothing");
    }

    internal int Peek => _at < _text.Length ? _text[_at] : -1;

    internal int Next() => _at < _text.Length ? _text[_at++] : throw Wrong("the end", "more");

    internal bool Take(string text)
    {
        for (int i = 0; i < text.Length; i++)
            if (_at + i >= _text.Length || _text[_at + i] != text[i]) return false;
        _at += text.Length;
        return true;
    }

    internal bool IgnoreCase => _ignoreCase;

    internal TranslucentException Wrong(string found, string expected = "a construct that this reader knows") =>
        new($"has {found} at character {_at + 1}, expected {expected}");

    internal void Deeper()
    {
        if (++_depth > Deepest) throw Wrong("brackets nested very deeply", $"at most {Deepest} levels");
    }

    internal void Higher() => _depth--;

    Node Choice()
    {
        Deeper();
        (bool, bool, bool) flags = (_ignoreCase, _dotAll, _extended);
        List<Node> alternatives = [Sequence()];
        while (Take("|")) alternatives.Add(Sequence());
        (_ignoreCase, _dotAll, _extended) = flags;
        Higher();
        return alternatives is [Node only] ? only : new ChoiceNode(alternatives);
    }

    Node Sequence()
    {
        List<Node> parts = [];
        while (Peek is not (-1 or '|' or ')'))
        {
            if (_extended && Skipped()) continue;
            Node? part = Take("(") ? Group() : Atom();
            if (part is not null) parts.Add(Repeats(part));
        }
        return parts is [Node only] ? only : new SequenceNode(parts);
    }

    bool Skipped()
    {
        if (Peek is ' ' or '\t' or '\r' or '\n' or '\f' or '\v')
        {
            _at++;
            return true;
        }
        if (Peek != '#') return false;
        while (Peek is not (-1 or '\n')) _at++;
        return true;
    }

    /// <summary>Behind an opening bracket; null for a group that only sets options or comments.</summary>
    Node? Group()
    {
        if (!Take("?")) return Closed(Choice());
        if (Take(":")) return Closed(Choice());
        if (Take("=")) return new LookNode(Closed(Choice()), Behind: false, Negative: false);
        if (Take("!")) return new LookNode(Closed(Choice()), Behind: false, Negative: true);
        if (Take(">")) return new AtomicNode(Closed(Choice()));
        if (Take("<=")) return Behind(negative: false);
        if (Take("<!")) return Behind(negative: true);
        if (Peek == '<' || Take("P<"))
        {
            while (Next() != '>') { } // the name of a group: nothing refers to it
            return Closed(Choice());
        }
        if (Take("#"))
        {
            while (Next() != ')') { }
            return null;
        }
        return Options();
    }

    Node Behind(bool negative)
    {
        Node body = Closed(Choice());
        return body.Most <= 255 ? new LookNode(body, Behind: true, negative) : throw Wrong("a look-behind without bounds", "one of at most 255 characters");
    }

    /// <summary>Options for the rest of the group around, or for a group of their own.</summary>
    Node? Options()
    {
        (bool, bool, bool) outer = (_ignoreCase, _dotAll, _extended);
        bool on = true;
        while (true)
        {
            switch (Next())
            {
                case '-': on = false; break;
                case 'i': _ignoreCase = on; break;
                case 'm': _dotAll = on; break;
                case 'x': _extended = on; break;
                case ':':
                    Node body = Closed(Choice());
                    (_ignoreCase, _dotAll, _extended) = outer;
                    return body;
                case ')': return Rest();
                default:
                    _at--;
                    throw Wrong($"(?{Character(Next())}");
            }
        }
    }

    /// <summary>What follows options in a group, alternatives included: they apply to all of it.</summary>
    Node Rest()
    {
        List<Node> alternatives = [Sequence()];
        while (Take("|")) alternatives.Add(Sequence());
        return alternatives is [Node only] ? only : new ChoiceNode(alternatives);
    }

    Node Closed(Node body) => Take(")") ? body : throw Wrong("no ')'", "one for every '('");

    Node Repeats(Node part)
    {
        while (true)
        {
            if (_extended && Skipped()) continue;
            int start = _at;
            (int from, int to, bool interval) = (0, Node.Unbounded, false);
            if (Take("*")) { }
            else if (Take("+")) from = 1;
            else if (Take("?")) to = 1;
            else if (Take("{") && Interval(out from, out to)) interval = true;
            else
            {
                _at = start;
                return part;
            }
            Greed greed = Take("?") ? Greed.Lazy : !interval && Take("+") ? Greed.Possessive : Greed.Greedy;
            // a{2}? is (?:a{2})?
            if (interval && greed == Greed.Lazy && from == to) (part, greed, from, to) = (new RepeatNode(part, from, to, Greed.Greedy), Greed.Greedy, 0, 1);
            part = new RepeatNode(part, from, to, greed);
        }
    }

    /// <summary>The inside of braces; what is no interval stands for itself.</summary>
    bool Interval(out int from, out int to)
    {
        int? low = Number(), high = low;
        if (Take(",")) high = Number() ?? (low is null ? null : Node.Unbounded);
        (from, to) = (low ?? 0, high ?? 0);
        if (!Take("}") || (low is null && high is null)) return false;
        return from <= to ? true : throw Wrong("an interval that runs backwards");
    }

    int? Number()
    {
        int start = _at, number = 0;
        while (Peek is >= '0' and <= '9')
        {
            number = number * 10 + Next() - '0';
            if (number > MostRepeats) throw Wrong("a large count", $"at most {MostRepeats}");
        }
        return _at == start ? null : number;
    }

    Node Atom()
    {
        int rune = Next();
        return rune switch
        {
            '.' => new OneNode(_dotAll ? RuneSet.All : ~RuneSet.Of(('\n', '\n'))),
            '^' => new PlaceNode(Place.LineStart),
            '$' => new PlaceNode(Place.LineEnd),
            '[' => new OneNode(new ClassParser(this).Class()),
            '\\' => Escape(),
            '*' or '+' or '?' => throw Wrong($"'{(char)rune}' behind nothing", "something to repeat"),
            _ => Literal(rune),
        };
    }

    Node Escape()
    {
        switch (Peek)
        {
            case 'b': return At(Place.WordBoundary);
            case 'B': return At(Place.NoWordBoundary);
            case 'A': return At(Place.TextStart);
            case 'Z': return At(Place.TextEndOrLastLine);
            case 'z': return At(Place.TextEnd);
            case 'G': return At(Place.SearchStart);
            case 'R':
                _at++;
                RuneSet ends = RuneSet.Of((10, 13), (0x85, 0x85), (0x2028, 0x2029));
                return new AtomicNode(new ChoiceNode([new SequenceNode([Literal('\r'), Literal('\n')]), new OneNode(ends)]));
            case 'N':
                _at++;
                return new OneNode(~RuneSet.Of(('\n', '\n')));
            case 'O':
                _at++;
                return new OneNode(RuneSet.All);
            case (>= '1' and <= '9') or 'k' or 'g' or 'K' or 'X' or 'y' or 'Y': throw Wrong($"\\{(char)Peek}");
            case 'w' or 'W':
                return new OneNode(Next() == 'w' ? Places.WordCharacters : ~Places.WordCharacters);
            default:
                ClassParser parser = new(this);
                return parser.Escape(out int rune) is { } set ? new OneNode(set) : Literal(rune);
        }
    }

    PlaceNode At(Place place)
    {
        _at++;
        return new PlaceNode(place);
    }

    OneNode Literal(int rune)
    {
        RuneSet one = RuneSet.Of((rune, rune));
        return new OneNode(_ignoreCase ? CaseFolding.Close(one) : one);
    }

    internal static string Character(int rune) => rune is > 0x20 and < 0x7F ? ((char)rune).ToString()
        : string.Create(CultureInfo.InvariantCulture, $"U+{rune:X4}");
}
