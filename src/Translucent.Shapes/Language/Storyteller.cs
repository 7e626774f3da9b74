// Tells short stories of facts about a scene, and knows which sentences decide their summary.

using Translucent.Tensors;

namespace Translucent.Shapes.Language;

/// <summary>Tells stories.</summary>
/// <remarks>
/// A story names its topic, then tells in random order what there is ("There is a ..."), relations between objects outside the topic, and the surroundings;
/// sometimes an object is taken away. The summary lists what remains of the topic.
/// </remarks>
sealed class Storyteller(Sight sight, Background background, Light light, int width, int height, ulong seed)
{
    SplitMix _random = new(seed);

    // A sentence, and the object that it tells to be there or taken away; -1 for other facts.
    sealed record Line(string[] Words, int Object = -1, bool TakenAway = false);

    /// <summary>A story about a kind and one about a colour; none without objects.</summary>
    public List<Story> Tell()
    {
        List<Story> stories = [];
        if (sight.Count == 0) return stories;
        SceneObject chosen = sight[_random.Below(sight.Count)];
        stories.Add(Tell(new Phrase(chosen.Kind)));
        chosen = sight[_random.Below(sight.Count)];
        stories.Add(Tell(new Phrase(null, chosen.Colour)));
        return stories;
    }

    Story Tell(Phrase topic)
    {
        int about = topic.Resolve(sight, sight.All)!.Value.Matches;
        List<Line> lines = [.. Enumerable.Range(0, sight.Count).Select(i => new Line(There(i), i))];
        lines.AddRange(Distractors(about).Select(words => new Line(words)));
        Line[] order = [.. lines];
        _random.Shuffle<Line>(order);
        lines = [.. order];
        if (_random.Chance(0.6)) TakeAway(lines);
        lines.Insert(0, new Line(["this", "story", "is", "about", "the", .. Topic(topic, plural: true), "."]));

        int gone = lines.FirstOrDefault(l => l.TakenAway)?.Object ?? -1;
        List<int> left = [.. lines.Where(l => l.Object >= 0 && !l.TakenAway && l.Object != gone && (about >> l.Object & 1) == 1).Select(l => l.Object)];
        int[] sources = [.. Enumerable.Range(0, lines.Count).Where(i => i == 0
            || (lines[i].Object >= 0 && (about >> lines[i].Object & 1) == 1 && (lines[i].TakenAway || lines[i].Object != gone)))];
        return new Story([.. lines.Select(l => SceneVocabulary.Join(l.Words))], SceneVocabulary.Join(Summary(topic, left)), sources);
    }

    string[] Summary(Phrase topic, List<int> left)
    {
        if (left.Count == 0) return ["there", "are", "no", .. Topic(topic, plural: true), "."];
        List<string[]> items = [.. left.Select(i => topic.Kind is null
            ? (string[])["a", sight[i].Kind.Name()]
            : [SceneVocabulary.Article(sight[i].Colour.Name()), sight[i].Colour.Name(), "one"])];
        return ["there", left.Count == 1 ? "is" : "are", SceneVocabulary.Number(left.Count), .. Topic(topic, left.Count > 1), ":",
            .. Captions.List(items), "."];
    }

    static string[] Topic(Phrase topic, bool plural) => topic.Kind is { } kind
        ? [plural ? kind.Plural() : kind.Name()]
        : [topic.Colour!.Value.Name(), plural ? "objects" : "object"];

    // Only an object that colour and kind tell from all others can be named again.
    void TakeAway(List<Line> lines)
    {
        int[] named = [.. Enumerable.Range(0, sight.Count).Where(Named)];
        if (named.Length == 0) return;
        int gone = _random.Pick(named);
        int after = lines.FindIndex(l => l.Object == gone) + 1;
        lines.Insert(after + _random.Below(lines.Count - after + 1), new Line(["then", .. The(gone), "is", "taken", "away", "."], gone, TakenAway: true));
    }

    bool Named(int index) => new Phrase(sight[index].Kind, sight[index].Colour).One(sight, sight.All) == index;

    string[] The(int index) => ["the", sight[index].Colour.Name(), sight[index].Kind.Name()];

    string[] There(int index)
    {
        SceneObject o = sight[index];
        string[] looks = o.Surface == Surface.Plain || !sight.SurfacesShow ? [] : [o.Surface.Name()];
        string[] words = [.. looks, o.Colour.Name(), o.Kind.Name(), .. Place(o)];
        return ["there", "is", SceneVocabulary.Article(words[0]), .. words, "."];
    }

    // By thirds of the image, for the middle of the visible box.
    string[] Place(SceneObject o)
    {
        int column = Math.Min(2, 3 * (2 * o.Box.X + o.Box.Width) / (2 * width)), row = Math.Min(2, 3 * (2 * o.Box.Y + o.Box.Height) / (2 * height));
        string[] down = row == 0 ? ["top"] : row == 1 ? [] : ["bottom"], across = column == 0 ? ["left"] : column == 1 ? [] : ["right"];
        return down.Length + across.Length == 0 ? ["in", "the", "middle"] : ["at", "the", .. down, .. across];
    }

    List<string[]> Distractors(int about)
    {
        List<string[]> told = [["the", "background", "shows", .. background.Kind == Backdrop.Gradient ? (string[])["a", "gradient"]
            : [background.Kind.Name()], "."]];
        if (_random.Chance(0.5) && Direction() is { } from) told.Add(["the", "light", "comes", "from", .. from, "."]);
        if (_random.Chance(0.4) && light.Noise is < 1.5 or > 4) told.Add(["the", "picture", "has", light.Noise < 1.5 ? "little" : "much", "noise", "."]);
        for (int attempt = 0; attempt < 4 && sight.Count > 1; attempt++)
        {
            int one = _random.Below(sight.Count), other = _random.Below(sight.Count);
            Relation relation = (Relation)_random.Below(4);
            if (one == other || (about >> one & 1) == 1 || (about >> other & 1) == 1 || sight.Is(one, relation, other) != true) continue;
            if (!Named(one) || !Named(other) || told.Count > 4) continue;
            string[] line = [.. The(one), "is", relation.Word(), .. relation.IsSideways() ? (string[])["of"] : [], .. The(other), "."];
            if (!told.Any(t => t.SequenceEqual(line))) told.Add(line);
        }
        return told;
    }

    // One of four sides, when the light comes clearly from there.
    string[]? Direction() => ((light.Angle + 25) % 360) switch
    {
        <= 50 => ["the", "right"],
        >= 90 and <= 140 => ["below"],
        >= 180 and <= 230 => ["the", "left"],
        >= 270 and <= 320 => ["above"],
        _ => null,
    };
}
