// translucent explain: what the model predicts, and which part of the image decided it.

using System.CommandLine;
using Translucent.Cli.Objects;
using Translucent.Cli.Options;
using Translucent.Cli.Runs;
using Translucent.Runs.Records;

namespace Translucent.Cli.Verbs;

/// <summary>The verb <c>explain</c>.</summary>
static class ExplainVerb
{
    public static Command Create()
    {
        CommonOptions common = new();
        ClassMapOptions maps = new(["gae", "attn_lrp", "rollout", "raw"], target: "top");
        Option<bool> noSegmentation = new("--no-segmentation")
        {
            Description = "Class maps alone, without the segmentation, which takes most of the time for large models.",
        };
        Option<bool> trust = new("--trust")
        {
            Description = "Also say how far to trust each map: deletion and insertion against random orders, maps of randomised models, conservation, "
                + "stability under noise.",
        };

        Option<CompareScale> scale = ScaleOption.Create();
        ObjectOptions objects = new();
        Command command = new("explain", "Show what a classifier predicts for images or a detector finds in them, and where it sees that: pictures, numbers, "
            + "and a page to read.") { noSegmentation, trust, scale };
        maps.AddTo(command);
        RowsOptions rows = new();
        rows.AddTo(command);
        objects.AddTo(command);
        LookOptions look = new();
        look.AddTo(command);
        common.AddTo(command);
        command.SetAction((parse, stop) =>
        {
            RunOptions options = common.Read(parse);
            ClassMapChoice choice = maps.Read(parse);
            string type = ModelFolders.TypeOf(options.Model);
            if (type == "lxmert") throw new UsageException($"--model {options.Model}: answers questions about pictures; use 'translucent ask'.");
            if (type == "detr")
            {
                if (((Option[])[noSegmentation, trust, scale, .. maps.OfClasses, .. rows.All])
                    .FirstOrDefault(o => parse.GetResult(o) is { Implicit: false }) is { } other)
                    throw new UsageException($"{other.Name}: is for classifiers; the objects of a detector are chosen with --score and --query.");
                ExplainObjects work = objects.Read(parse, choice.Methods.Words, choice.Scalar, look.Read(parse));
                return Task.FromResult(new ObjectRuns("explain", RecordJson.Element(work.Settings(options.RenderSize)), options, work.Work)
                    .Run(common.Terminal(parse), stop));
            }
            if (objects.Given(parse) is { } option)
                throw new UsageException($"{option}: is for detectors, and {options.Model} is none; classes are chosen with --target.");
            ExplainRun run = new(choice, !parse.GetValue(noSegmentation), parse.GetValue(trust), parse.GetValue(scale), rows.Read(parse), look.Read(parse));
            return Task.FromResult(new ImageRuns(run, options, common.Terminal(parse), stop).Run());
        });
        return command;
    }
}
