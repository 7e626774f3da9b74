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
        Option<MethodChoice> method = MethodChoice.Option("gae", "rollout", "raw");
        Option<string[]> target = new("--target", "-t")
        {
            Description = "What to explain: top, an index from 0, a label, a difference such as cat-dog (why a cat rather than a dog), or all; repeat it or give a comma list. [default: top]",
            HelpName = "CLASS",
        };
        Option<ClassScalar> scalar = new("--scalar")
        {
            Description = "Which number of a class is explained: logit (the score before softmax) or probability; methods that hand the logit down keep to it. [default: logit]",
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
            ExplainRun run = new(parse.GetRequiredValue(method), new TargetChoice(words), parse.GetValue(scalar), !parse.GetValue(noSegmentation)) { Prompts = classes.Read(parse) };
            return Task.FromResult(new ImageRuns(run, common.Read(parse), Terminal.Of(parse), stop).Run());
        });
        return command;
    }
}
