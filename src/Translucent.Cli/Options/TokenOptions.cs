// The options of verbs that explain latent tokens: which tokens, and by which number each is explained.

using System.CommandLine;
using Translucent.Cli.Runs;

namespace Translucent.Cli.Options;

/// <summary>--token, --function and --w.</summary>
/// <param name="tokens">What --token takes, and what it is when not given.</param>
/// <param name="help">The same in a word.</param>
sealed class TokenOptions(string tokens, string help = "ROW,COL")
{
    readonly FunctionOptions _function = new();

    readonly Option<string[]> _token = new("--token", "-t")
    {
        Description = tokens,
        HelpName = help,
        AllowMultipleArgumentsPerToken = true,
    };

    public void AddTo(Command verb)
    {
        _function.AddTo(verb);
        verb.Options.Add(_token);
    }

    /// <summary>How tokens are explained.</summary>
    /// <exception cref="UsageException">Function and vectors do not go together.</exception>
    public TokenExplainer Explainer(ParseResult parse) => _function.Explainer(parse);

    /// <summary>Tokens as typed, and what follows them.</summary>
    public IReadOnlyList<string> Words(ParseResult parse) => parse.GetValue(_token) ?? [];

    /// <summary>Which tokens.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="images">Takes words that name files, because a list of tokens may be followed by an image.</param>
    /// <exception cref="UsageException">A word is no token.</exception>
    public TokenChoice Tokens(ParseResult parse, List<string> images) => TokenChoice.Parse(Words(parse), images);
}
