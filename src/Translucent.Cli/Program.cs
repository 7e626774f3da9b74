// The command `translucent`: one verb per file under Verbs/.

using System.CommandLine;
using System.CommandLine.Help;
using Translucent.Cli.Language;
using Translucent.Cli.Objects;
using Translucent.Cli.Verbs;

namespace Translucent.Cli;

static class Program
{
    /// <summary>The verbs.</summary>
    public static Command Root() =>
        new("translucent", "See through pretrained Transformers: what each token means, which input decided, how far to trust the answer.")
    {
        ExplainVerb.Create(),
        DetectVerb.Create(),
        AskVerb.Create(),
        CompareVerb.Create(),
        TextVerb.Create(),
        ClassifyVerb.Create(),
        LensVerb.Create(),
        EmbedVerb.Create(),
        GenerateVerb.Create(),
        TokensVerb.Create(),
        TokensOfVerb.Create(),
        ProjectVerb.Create(),
        LayersVerb.Create(),
        AttentionVerb.Create(),
        SegmentVerb.Create(),
        StudioVerb.Create(),
        TrainWVerb.Create(),
        EvaluateVerb.Create(),
        VerifyVerb.Create(),
        BenchmarkVerb.Create(),
        DataVerb.Create(),
        ModelsVerb.Create(),
        ConvertVerb.Create(),
        MethodsVerb.Create(),
        HelpVerb.Create(),
        CompletionVerb.Create(),
        new HelpOption { Recursive = true, Action = new VariablesHelp() },
        new VersionOption(),
    };

    static async Task<int> Main(string[] args)
    {
        if (OpenFiles.Problem() is { } few)
        {
            Ending.Say(Console.Error, few);
            return CommandLine.Failure;
        }
        using Interrupts interrupts = new();
        return await CommandLine.Run(Root(), args, stop: interrupts.Token);
    }
}
