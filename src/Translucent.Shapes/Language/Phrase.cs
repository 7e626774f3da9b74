// Noun phrases such as "striped red disc left of the ring": what they mean in a scene, and their words.

namespace Translucent.Shapes.Language;

/// <summary>What an object may be asked for.</summary>
enum Attribute { Colour, Shape, Surface }

/// <summary>A description of objects; what is null is not said.</summary>
sealed record Phrase(ShapeKind? Kind, ShapeColour? Colour = null, Surface? Surface = null, Relation? Relation = null, Phrase? Anchor = null)
{
    /// <summary>The objects among some that fit, and the anchor; null when the anchor is not exactly one object, or a relation is too close to call.</summary>
    public (int Matches, int Anchor)? Resolve(Sight sight, int among)
    {
        if (Surface != null && !sight.SurfacesShow) return null;
        int matches = 0;
        for (int i = 0; i < sight.Count; i++)
            if ((among >> i & 1) == 1 && Fits(sight[i])) matches |= 1 << i;
        if (Relation is not { } relation || Anchor is null) return (matches, 0);

        if (Anchor.One(sight, among) is not { } anchor) return null;
        int related = 0;
        for (int i = 0; i < sight.Count; i++)
        {
            if (i == anchor || (matches >> i & 1) == 0) continue;
            if (sight.Is(i, relation, anchor) is not { } holds) return null;
            if (holds) related |= 1 << i;
        }
        return (related, 1 << anchor);
    }

    /// <summary>The only object that fits; null when there is none or more than one, or when it cannot be told.</summary>
    public int? One(Sight sight, int among) =>
        Resolve(sight, among) is { } found && int.PopCount(found.Matches) == 1 ? int.TrailingZeroCount(found.Matches) : null;

    bool Fits(SceneObject o) => (Kind is null || o.Kind == Kind) && (Colour is null || o.Colour == Colour) && (Surface is null || o.Surface == Surface);

    /// <summary>Whether every object that fits this phrase fits another by its attributes.</summary>
    public bool Implies(Phrase other) => (other.Kind is null || other.Kind == Kind) && (other.Colour is null || other.Colour == Colour)
        && (other.Surface is null || other.Surface == Surface);

    /// <summary>Adds the words of the phrase, each content word with what the question would be with another word in its place.</summary>
    /// <param name="words">Where to add.</param>
    /// <param name="plural">"discs" instead of "disc".</param>
    /// <param name="with">The question with another phrase in place of this one.</param>
    public void Say(Wording words, bool plural, Func<Phrase, Query> with)
    {
        if (Surface is { } surface) words.Add(surface.Name(), Attributes.Surfaces.Where(s => s != surface).Select(s => with(this with { Surface = s })));
        if (Colour is { } colour) words.Add(colour.Name(), Attributes.Colours.Where(c => c != colour).Select(c => with(this with { Colour = c })));
        words.Add(Noun(plural), Attributes.Kinds.Where(k => k != Kind).Select(k => with(this with { Kind = k })));
        if (plural && Relation != null) words.Add("are");
        SayRelation(words, with);
    }

    void SayRelation(Wording words, Func<Phrase, Query> with)
    {
        if (Relation is not { } relation || Anchor is null) return;
        words.Add(relation.Word(), Enum.GetValues<Relation>().Where(r => r != relation).Select(r => with(this with { Relation = r })));
        if (relation.IsSideways()) words.Add("of");
        words.Add("the");
        Anchor.Say(words, plural: false, anchor => with(this with { Anchor = anchor }));
    }

    string Noun(bool plural) => Kind is { } kind ? plural ? kind.Plural() : kind.Name() : plural ? "objects" : "object";
}

/// <summary>Words of a question, and for content words the questions with another word of the same class in that place.</summary>
sealed class Wording
{
    public List<string> Words { get; } = [];

    public List<(int Word, IEnumerable<Query> Others)> Slots { get; } = [];

    public void Add(string words)
    {
        foreach (string word in words.Split(' ')) Words.Add(word);
    }

    public void Add(string word, IEnumerable<Query> others)
    {
        Slots.Add((Words.Count, others));
        Words.Add(word);
    }

    /// <summary>"a" or "an", to be settled by the next word.</summary>
    public void AddArticle() => Words.Add("a");

    /// <summary>The words, with articles that suit what follows.</summary>
    public string[] Settle() => [.. Words.Select((w, i) => w == "a" ? SceneVocabulary.Article(Words[i + 1]) : w)];
}
