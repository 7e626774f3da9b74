// --function and --w: by which number a latent token is explained (ULTra, arXiv:2411.12589, section 3).

using System.CommandLine;
using Translucent.Cli.Runs;
using Translucent.Explain;

namespace Translucent.Cli.Options;

/// <summary>The options.</summary>
sealed class FunctionOptions
{
    readonly Option<TokenFunction> _function = new("--function", "-f")
    {
        Description = "The number that stands for a token z: s (sum of z), e (sum of z squared), w (product with a given vector). [default: s]",
        HelpName = "NAME",
        CustomParser = Parsers.Word("--function", ("s", TokenFunction.S), ("e", TokenFunction.E), ("w", TokenFunction.W)),
    };

    readonly Option<string?> _w = new("--w")
    {
        Description = "For --function w: a .npy or .safetensors file with one array [tokens, width], such as train-w makes.",
        HelpName = "FILE",
    };

    public void AddTo(Command verb)
    {
        verb.Options.Add(_function);
        verb.Options.Add(_w);
    }

    /// <summary>How tokens are explained.</summary>
    /// <exception cref="UsageException">Function and vectors do not go together.</exception>
    public TokenExplainer Explainer(ParseResult parse) => new(parse.GetValue(_function), parse.GetValue(_w));
}
