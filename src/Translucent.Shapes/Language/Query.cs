// Questions as small programs: they answer themselves from a scene, say which objects they selected on the way, and know their words.

namespace Translucent.Shapes.Language;

/// <summary>An answer and the set of objects that the program selected to find it.</summary>
readonly record struct Finding(string Answer, int Objects);

/// <summary>A question as a program.</summary>
/// <param name="Family">What is asked.</param>
/// <param name="First">The phrase asked about.</param>
/// <param name="Second">The other phrase, for families that have two.</param>
/// <param name="Attribute">What is asked for, or shared.</param>
/// <param name="Turned">"smaller" for larger, "behind" for in front of, "or" for and.</param>
sealed record Query(QuestionFamily Family, Phrase First, Phrase? Second = null, Attribute Attribute = Attribute.Colour, bool Turned = false)
{
    /// <summary>The answer for a scene of which only some objects are there; null when the question has none or it is too close to call.</summary>
    public Finding? Answer(Sight sight, int among)
    {
        if (Attribute == Attribute.Surface && !sight.SurfacesShow) return null;
        switch (Family)
        {
            case QuestionFamily.Exists:
                return First.Resolve(sight, among) is { } found ? new Finding(found.Matches != 0 ? "yes" : "no", found.Matches | found.Anchor) : null;
            case QuestionFamily.Count:
                return First.Resolve(sight, among) is { } counted ? new Finding($"{int.PopCount(counted.Matches)}", counted.Matches | counted.Anchor) : null;
            case QuestionFamily.Logic:
                if (First.Resolve(sight, among) is not { } one || Second!.Resolve(sight, among) is not { } other) return null;
                bool yes = Turned ? (one.Matches | other.Matches) != 0 : one.Matches != 0 && other.Matches != 0;
                return yes ? new Finding("yes", one.Matches | other.Matches) : new Finding("no", 0); // what is not there cannot be pointed at
        }

        if (First.One(sight, among) is not { } first) return null;
        int selected = 1 << first | First.Resolve(sight, among)!.Value.Anchor;
        switch (Family)
        {
            case QuestionFamily.Attribute: return new Finding(Value(sight[first]), selected);
            case QuestionFamily.Place: return sight.Quarter(first) is { } quarter ? new Finding(quarter, selected) : null;
            case QuestionFamily.Same:
                int same = 0;
                for (int i = 0; i < sight.Count; i++)
                    if (i != first && (among >> i & 1) == 1 && Value(sight[i]) == Value(sight[first])) same |= 1 << i;
                return new Finding($"{int.PopCount(same)}", same | selected);
        }

        if (Second!.One(sight, among) is not { } second || second == first) return null;
        bool? holds = Family == QuestionFamily.Size ? sight.Larger(first, second) : sight.InFront(first, second);
        return holds is { } truth ? new Finding(truth != Turned ? "yes" : "no", selected | 1 << second) : null;
    }

    string Value(SceneObject o) => Attribute switch
    {
        Attribute.Colour => o.Colour.Name(),
        Attribute.Shape => o.Kind.Name(),
        _ => o.Surface.Name(),
    };

    /// <summary>The words of the question.</summary>
    public Wording Say()
    {
        Wording words = new();
        switch (Family)
        {
            case QuestionFamily.Exists:
                words.Add("is there");
                SayA(words);
                break;
            case QuestionFamily.Count:
                words.Add("how many");
                First.Say(words, plural: true, p => this with { First = p });
                if (First.Relation is null) words.Add("are there");
                break;
            case QuestionFamily.Logic:
                words.Add("is there");
                SayA(words);
                words.Add(Turned ? "or" : "and", [this with { Turned = !Turned }]);
                words.AddArticle();
                Second!.Say(words, plural: false, p => this with { Second = p });
                break;
            case QuestionFamily.Attribute:
                words.Add("what");
                SayAttribute(words);
                words.Add("is");
                SayThe(words);
                break;
            case QuestionFamily.Same:
                words.Add("how many other objects have the same");
                SayAttribute(words);
                words.Add("as");
                SayThe(words);
                break;
            case QuestionFamily.Place:
                words.Add("where is");
                SayThe(words);
                break;
            default:
                words.Add("is");
                SayThe(words);
                SayComparison(words);
                words.Add("the");
                Second!.Say(words, plural: false, p => this with { Second = p });
                break;
        }
        words.Add("?");
        return words;
    }

    void SayA(Wording words)
    {
        words.AddArticle();
        First.Say(words, plural: false, p => this with { First = p });
    }

    void SayThe(Wording words)
    {
        words.Add("the");
        First.Say(words, plural: false, p => this with { First = p });
    }

    void SayAttribute(Wording words) => words.Add(Attribute.ToString().ToLowerInvariant(),
        Enum.GetValues<Attribute>().Where(a => a != Attribute).Select(a => this with { Attribute = a }));

    void SayComparison(Wording words)
    {
        Query[] turned = [this with { Turned = !Turned }];
        if (Family == QuestionFamily.Size)
        {
            words.Add(Turned ? "smaller" : "larger", turned);
            words.Add("than");
        }
        else if (Turned) words.Add("behind", turned);
        else
        {
            words.Add("in");
            words.Add("front", turned);
            words.Add("of");
        }
    }
}
