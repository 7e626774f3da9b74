// `--help`: the overview of all verbs, or what one of them takes, at its end examples, and the variables that say where the hub and its cache are.

using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Translucent.Hub;

namespace Translucent.Cli.Verbs;

/// <summary>Help, with the examples of a verb, and the variables of the hub for the verbs under <c>models</c>.</summary>
sealed class VariablesHelp : SynchronousCommandLineAction
{
    readonly HelpAction _help = new();

    public override bool ClearsParseErrors => true; // help needs no arguments

    public override int Invoke(ParseResult parse)
    {
        if (parse.CommandResult.Command == parse.RootCommandResult.Command)
        {
            VerbGroup.Overview(parse.InvocationConfiguration.Output);
            return CommandLine.Success;
        }
        int code = _help.Invoke(parse);
        if (Examples.Of(parse.CommandResult.Command) is { Count: > 0 } examples)
        {
            parse.InvocationConfiguration.Output.WriteLine("Examples:");
            foreach (string line in examples) parse.InvocationConfiguration.Output.WriteLine($"  translucent {line}");
            parse.InvocationConfiguration.Output.WriteLine();
        }
        if (parse.CommandResult.Command.Name != "models" && parse.CommandResult.Command.Parents.FirstOrDefault()?.Name != "models") return code;
        TextWriter output = parse.InvocationConfiguration.Output;
        int width = HubSettings.Variables.Max(v => v.Name.Length);
        output.WriteLine("Environment:");
        foreach ((string name, string meaning) in HubSettings.Variables) output.WriteLine($"  {name.PadRight(width)}  {meaning}");
        output.WriteLine();
        return code;
    }
}
