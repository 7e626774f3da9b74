// translucent explain: what the model predicts, and which part of the image decided it.

using System.CommandLine;
using Translucent.Cli.Options;
using Translucent.Cli.Runs;

namespace Translucent.Cli.Verbs;

/// <summary>The verb <c>explain</c>.</summary>
static class ExplainVerb
{
    public static Command Create()
    {
        CommonOptions common = new();
        ClassMapOptions maps = new(["gae", "rollout", "raw"], target: "top");
        Option<bool> noSegmentation = new("--no-segmentation") { Description = "Class maps alone, without the segmentation, which takes most of the time for large models." };
        Option<bool> trust = new("--trust") { Description = "Also say how far to trust each map: deletion and insertion against random orders, maps of randomised models, conservation, stability under noise." };

        Command command = new("explain", "Show what a classifier predicts for images, and where it sees that: pictures, numbers, and a page to read.") { noSegmentation, trust };
        maps.AddTo(command);
        common.AddTo(command);
        command.SetAction((parse, stop) =>
        {
            ExplainRun run = new(maps.Read(parse), !parse.GetValue(noSegmentation), parse.GetValue(trust));
            return Task.FromResult(new ImageRuns(run, common.Read(parse), Terminal.Of(parse), stop).Run());
        });
        return command;
    }
}
