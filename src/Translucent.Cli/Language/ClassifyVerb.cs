// translucent classify: the class of a text, and which of its words decided it.

using System.CommandLine;
using Translucent.Cli.Options;
using Translucent.Explain;
using Translucent.Tensors;

namespace Translucent.Cli.Language;

/// <summary>What was asked for.</summary>
/// <param name="Text">The text.</param>
/// <param name="Pair">A second text, or null.</param>
/// <param name="Model">The model.</param>
/// <param name="Methods">How relevance is found.</param>
/// <param name="Target">top, an index, a label, or a difference of two.</param>
/// <param name="Scalar">Which number of the class.</param>
/// <param name="RandomOrders">With how many random orders words are taken away; null where that was not asked for.</param>
/// <param name="Out">The folder to write to.</param>
/// <param name="Force">Whether it is done again.</param>
/// <param name="MemoryBytes">For passes and sweeps.</param>
sealed record ClassifyOptions(string Text, string? Pair, string Model, MethodChoice Methods, string Target, ClassScalar Scalar, int? RandomOrders, string Out,
    bool Force,
    long MemoryBytes);

/// <summary>The verb <c>classify</c>.</summary>
static class ClassifyVerb
{
    public static Command Create()
    {
        Argument<string?> text = LanguageOptions.Text("TEXT", "The text, in quotes");
        Option<string?> file = LanguageOptions.File();
        Option<string?> pair = new("--pair") { Description = "A second text, for models that compare two. [default: none]", HelpName = "TEXT" };
        Option<string> model = LanguageOptions.Model(
            "A classifier of texts (BERT, RoBERTa, DistilBERT): a Hugging Face folder, a bundled model, or org/name of one in the cache.");
        Option<MethodChoice> methods = MethodChoice.Option("gae");
        Option<string> target = new("--target", "-t")
        {
            Description = "What to explain: top, an index from 0, a label, or a difference such as good-bad (why good rather than bad).",
            HelpName = "CLASS",
            DefaultValueFactory = _ => "top",
        };
        Option<ClassScalar> scalar = new("--scalar")
        {
            Description = "Which number of the class: logit or probability. [default: logit]",
            HelpName = "NAME",
            CustomParser = Parsers.Word("--scalar", ("logit", ClassScalar.Logit), ("probability", ClassScalar.Probability)),
        };
        Option<bool> trust = new("--trust")
        {
            Description = "Also take the words away by their relevance, and see what becomes of the class, beside random orders.",
        };
        Option<int> random = TextVerb.RandomOrders();
        Option<string?> output = LanguageOptions.Out("out/classify");
        Option<bool> force = LanguageOptions.Force();
        Option<long?> memory = ComputeOptions.Memory("passes through the model and sweeps");
        Option<int> threads = ComputeOptions.Threads();
        Command command = new("classify", "Say which class a text is of, and show which of its words decided that.")
        {
            text, file, pair, model, methods, target, scalar, trust, random, output, force, memory, threads,
        };
        HandoverOptions handover = new();
        handover.AddTo(command);
        command.SetAction((parse, stop) =>
        {
            MethodChoice chosen = parse.GetRequiredValue(methods);
            if (chosen.OfDetectors.Count > 0)
                throw new UsageException($"--method {chosen.OfDetectors[0]}: explains models of several token streams; a text is one.");
            Compute.Default = Compute.Default.WithThreads(parse.GetValue(threads));
            ClassifyOptions options = new(LanguageOptions.Read("classify", parse.GetValue(text), parse.GetValue(file)), parse.GetValue(pair),
                parse.GetRequiredValue(model),
                chosen, parse.GetRequiredValue(target), parse.GetValue(scalar), parse.GetValue(trust) ? parse.GetValue(random) : null,
                LanguageOptions.Folder(parse, output, Path.Combine("out", "classify")), parse.GetValue(force),
                    parse.GetValue(memory) ?? SweepOptions.DefaultMemoryBytes());
            return Task.FromResult(handover.Run(parse, options.Out, terminal => new ClassifyRun(options, terminal).Run(stop)));
        });
        return command;
    }
}
