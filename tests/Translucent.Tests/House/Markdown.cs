// The parts of a Markdown page that can be checked: code blocks and links.

using System.Text.RegularExpressions;

namespace Translucent.Tests.House;

/// <summary>A page, given by its path from the root of the repository.</summary>
sealed partial class Markdown(string path)
{
    readonly string _text = Repository.Text(path);

    /// <summary>README.md, CONTRIBUTING.md and the pages under docs/.</summary>
    public static IEnumerable<string> Pages => Repository.Files("docs", "*.md").Prepend("CONTRIBUTING.md").Prepend("README.md");

    /// <summary>Code blocks in their order: the language they are marked with, and their text.</summary>
    public IEnumerable<(string Language, string Text)> Blocks =>
        from Match block in Fence().Matches(_text)
        select (block.Groups[1].Value, block.Groups[2].Value);

    /// <summary>The lines of all blocks of a language.</summary>
    public IEnumerable<string> Lines(string language) =>
        Blocks.Where(b => b.Language == language).SelectMany(b => b.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Targets of links and pictures, outside code blocks.</summary>
    public IEnumerable<string> Links => Link().Matches(Fence().Replace(_text, "")).Select(m => m.Groups[1].Value);

    /// <summary>The names by which headings can be linked to, as GitHub makes them.</summary>
    public IEnumerable<string> Anchors =>
        from Match heading in Heading().Matches(Fence().Replace(_text, ""))
        select NotInAnchor().Replace(heading.Groups[1].Value.ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"^```(\w*)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchor();
}
