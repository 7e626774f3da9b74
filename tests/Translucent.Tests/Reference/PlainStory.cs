namespace Translucent.Tests.Reference;

/// <summary>Summarises a story from its words alone.</summary>
static class PlainStory
{
    static readonly string[] s_numbers = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight"];

    /// <summary>What is left of the topic at the end of the story, as the summary says it; nothing without a topic.</summary>
    public static string? Summary(IEnumerable<string> sentences)
    {
        string[]? topic = null;
        List<(string Colour, string Kind)> there = [];
        foreach (string[] words in sentences.Select(s => s.ToLowerInvariant().TrimEnd('.').Split(' ')))
        {
            string line = string.Join(' ', words);
            if (line.StartsWith("this story is about the ", StringComparison.Ordinal)) topic = words[5..];
            else if (line.StartsWith("there is ", StringComparison.Ordinal))
                there.Add((words.First(PlainAnswers.Colours.Contains), words.First(PlainAnswers.Kinds.Contains)));
            else if (line.EndsWith(" is taken away", StringComparison.Ordinal)) there.RemoveAll(o => o.Colour == words[2] && o.Kind == words[3]);
        }
        if (topic is null) return null;

        bool byColour = topic.Length == 2;
        List<(string Colour, string Kind)> left = [.. there.Where(o => byColour ? o.Colour == topic[0] : Plural(o.Kind) == topic[0])];
        if (left.Count == 0) return $"There are no {string.Join(' ', topic)}.";
        string name = left.Count > 1 ? string.Join(' ', topic) : byColour ? topic[0] + " object" : left[0].Kind;
        string[] items = [.. left.Select(o => byColour ? "a " + o.Kind : $"{(o.Colour == "orange" ? "an" : "a")} {o.Colour} one")];
        string list = items.Length == 1 ? items[0] : string.Join(", ", items[..^1]) + " and " + items[^1];
        return $"There {(left.Count == 1 ? "is" : "are")} {s_numbers[left.Count]} {name}: {list}.";
    }

    public static string Plural(string kind) => kind == "cross" ? "crosses" : kind + "s";
}
