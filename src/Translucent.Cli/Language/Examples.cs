// Examples of command lines beneath the help of a verb.

using System.CommandLine;
using System.Runtime.CompilerServices;

namespace Translucent.Cli.Language;

/// <summary>What --help prints at its end.</summary>
static class Examples
{
    static readonly ConditionalWeakTable<Command, string[]> s_lines = [];

    /// <summary>Gives a verb examples, as they are typed after the name of the command.</summary>
    public static void Add(Command verb, params string[] lines) => s_lines.Add(verb, lines);

    /// <summary>Those of a verb.</summary>
    public static IReadOnlyList<string> Of(Command verb) => s_lines.TryGetValue(verb, out string[]? lines) ? lines : [];
}
