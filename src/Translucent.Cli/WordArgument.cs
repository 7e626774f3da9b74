// Arguments of any words, which the parser fills with whatever it knows no better place for: an option that is misspelled is told apart here. Behind -- all
// words are words, as POSIX has it (Utility Syntax Guideline 10).

using System.CommandLine;
using System.CommandLine.Parsing;
using Translucent.Cli.Runs;

namespace Translucent.Cli;

/// <summary>An argument whose words do not begin with a dash, unless they are files or stand behind <c>--</c>.</summary>
sealed class WordArgument(string name) : Argument<string[]>(name)
{
    /// <summary>What is wrong with words that were taken for arguments, a line each.</summary>
    public static IEnumerable<string> Problems(ParseResult parse)
    {
        HashSet<Token> words = Behind(parse);
        foreach (ArgumentResult result in parse.CommandResult.Children.OfType<ArgumentResult>().Where(a => a.Argument is WordArgument))
            foreach (Token token in result.Tokens.Where(token => !words.Contains(token)))
                if (token.Value.StartsWith('-') && token.Value != StandardInput.Word && !File.Exists(token.Value))
                    yield return $"{token.Value}{DidYouMean.Of(token.Value, parse.CommandResult.Command)}: there is no such option; behind -- it is a word";
    }

    /// <summary>The words behind <c>--</c>, which are no options whatever they begin with.</summary>
    public static HashSet<Token> Behind(ParseResult parse) =>
        new(parse.Tokens.SkipWhile(token => token.Type != TokenType.DoubleDash).Skip(1), ReferenceEqualityComparer.Instance);
}
