// What a shell offers for a word that is being typed: translucent "[suggest:POSITION]" "the command line", the protocol of dotnet-suggest.

using System.CommandLine;
using System.CommandLine.Completions;
using System.Globalization;
using Translucent.Cli.Options;
using Translucent.Evaluate.Jobs;
using Translucent.Explain;

namespace Translucent.Cli;

/// <summary>Answers shells.</summary>
static class Suggestions
{
    const string Directive = "[suggest";

    /// <summary>Whether a shell asks.</summary>
    public static bool Asked(string[] args) => args.Length > 0 && args[0].StartsWith(Directive, StringComparison.Ordinal) && args[0].EndsWith(']');

    /// <summary>Writes what may stand at the position, one a line; nothing where that is for the shell to say, such as a file.</summary>
    /// <param name="root">The verbs.</param>
    /// <param name="args">The directive and the command line, with the name of the command or without.</param>
    /// <param name="output">Where to.</param>
    public static void Write(Command root, string[] args, TextWriter output)
    {
        string line = args.Length > 1 ? args[1] : "", place = args[0][Directive.Length..^1].TrimStart(':');
        int position = int.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out int typed) ? Math.Min(typed, line.Length) : line.Length;
        foreach (string word in Of(root, line[..position])) output.WriteLine(word);
    }

    /// <summary>What may stand at the end of a command line.</summary>
    public static IEnumerable<string> Of(Command root, string line)
    {
        int first = line.IndexOf(' ');
        string name = first < 0 ? line : line[..first]; // of the command, by whatever path, or the first word behind it
        if (Path.GetFileNameWithoutExtension(name).Equals(root.Name, StringComparison.OrdinalIgnoreCase)) line = first < 0 ? "" : line[(first + 1)..];
        Teach(root);
        int comma = line.LastIndexOf(','), space = line.LastIndexOf(' ');
        string begun = line[(space + 1)..], list = comma > space ? line[(space + 1)..(comma + 1)] : ""; // --method gae,r
        ParseResult parse = root.Parse(list.Length > 0 ? line.Remove(space + 1, list.Length) : line);
        return parse.GetCompletions(line.Length - list.Length).Select(c => list + c.Label)
            .Where(word => word.StartsWith(begun, StringComparison.OrdinalIgnoreCase) && (word.Length > 2 || !word.StartsWith('-'))).Distinct();
    }

    /// <summary>Tells options and arguments what their values may be.</summary>
    static void Teach(Command verb)
    {
        foreach (Option option in verb.Options)
            if (option.Name == "--model") option.CompletionSources.Add(_ => Models());
            else if (option.Name == "--method") option.CompletionSources.Add(_ => Methods());
            else foreach (string word in Words(option)) option.CompletionSources.Add(word);
        foreach (Argument argument in verb.Arguments)
            if (argument.Name == "METHOD") argument.CompletionSources.Add(_ => Methods());
            else if (argument.Name == "MODEL") argument.CompletionSources.Add(_ => Models());
            else if (argument.Name == "PRESET") argument.CompletionSources.Add(_ => EvaluationPresets.All.Select(p => new CompletionItem(p.Name)));
        foreach (Command below in verb.Subcommands) Teach(below);
    }

    static IEnumerable<CompletionItem> Models() => ModelFolders.Bundled().Select(Path.GetFileName).Distinct().Select(name => new CompletionItem(name!));

    static IEnumerable<CompletionItem> Methods() => ClassMethods.All.Select(m => m.Name)
        .Union(StreamMethods.OfTexts.Concat(StreamMethods.All).Select(m => m.Name))
        .Append("all").Select(name => new CompletionItem(name));

    /// <summary>The words among what help calls the value: skip and zero of skip|zero, nothing of FOLDER|NAME.</summary>
    static IEnumerable<string> Words(Option option) => option.HelpName is { } help && help.Contains('|')
        ? help.Split('|').Where(word => word.All(c => char.IsAsciiLetterLower(c) || c == '-')) : [];
}
