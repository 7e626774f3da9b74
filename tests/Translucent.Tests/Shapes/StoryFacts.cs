using Translucent.Tests.Reference;

namespace Translucent.Tests.Shapes;

/// <summary>Whether the sentences of a story are true of its scene.</summary>
static class StoryFacts
{
    public static string There(PlainScene scene, PlainObject o)
    {
        string surface = o.Surface == "plain" || scene.Objects.Any(x => x.Size < 20) ? "" : o.Surface + " ";
        string looks = $"{surface}{o.Colour} {o.Kind}";
        double x = (o.Box[0] + o.Box[2] / 2.0) / scene.Width, y = (o.Box[1] + o.Box[3] / 2.0) / scene.Height;
        string down = y * 3 < 1 ? "top" : y * 3 < 2 ? "" : "bottom", across = x * 3 < 1 ? "left" : x * 3 < 2 ? "" : "right";
        string place = (down + " " + across).Trim();
        return $"There is {(looks[0] == 'o' ? "an" : "a")} {looks} {(place.Length == 0 ? "in the middle" : "at the " + place)}.";
    }

    public static bool IsTrue(PlainScene scene, string sentence)
    {
        string[] words = sentence.ToLowerInvariant().TrimEnd('.').Split(' ');
        switch (words[..2])
        {
            case ["this", "story"] or ["there", "is"] or ["then", "the"]: return true; // held to the objects elsewhere
            case ["the", "background"]: return words[^1] == scene.Json.GetProperty("background").GetProperty("kind").GetString();
            case ["the", "picture"]:
                double noise = scene.Json.GetProperty("light").GetProperty("noise").GetDouble();
                return words[3] == "little" ? noise < 1.5 : noise > 4;
            case ["the", "light"]:
                double angle = scene.Json.GetProperty("light").GetProperty("angle").GetInt32() * Math.PI / 180;
                double along = words[^1] switch { "right" => Math.Cos(angle), "left" => -Math.Cos(angle), "below" => Math.Sin(angle), _ => -Math.Sin(angle) };
                return along > 0.9;
            default: // the red disc is left of the blue ring
                int one = Only(scene, words[1], words[2]), other = Only(scene, words[^2], words[^1]);
                return scene.Is(one, words[4], other) == true;
        }
    }

    static int Only(PlainScene scene, string colour, string kind) =>
        Assert.Single(Enumerable.Range(0, scene.Objects.Length), i => scene.Objects[i].Colour == colour && scene.Objects[i].Kind == kind);
}
