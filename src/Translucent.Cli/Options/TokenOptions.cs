// The options of verbs that explain latent tokens: which tokens, and by which number each is explained.

using System.CommandLine;
using Translucent.Cli.Runs;
using Translucent.Explain;

namespace Translucent.Cli.Options;

/// <summary>--token, --function and --w.</summary>
/// <param name="tokens">What --token takes, and what it is when not given.</param>
sealed class TokenOptions(string tokens)
{
    readonly Option<TokenFunction> _function = new("--function", "-f")
    {
        Description = "The number that stands for a token z: s (sum of z), e (sum of z squared), w (product with a given vector). [default: s]",
        HelpName = "NAME",
        CustomParser = Parsers.Word("--function", ("s", TokenFunction.S), ("e", TokenFunction.E), ("w", TokenFunction.W)),
    };

    readonly Option<string?> _w = new("--w")
    {
        Description = "For --function w: a .npy or .safetensors file with one array [tokens, width].",
        HelpName = "FILE",
    };

    readonly Option<string[]> _token = new("--token", "-t")
    {
        Description = tokens,
        HelpName = "ROW,COL",
        AllowMultipleArgumentsPerToken = true,
    };

    public void AddTo(Command verb)
    {
        verb.Options.Add(_function);
        verb.Options.Add(_w);
        verb.Options.Add(_token);
    }

    /// <summary>How tokens are explained.</summary>
    /// <exception cref="UsageException">Function and vectors do not go together.</exception>
    public TokenExplainer Explainer(ParseResult parse) => new(parse.GetValue(_function), parse.GetValue(_w));

    /// <summary>Which tokens.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="images">Takes words that name files, because a list of tokens may be followed by an image.</param>
    /// <exception cref="UsageException">A word is no token.</exception>
    public TokenChoice Tokens(ParseResult parse, List<string> images) => TokenChoice.Parse(parse.GetValue(_token) ?? [], images);
}
