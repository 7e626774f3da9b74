// translucent help VERB: what VERB --help prints.

using System.CommandLine;

namespace Translucent.Cli.Verbs;

/// <summary>The verb <c>help</c>.</summary>
static class HelpVerb
{
    public static Command Create()
    {
        Argument<string[]> words = new("VERB") { Description = "A verb, such as explain or models pull.", Arity = ArgumentArity.ZeroOrMore };
        Command command = new("help", "Show how a verb is used, as VERB --help does.") { words };
        command.SetAction((parse, stop) =>
        {
            Command root = parse.RootCommandResult.Command, verb = root;
            string[] path = parse.GetValue(words) ?? [];
            foreach (string word in path) verb = Beneath(verb, word);
            return root.Parse([.. path, "--help"]).InvokeAsync(parse.InvocationConfiguration, stop);
        });
        return command;
    }

    static Command Beneath(Command verb, string word)
    {
        if (verb.Subcommands.FirstOrDefault(c => c.Name == word || c.Aliases.Contains(word)) is { } found) return found;
        throw new UsageException(verb.Subcommands.Count == 0 ? $"help: {verb.Name} has no verbs beneath it, so '{word}' is none."
            : $"help {word}{DidYouMean.Of(word, verb)}: there is no such verb, expected one of {string.Join(", ", verb.Subcommands.Select(c => c.Name))}.");
    }
}
