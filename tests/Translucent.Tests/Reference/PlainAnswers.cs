using Translucent.Files;

namespace Translucent.Tests.Reference;

/// <summary>Answers questions from their words and a scene, and finds what the answer depends on by trying.</summary>
sealed class PlainAnswers(PlainScene scene)
{
    public static readonly string[] Kinds = ["disc", "square", "triangle", "star", "ring", "cross", "heart", "crescent"];
    public static readonly string[] Colours = ["red", "orange", "yellow", "green", "cyan", "blue", "purple", "pink"];
    public static readonly string[] Surfaces = ["plain", "striped", "dotted", "checked", "gradient"];

    static readonly string[] s_plurals = [.. Kinds.Select(k => k == "cross" ? "crosses" : k + "s")];

    /// <summary>A question has no answer that is beyond doubt.</summary>
    sealed class Doubt : Exception;

    string[] _words = [];
    int _at;
    int[] _among = [];

    /// <summary>The answer when only some objects are there; null when there is none, or it is in doubt.</summary>
    public string? Answer(string[] words, IEnumerable<int> among)
    {
        (_words, _at, _among) = (words, 0, [.. among]);
        try
        {
            return Question();
        }
        catch (Doubt)
        {
            return null;
        }
    }

    string Question()
    {
        if (Take("where", "is", "the"))
        {
            int o = One(Phrase());
            PlainObject it = scene.Objects[o];
            int across = scene.Side(it.X - scene.Width / 2.0, it.MiddleX - scene.Width / 2.0, scene.Width),
                down = scene.Side(it.Y - scene.Height / 2.0, it.MiddleY - scene.Height / 2.0, scene.Height);
            if (across == 0 || down == 0) throw new Doubt();
            return (down < 0 ? "top " : "bottom ") + (across < 0 ? "left" : "right");
        }
        if (Take("how", "many", "other", "objects", "have", "the", "same"))
        {
            string attribute = Attribute();
            Expect("as", "the");
            int o = One(Phrase());
            return $"{_among.Count(i => i != o && Value(i, attribute) == Value(o, attribute))}";
        }
        if (Take("how", "many")) return $"{Phrase().Count}";
        if (Take("what"))
        {
            string attribute = Attribute();
            Expect("is", "the");
            return Value(One(Phrase()), attribute);
        }
        if (Take("is", "there"))
        {
            _at++; // a, an
            bool first = Phrase().Count > 0;
            if (_words[_at] == "?") return YesNo(first);
            string joint = Next();
            _at++;
            bool second = Phrase().Count > 0;
            return YesNo(joint == "and" ? first && second : first || second);
        }
        Expect("is", "the");
        int one = One(Phrase());
        string comparison = Next();
        if (comparison == "in") (comparison, _) = (Next(), Next());
        else if (comparison is "larger" or "smaller") Expect("than");
        Expect("the");
        int other = One(Phrase());
        if (one == other) throw new Doubt();
        return YesNo(comparison switch
        {
            "larger" => Larger(one, other),
            "smaller" => !Larger(one, other),
            "front" => InFront(one, other),
            "behind" => !InFront(one, other),
            _ => throw new TranslucentException(comparison),
        });
    }

    List<int> Phrase()
    {
        string? surface = Surfaces.Contains(_words[_at]) ? Next() : null;
        if (surface != null && scene.Objects.Any(o => o.Size < 20)) throw new Doubt(); // patterns that cannot be told
        string? colour = Colours.Contains(_words[_at]) ? Next() : null;
        string noun = Next();
        string? kind = noun is "object" or "objects" ? null : Kinds.Contains(noun) ? noun : Kinds[Array.IndexOf(s_plurals, noun)];
        List<int> found = [.. _among.Where(i => (surface ?? scene.Objects[i].Surface) == scene.Objects[i].Surface
            && (colour ?? scene.Objects[i].Colour) == scene.Objects[i].Colour && (kind ?? scene.Objects[i].Kind) == scene.Objects[i].Kind)];
        if (Take("are", "there") || _at == _words.Length) return found;
        _ = Take("are");
        if (_words[_at] is not ("left" or "right" or "above" or "below")) return found;
        string relation = Next();
        _ = Take("of");
        Expect("the");
        int anchor = One(Phrase());
        return [.. found.Where(i => i != anchor).ToArray().Where(i => scene.Is(i, relation, anchor) ?? throw new Doubt())];
    }

    bool Larger(int one, int other)
    {
        (PlainObject a, PlainObject b) = (scene.Objects[one], scene.Objects[other]);
        if (a.Visibility < 0.7 || b.Visibility < 0.7) throw new Doubt();
        if (a.Size >= 1.2 * b.Size && a.WholeArea >= 1.3 * b.WholeArea) return true;
        return b.Size >= 1.2 * a.Size && b.WholeArea >= 1.3 * a.WholeArea ? false : throw new Doubt();
    }

    bool InFront(int one, int other)
    {
        (int front, int back) = one > other ? (one, other) : (other, one);
        int smaller = Math.Min(scene.Objects[one].WholeArea, scene.Objects[other].WholeArea);
        return scene.Covered[front, back] >= Math.Max(12, smaller / 25) ? front == one : throw new Doubt();
    }

    string Value(int i, string attribute) => attribute switch
    {
        "colour" => scene.Objects[i].Colour,
        "shape" => scene.Objects[i].Kind,
        _ => scene.Objects[i].Surface,
    };

    // Patterns of small objects cannot be told.
    string Attribute() => _words[_at] == "surface" && scene.Objects.Any(o => o.Size < 20) ? throw new Doubt() : Next();

    static int One(List<int> found) => found.Count == 1 ? found[0] : throw new Doubt();

    static string YesNo(bool yes) => yes ? "yes" : "no";

    string Next() => _words[_at++];

    bool Take(params string[] expected)
    {
        if (!_words.Skip(_at).Take(expected.Length).SequenceEqual(expected)) return false;
        _at += expected.Length;
        return true;
    }

    void Expect(params string[] expected) => Assert.True(Take(expected), $"{string.Join(' ', _words)}: expected {string.Join(' ', expected)} at {_at}");

    /// <summary>For each content word, by index, the question with every other word of its class in that place.</summary>
    public static IEnumerable<(int Word, List<string[]> Others)> Swaps(string[] words)
    {
        string[][] classes = [Kinds, s_plurals, Colours, Surfaces, ["colour", "shape", "surface"], ["larger", "smaller"], ["and", "or"]];
        for (int at = 0; at < words.Length; at++)
        {
            string word = words[at];
            string[]? same = classes.FirstOrDefault(c => c.Contains(word));
            if (word == "object") same = Kinds;
            if (word == "objects" && words[at - 1] != "other") same = s_plurals;
            if (same != null) yield return (at, [.. same.Where(w => w != word).Select(w => Put(words, at, 1, w))]);
            int length = word is "left" or "right" ? 2 : 1;
            if (word is "left" or "right" or "above" or "below")
                yield return (at, [.. ((string[][])[["left", "of"], ["right", "of"], ["above"], ["below"]]).Where(r => r[0] != word)
                    .Select(r => Put(words, at, length, r))]);
            if (word == "front") yield return (at, [Put(words, at - 1, 3, "behind")]);
            if (word == "behind") yield return (at, [Put(words, at, 1, "in", "front", "of")]);
        }
    }

    static string[] Put(string[] words, int at, int length, params string[] instead) => [.. words[..at], .. instead, .. words[(at + length)..]];
}
