// translucent models: which models there are, and what is known of one.

using System.CommandLine;
using System.Text.Json;
using Translucent.Cli.Options;
using Translucent.Cli.Records;
using Translucent.Hub;
using Translucent.Models;

namespace Translucent.Cli.Verbs;

/// <summary>The verb <c>models</c> with <c>list</c>, <c>pull</c> and <c>inspect</c>.</summary>
static class ModelsVerb
{
    public static Command Create() => new("models", "List models, fetch them, and look at them without running them.")
    {
        ListVerb.Create(HubSettings.FromEnvironment),
        PullVerb.Create(HubSettings.FromEnvironment),
        Inspect(),
    };

    static Command Inspect()
    {
        Argument<string> path = new("MODEL")
        {
            Description = "A model folder, a file of weights, the name of a bundled model, or org/name of a model in the cache.",
        };
        Option<bool> tensors = new("--tensors") { Description = "Also list every tensor in the files." };
        Option<bool> json = new("--json") { Description = "Print JSON instead." };
        Command command = new("inspect", "Show layout, family, sizes and tensors of a model, and what is missing; exit code 1 when it does not open.") { path,
            tensors, json };
        command.SetAction(parse =>
        {
            ModelReport report = ModelInspection.Of(ModelFolders.Find(parse.GetRequiredValue(path), "MODEL"));
            Terminal terminal = Terminal.Of(parse);
            if (parse.GetValue(json)) terminal.Raw(JsonSerializer.Serialize(InspectRecord.Of(report), ReportJson.Ascii.InspectRecord));
            else InspectText.Print(terminal, report, parse.GetValue(tensors));
            return report.Opens ? CommandLine.Success : CommandLine.Failure;
        });
        return command;
    }
}
