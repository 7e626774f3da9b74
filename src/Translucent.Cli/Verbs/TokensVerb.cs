// translucent tokens: what latent tokens stand for (ULTra, arXiv:2411.12589).

using System.CommandLine;
using Translucent.Cli.Options;
using Translucent.Cli.Runs;

namespace Translucent.Cli.Verbs;

/// <summary>The verb <c>tokens</c>.</summary>
static class TokensVerb
{
    public static Command Create()
    {
        CommonOptions common = new(imagesMayFollowOptions: true);
        Option<int?> layer = new("--layer", "-l")
        {
            Description = "l: explain the tokens z^(l), 2 to L+1, where L is the number of blocks. [default: L+1, behind the last block]",
            HelpName = "L",
        };
        TokenOptions tokens = new("Tokens by row and column of their patch, counted from 1 at the top left, as in 3,5; cls for the class token; all for a "
            + "contact sheet of all patches. [default: all]");
        Option<bool> noLayers = new("--no-layers") { Description = "Do not also show chosen tokens in every other layer." };

        Command command = new("tokens", "Show what the tokens inside the model stand for: an explanation map for each.") { layer };
        tokens.AddTo(command);
        command.Options.Add(noLayers);
        RowsOptions rows = new();
        rows.AddTo(command);
        LookOptions look = new();
        look.AddTo(command);
        common.AddTo(command);
        command.SetAction((parse, stop) =>
        {
            List<string> images = [];
            TokenChoice chosen = tokens.Tokens(parse, images);
            TokensRun run = new(parse.GetValue(layer), tokens.Explainer(parse), chosen, !parse.GetValue(noLayers), rows.Read(parse),
                look.Read(parse));
            return Task.FromResult(new ImageRuns(run, common.Read(parse, images), common.Terminal(parse), stop).Run());
        });
        return command;
    }
}
