// translucent layers: chosen tokens across all layers, after Figure 4 of ULTra (arXiv:2411.12589).

using System.CommandLine;
using Translucent.Cli.Options;
using Translucent.Cli.Runs;

namespace Translucent.Cli.Verbs;

/// <summary>The verb <c>layers</c>.</summary>
static class LayersVerb
{
    public static Command Create()
    {
        CommonOptions common = new(imagesMayFollowOptions: true);
        TokenOptions tokens = new("Tokens by row and column of their patch, counted from 1 at the top left, as in 3,5; cls for the class token; several make "
            + "several rows. [default: cls]");
        Option<string[]> layers = new("--layers", "-l")
        {
            Description = "Layers that are shown, 2 to L+1, where L is the number of blocks, as in 2,5,8-12. [default: all]",
            HelpName = "LAYERS",
        };

        Command command = new("layers", "Show how what a token stands for grows from layer to layer: a row per token, a column per layer.");
        tokens.AddTo(command);
        command.Options.Add(layers);
        RowsOptions rows = new();
        rows.AddTo(command);
        LookOptions look = new();
        look.AddTo(command);
        common.AddTo(command);
        command.SetAction((parse, stop) =>
        {
            List<string> images = [];
            TokenChoice chosen = tokens.Tokens(parse, images);
            LayersRun run = new(tokens.Explainer(parse), chosen, new LayerChoice(parse.GetValue(layers) ?? []), rows.Read(parse), look.Read(parse));
            return Task.FromResult(new ImageRuns(run, common.Read(parse, images), common.Terminal(parse), stop).Run());
        });
        return command;
    }
}
