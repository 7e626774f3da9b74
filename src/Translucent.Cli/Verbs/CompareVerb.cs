// translucent compare: several methods on the same image and classes, and how far they agree.

using System.CommandLine;
using Translucent.Cli.Options;
using Translucent.Cli.Runs;

namespace Translucent.Cli.Verbs;

/// <summary>The verb <c>compare</c>.</summary>
static class CompareVerb
{
    static readonly string[] s_methods = ["raw", "rollout", "gradcam", "gae", "tokentm", "attcat", "attn_lrp", "transformer_attribution"];

    public static Command Create()
    {
        CommonOptions common = new();
        ClassMapOptions maps = new(s_methods, target: "top2");
        Option<CompareScale> scale = ScaleOption.Create();
        Command command = new("compare", "Put methods beside each other: one sheet of maps by method and class, and how far the methods agree.") { scale };
        maps.AddTo(command);
        RowsOptions rows = new();
        rows.AddTo(command);
        LookOptions look = new();
        look.AddTo(command);
        common.AddTo(command);
        command.SetAction((parse, stop) =>
        {
            CompareRun run = new(maps.Read(parse), parse.GetValue(scale), rows.Read(parse), look.Read(parse));
            return Task.FromResult(new ImageRuns(run, common.Read(parse), common.Terminal(parse), stop).Run());
        });
        return command;
    }
}
