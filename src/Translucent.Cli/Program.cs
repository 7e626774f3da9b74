// The command `translucent`: one verb per file under Verbs/.

using System.CommandLine;
using System.CommandLine.Help;
using Translucent.Cli.Verbs;

namespace Translucent.Cli;

static class Program
{
    /// <summary>What the command is for.</summary>
    public const string Description = "See through pretrained Transformers: what each token means, which input decided, how far to trust the answer.";

    /// <summary>The verbs with all their options, or one of them.</summary>
    /// <param name="only">The name of the one that is asked for; null for all.</param>
    public static Command Root(string? only = null)
    {
        Command root = new("translucent", Description);
        foreach (Verb verb in VerbGroup.Each)
            if (only is null || verb.Name == only) root.Add(verb.Create());
        root.Add(new HelpOption { Recursive = true, Action = new VariablesHelp() });
        root.Add(new VersionOption());
        return root;
    }

    /// <summary>The verb that is asked for where it needs to know no other; null where it does, or where the first word is none.</summary>
    static string? Only(string[] args) =>
        args.Length > 0 && args[0] is not ("help" or "completion") && VerbGroup.Each.Any(v => v.Name == args[0]) ? args[0] : null;

    static async Task<int> Main(string[] args)
    {
        if (args is ["--help" or "-h" or "-?"] or ["help"])
        {
            VerbGroup.Overview(Console.Out);
            return CommandLine.Success;
        }
        if (args is ["--version"])
        {
            Console.Out.WriteLine(ThisProgram.Build);
            return CommandLine.Success;
        }
        if (OpenFiles.Problem() is { } few)
        {
            Ending.Say(Console.Error, few);
            return CommandLine.Failure;
        }
        using Interrupts interrupts = new();
        return await CommandLine.Run(Root(Only(args)), args, stop: interrupts.Token);
    }
}
