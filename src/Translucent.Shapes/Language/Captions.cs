// Captions of scenes, and descriptions that refer to one object.

namespace Translucent.Shapes.Language;

/// <summary>Writes captions and references.</summary>
static class Captions
{
    /// <summary>A caption that lists what is there, and one that counts.</summary>
    public static string[] Of(IReadOnlyList<SceneObject> objects, Backdrop backdrop)
    {
        string[] behind = [.. backdrop == Backdrop.Gradient ? (string[])["on", "a", "gradient"] : ["on", backdrop.Name()]];
        if (objects.Count == 0) return [SceneVocabulary.Join(["no", "objects", .. behind, "."])];
        List<string[]> groups = [.. objects.GroupBy(o => (o.Colour, o.Kind)).Select(g => Group(g.Key.Colour, g.Key.Kind, g.Count()))];
        return
        [
            SceneVocabulary.Join([.. List(groups), .. behind, "."]),
            SceneVocabulary.Join([SceneVocabulary.Number(objects.Count), objects.Count == 1 ? "object" : "objects", .. behind, "."]),
        ];
    }

    static string[] Group(ShapeColour colour, ShapeKind kind, int count) => count == 1
        ? [SceneVocabulary.Article(colour.Name()), colour.Name(), kind.Name()]
        : [SceneVocabulary.Number(count), colour.Name(), kind.Plural()];

    /// <summary>"x", "x and y", "x, y and z".</summary>
    public static IEnumerable<string> List(IReadOnlyList<string[]> items) => items.SelectMany((item, i) =>
        i == 0 ? item : i == items.Count - 1 ? (IEnumerable<string>)["and", .. item] : [",", .. item]);

    /// <summary>For each object that is seen well the shortest description that fits it alone, if there is one.</summary>
    public static Reference[] References(Sight sight)
    {
        List<Reference> references = [];
        for (int i = 0; i < sight.Count; i++)
        {
            int target = i;
            if ((sight.Clear >> i & 1) == 0) continue;
            Phrase? phrase = Plain(sight[i]).Concat(Related(sight, i)).FirstOrDefault(p => p.One(sight, sight.All) == target);
            if (phrase is null) continue;
            Wording words = new();
            phrase.Say(words, plural: false, p => new Query(QuestionFamily.Place, p));
            references.Add(new Reference("the " + string.Join(' ', words.Words), i));
        }
        return [.. references];
    }

    static Phrase[] Plain(SceneObject o) => [new(o.Kind), new(o.Kind, o.Colour), new(o.Kind, null, o.Surface), new(o.Kind, o.Colour, o.Surface)];

    static IEnumerable<Phrase> Related(Sight sight, int index)
    {
        SceneObject o = sight[index];
        for (int anchor = 0; anchor < sight.Count; anchor++)
            foreach (Phrase by in Plain(sight[anchor])[..2])
                foreach (Relation relation in Enum.GetValues<Relation>())
                    if (anchor != index) yield return new Phrase(o.Kind, o.Colour, null, relation, by);
    }
}
