// translucent tokens: what latent tokens stand for (ULTra, arXiv:2411.12589).

using System.CommandLine;
using Translucent.Cli.Options;
using Translucent.Cli.Runs;
using Translucent.Explain;

namespace Translucent.Cli.Verbs;

/// <summary>The verb <c>tokens</c>.</summary>
static class TokensVerb
{
    public static Command Create()
    {
        CommonOptions common = new(imagesMayFollowOptions: true);
        Option<int?> layer = new("--layer", "-l") { Description = "l: explain the tokens z^(l), 2 to L+1, where L is the number of blocks. [default: L+1, behind the last block]", HelpName = "L" };
        Option<TokenFunction> function = new("--function", "-f")
        {
            Description = "The number that stands for a token z: s (sum of z), e (sum of z squared), w (product with a given vector). [default: s]",
            HelpName = "NAME",
            CustomParser = Parsers.Word("--function", ("s", TokenFunction.S), ("e", TokenFunction.E), ("w", TokenFunction.W)),
        };
        Option<string?> w = new("--w") { Description = "For --function w: a .npy or .safetensors file with one array [tokens, width].", HelpName = "FILE" };
        Option<string[]> token = new("--token", "-t")
        {
            Description = "Tokens by row and column of their patch, counted from 1 at the top left, as in 3,5; cls for the class token; all for a contact sheet of all patches. [default: all]",
            HelpName = "ROW,COL",
            AllowMultipleArgumentsPerToken = true,
        };
        Option<bool> noLayers = new("--no-layers") { Description = "Do not also show chosen tokens in every other layer." };

        Command command = new("tokens", "Show what the tokens inside the model stand for: an explanation map for each.") { layer, function, w, token, noLayers };
        common.AddTo(command);
        command.SetAction((parse, stop) =>
        {
            List<string> images = [];
            TokenChoice tokens = TokenChoice.Parse(parse.GetValue(token) ?? [], images);
            TokensRun run = new(parse.GetValue(layer), parse.GetValue(function), parse.GetValue(w), tokens, !parse.GetValue(noLayers));
            return Task.FromResult(new ImageRuns(run, common.Read(parse, images), Terminal.Of(parse), stop).Run());
        });
        return command;
    }
}
