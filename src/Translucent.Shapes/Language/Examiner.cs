// Asks about a scene: proposes questions at random and keeps those whose answer is beyond doubt.

using Translucent.Tensors;

namespace Translucent.Shapes.Language;

/// <summary>Writes the questions of one scene.</summary>
sealed class Examiner(Sight sight, ShapesOptions options, ulong seed)
{
    static readonly QuestionFamily[] s_families = Enum.GetValues<QuestionFamily>();

    const int Attempts = 6; // for a family's turn

    readonly List<SceneQuestion> _questions = [];
    readonly HashSet<string> _asked = [];
    SplitMix _random = new(seed);

    /// <summary>At most as many questions as the options say, families taking turns.</summary>
    public List<SceneQuestion> Ask()
    {
        QuestionFamily[] turns = [.. s_families];
        _random.Shuffle<QuestionFamily>(turns);
        for (int turn = 0; turn < 3 * options.Questions && _questions.Count < options.Questions; turn++)
            for (int attempt = 0; attempt < Attempts && !TryAsk(turns[turn % turns.Length]); attempt++) { }
        return _questions;
    }

    bool TryAsk(QuestionFamily family)
    {
        if (Propose(family) is not { } query || IsIdle(query) || Beyond(query) is not { } finding) return false;
        bool mayBeAbsent = family is QuestionFamily.Exists or QuestionFamily.Count or QuestionFamily.Same or QuestionFamily.Logic;
        if (mayBeAbsent && finding.Answer is ("no" or "0") && _random.Chance(0.4)) return false; // what is not there is found too easily
        Wording wording = query.Say();
        string text = SceneVocabulary.Join(wording.Settle());
        if (!_asked.Add(text)) return false;
        int[] words = [.. wording.Slots.Where(s => s.Others.Any(q => q.Answer(sight, sight.All)?.Answer != finding.Answer)).Select(s => s.Word)];
        int[] objects = [.. Enumerable.Range(0, sight.Count).Where(i => (finding.Objects >> i & 1) == 1)];
        _questions.Add(new SceneQuestion(query.Family, text, finding.Answer, Wrong(query, finding.Answer), objects, words));
        return true;
    }

    // The answer, if it is the same with and without the objects that are hardly seen.
    Finding? Beyond(Query query)
    {
        Finding? finding = query.Answer(sight, sight.All);
        return finding == query.Answer(sight, sight.Clear) ? finding : null;
    }

    // "How many red discs are left of the disc?", "Is there a disc and a red disc?": one phrase already settles the other.
    static bool IsIdle(Query query) =>
        query.First.Anchor is { } anchor ? query.First.Implies(anchor)
        : query.Family == QuestionFamily.Logic && (query.First.Implies(query.Second!) || query.Second!.Implies(query.First));

    Query? Propose(QuestionFamily family)
    {
        if (family is QuestionFamily.Exists or QuestionFamily.Count or QuestionFamily.Logic)
        {
            Phrase first = Some();
            if (family == QuestionFamily.Logic) return new Query(family, first, Some(), Turned: _random.Chance(0.5));
            return new Query(family, _random.Chance(0.35) ? Related(first) : first);
        }
        if (sight.Count == 0) return null;
        Attribute attribute = (Attribute)_random.Below(3);
        Phrase target = Of(_random.Below(sight.Count));
        switch (family)
        {
            case QuestionFamily.Attribute:
                if (_random.Chance(0.5)) target = Related(target with { Surface = null });
                return new Query(family, Without(target, attribute), Attribute: attribute);
            case QuestionFamily.Same: return new Query(family, Without(target, attribute), Attribute: attribute);
            case QuestionFamily.Place: return new Query(family, target);
            default: return new Query(family, target, Of(_random.Below(sight.Count)), Turned: _random.Chance(0.5));
        }
    }

    // A description that does not give the answer away.
    static Phrase Without(Phrase phrase, Attribute attribute) => attribute switch
    {
        Attribute.Colour => phrase with { Colour = null },
        Attribute.Shape => phrase with { Kind = null },
        _ => phrase with { Surface = null },
    };

    Phrase Related(Phrase phrase) => sight.Count == 0 ? phrase
        : phrase with { Relation = (Relation)_random.Below(4), Anchor = Of(_random.Below(sight.Count)) };

    // A description of an object by some of its attributes.
    Phrase Of(int index)
    {
        SceneObject o = sight[index];
        Phrase phrase = new(_random.Chance(0.75) ? o.Kind : null, _random.Chance(0.55) ? o.Colour : null, _random.Chance(0.2) ? o.Surface : null);
        return phrase is { Kind: null, Colour: null, Surface: null } ? phrase with { Kind = o.Kind } : phrase;
    }

    // A description of something that may or may not be there: of an object, often with one attribute changed.
    Phrase Some()
    {
        if (sight.Count == 0 || _random.Chance(0.15))
            return new Phrase(_random.Pick(options.Kinds), _random.Chance(0.5) ? _random.Pick(options.Colours) : null);
        Phrase phrase = Of(_random.Below(sight.Count));
        if (_random.Chance(0.45)) return phrase;
        if (phrase.Colour != null && _random.Chance(0.5)) return phrase with { Colour = _random.Pick(options.Colours) };
        if (phrase.Surface != null && _random.Chance(0.5)) return phrase with { Surface = _random.Pick(options.Surfaces) };
        return phrase with { Kind = _random.Pick(options.Kinds) };
    }

    // Plausible wrong answers: of attributes those of other objects first, of numbers the neighbours.
    string[] Wrong(Query query, string answer)
    {
        if (answer is "yes" or "no") return [answer == "yes" ? "no" : "yes"];
        if (query.Family is QuestionFamily.Count or QuestionFamily.Same)
        {
            int number = int.Parse(answer, System.Globalization.CultureInfo.InvariantCulture);
            return [.. ((int[])[number + 1, number - 1, number + 2, number - 2]).Where(n => n is >= 0 and <= 8).Take(3).Select(n => $"{n}")];
        }
        if (query.Family == QuestionFamily.Place) return [.. ((string[])["top left", "top right", "bottom left", "bottom right"]).Where(p => p != answer)];
        string[] all = query.Attribute switch
        {
            Attribute.Colour => [.. Attributes.Colours.Select(c => c.Name())],
            Attribute.Shape => [.. Attributes.Kinds.Select(k => k.Name())],
            _ => [.. Attributes.Surfaces.Select(s => s.Name())],
        };
        _random.Shuffle<string>(all);
        return [.. all.Where(v => v != answer).OrderByDescending(Present).Take(3)];

        bool Present(string value) => Enumerable.Range(0, sight.Count).Any(i => value == query.Attribute switch
        {
            Attribute.Colour => sight[i].Colour.Name(),
            Attribute.Shape => sight[i].Kind.Name(),
            _ => sight[i].Surface.Name(),
        });
    }
}
