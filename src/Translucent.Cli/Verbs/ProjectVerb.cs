// translucent project: what class every token of every layer stands for (Vilas et al. 2023, arXiv:2310.18969).

using System.CommandLine;
using Translucent.Cli.Options;
using Translucent.Cli.Runs;

namespace Translucent.Cli.Verbs;

/// <summary>The verb <c>project</c>.</summary>
static class ProjectVerb
{
    public static Command Create()
    {
        CommonOptions common = new();
        ClassOptions classes = new();
        Option<string[]> layers = new("--layers", "-l")
        {
            Description = "Layers that are shown and whose scores are written, 1 (the embedding) to L+1, where L is the number of blocks, as in 1,5,8-13; "
                + "curves are over all. [default: all]",
            HelpName = "LAYERS",
        };
        Option<string[]> target = new("--target", "-t")
        {
            Description = $"Classes whose evolution is shown, at most {ProjectRun.MostClasses}: top, an index from 0, a label, or all; repeat it or give a "
                + "comma list. [default: the 5 most probable]",
            HelpName = "CLASS",
        };
        Option<int> top = new("--top")
        {
            Description = "How many classes of each token, and how many memories of the attention and the MLP of each block, are listed.",
            HelpName = "K",
            DefaultValueFactory = _ => 5,
            CustomParser = Parsers.Number("--top", 1, 100),
        };
        Option<string[]> perturb = new("--perturb")
        {
            Description = "Passes with less context beside the untouched one: self-only (image tokens see themselves alone), no-cls (no other token sees the "
                + "class token); comma list. [default: none]",
            HelpName = "NAMES",
            CustomParser = Parsers.Words("--perturb", Projection.Perturbations),
        };
        Option<ScoreFiles> scores = new("--scores")
        {
            Description = "Scores that are written as .npy: all (every token and class), top (the --top best classes). [default: all where they take less "
                + "than 16 MiB, else top]",
            HelpName = "NAME",
            CustomParser = Parsers.Word("--scores", ("all", ScoreFiles.All), ("top", ScoreFiles.Top)),
        };

        Command command = new("project", "Show what class every token stands for, layer by layer, and which attention, MLP and memory put it there.") { layers,
            target, top, perturb, scores };
        classes.AddTo(command);
        common.AddTo(command);
        command.SetAction((parse, stop) =>
        {
            LayerChoice shown = new(parse.GetValue(layers) ?? []);
            TargetChoice followed = new(parse.GetValue(target) ?? []);
            ProjectRun run = new(shown, followed, parse.GetValue(top), parse.GetValue(perturb) ?? [], parse.GetValue(scores), classes.Read(parse));
            return Task.FromResult(new ImageRuns(run, common.Read(parse), common.Terminal(parse), stop).Run());
        });
        return command;
    }
}
