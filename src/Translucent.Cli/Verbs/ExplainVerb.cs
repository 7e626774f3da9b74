// translucent explain: what the model predicts, and which part of the image decided it.

using System.CommandLine;
using Translucent.Cli.Options;
using Translucent.Cli.Runs;
using Translucent.Explain;

namespace Translucent.Cli.Verbs;

/// <summary>The verb <c>explain</c>.</summary>
static class ExplainVerb
{
    public static Command Create()
    {
        CommonOptions common = new();
        ClassOptions classes = new();
        Option<string[]> method = new("--method")
        {
            Description = "Class maps: gae (gradients and attention), rollout (attention of all blocks), raw (attention of the last block); comma list. [default: gae,rollout,raw]",
            HelpName = "NAMES",
            CustomParser = Parsers.Words("--method", ExplainRun.Methods),
        };
        Option<string[]> target = new("--target", "-t")
        {
            Description = "Classes to explain: top, an index from 0, a label, or all; repeat it or give a comma list. Rollout and raw are the same for all classes. [default: top]",
            HelpName = "CLASS",
        };
        Option<ClassScalar> scalar = new("--scalar")
        {
            Description = "What gae differentiates: logit (the score before softmax) or probability. [default: logit]",
            HelpName = "NAME",
            CustomParser = Parsers.Word("--scalar", ("logit", ClassScalar.Logit), ("probability", ClassScalar.Probability)),
        };
        Option<bool> noSegmentation = new("--no-segmentation") { Description = "Class maps alone, without the segmentation, which takes most of the time for large models." };

        Command command = new("explain", "Show what a classifier predicts for images, and where it sees that: pictures, numbers, and a page to read.") { method, target, scalar, noSegmentation };
        classes.AddTo(command);
        common.AddTo(command);
        command.SetAction((parse, stop) =>
        {
            string[] words = parse.GetValue(target) is { Length: > 0 } given ? given : ["top"];
            ExplainRun run = new(parse.GetValue(method) is { Length: > 0 } methods ? methods : ExplainRun.Methods, new TargetChoice(words), parse.GetValue(scalar), !parse.GetValue(noSegmentation)) { Prompts = classes.Read(parse) };
            return Task.FromResult(new ImageRuns(run, common.Read(parse), Terminal.Of(parse), stop).Run());
        });
        return command;
    }
}
