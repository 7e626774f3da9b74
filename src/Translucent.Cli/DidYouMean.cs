// "Did you mean": the word that was probably meant for one that is unknown: one that begins so, else the nearest by edits (NearestName).

using System.CommandLine;
using Translucent.Checkpoints;

namespace Translucent.Cli;

/// <summary>Hints for messages about unknown verbs, options, methods, models and presets.</summary>
static class DidYouMean
{
    const int ShortestBeginning = 3; // letters: fewer begin too many words

    /// <summary>A phrase to put behind an unknown word, with a space before it; empty when no known one is near.</summary>
    public static string Of(string word, IEnumerable<string> known) => Find(word, [.. known]) is { Length: > 0 } near ? $" (did you mean '{near}'?)" : "";

    /// <summary>The same among the options of a verb and the verbs beneath it.</summary>
    public static string Of(string word, Command verb) => Of(word, word.StartsWith('-') ? Options(verb) : Verbs(verb));

    /// <summary>Whether a word is an option of a verb, misspelled.</summary>
    public static bool IsMisspelled(string word, Command verb) => word.StartsWith("--", StringComparison.Ordinal) && Find(word, [.. Options(verb)]).Length > 0;

    static string Find(string word, string[] known)
    {
        word = word.ToLowerInvariant();
        string[] begun = word.Trim('-').Length < ShortestBeginning ? [] : [.. known.Where(k => k.StartsWith(word, StringComparison.Ordinal))];
        return begun.Length == 1 ? begun[0] : NearestName.Find(word, known);
    }

    static IEnumerable<string> Verbs(Command verb) => verb.Subcommands.SelectMany(c => c.Aliases.Prepend(c.Name));

    static IEnumerable<string> Options(Command verb) => verb.Options.Concat(verb.Parents.OfType<Command>().SelectMany(p => p.Options.Where(o => o.Recursive)))
        .SelectMany(o => o.Aliases.Prepend(o.Name)).Where(name => name.StartsWith("--", StringComparison.Ordinal));
}
