// How every verb ends: exit code 0, 1 for a failure with one clear line (two for a defect), 2 for wrong usage, 130 when cancelled.

using System.CommandLine;
using System.CommandLine.Parsing;

namespace Translucent.Cli;

static class CommandLine
{
    /// <summary>Exit codes.</summary>
    public const int Success = 0, Failure = 1, WrongUsage = 2, Cancelled = 130;

    static readonly ParserConfiguration s_parser = new() { ResponseFileTokenReplacer = null }; // @FILE is the value of an option, never options

    /// <summary>Parses and runs; a failure becomes one line on standard error.</summary>
    /// <param name="root">The verbs.</param>
    /// <param name="args">What the user typed.</param>
    /// <param name="output">Standard output when null.</param>
    /// <param name="error">Standard error when null.</param>
    /// <param name="stop">Ends the run early.</param>
    public static async Task<int> Run(Command root, string[] args, TextWriter? output = null, TextWriter? error = null, CancellationToken stop = default)
    {
        error ??= Console.Error;
        InvocationConfiguration configuration = new()
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null, // Interrupts ends the run
            Output = output ?? Console.Out,
            Error = error,
        };
        if (args.Length == 0)
        {
            await root.Parse("--help").InvokeAsync(configuration, stop);
            return WrongUsage;
        }
        if (Suggestions.Asked(args))
        {
            Suggestions.Write(root, args, configuration.Output);
            return Success;
        }
        ParseResult parse = root.Parse(args, s_parser);
        string[] unknown = [.. WordArgument.Problems(parse)];
        if (parse.Errors.Count + unknown.Length > 0)
        {
            string[] messages = [.. parse.Errors.Select(e => e.Message.TrimEnd('.')).Distinct().Select(message => Hinted(message, parse)), .. unknown];
            if (parse.UnmatchedTokens.Count > 0) messages = [.. messages.Where(m => !m.StartsWith("Required command", StringComparison.Ordinal))];
            Ending.Say(error, $"{string.Join("; ", messages)}. See '{Command(parse)} --help'.");
            return WrongUsage;
        }
        try
        {
            return await parse.InvokeAsync(configuration, stop);
        }
        catch (Exception e)
        {
            return Ending.Of(e, error);
        }
    }

    /// <summary>A message of the parser about a word that it does not know, with the word that was probably meant.</summary>
    static string Hinted(string message, ParseResult parse)
    {
        Command verb = parse.CommandResult.Command;
        // what misses its place may be taken for an argument: classify --modle ./bert
        HashSet<Token> words = WordArgument.Behind(parse);
        IEnumerable<string> taken = parse.CommandResult.Children.OfType<ArgumentResult>().SelectMany(a => a.Tokens).Where(t => !words.Contains(t))
            .Select(t => t.Value).Where(word => DidYouMean.IsMisspelled(word, verb));
        foreach (string word in parse.UnmatchedTokens)
            if (message.EndsWith($"'{word}'", StringComparison.Ordinal)) return message + DidYouMean.Of(word, verb);
        return message.Contains("required", StringComparison.OrdinalIgnoreCase) && taken.FirstOrDefault() is { } option
            ? $"{message}; {option}{DidYouMean.Of(option, verb)}" : message;
    }

    static string Command(ParseResult parse) =>
        string.Join(' ', parse.CommandResult.Parent is CommandResult parent ? [parent.Command.Name, parse.CommandResult.Command.Name]
            : (string[])[parse.CommandResult.Command.Name]);
}
