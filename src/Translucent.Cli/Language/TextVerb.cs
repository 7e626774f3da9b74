// translucent text: which words of a text made its summary, and each token of it.

using System.CommandLine;
using Translucent.Cli.Options;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Cli.Language;

/// <summary>What was asked for.</summary>
/// <param name="Model">The model.</param>
/// <param name="ContextFile">The text.</param>
/// <param name="SummaryFile">Its summary, or null where the model writes it.</param>
/// <param name="Generation">How the model writes it; null where it is given.</param>
/// <param name="Separator">What stands between them.</param>
/// <param name="How">How the summary is explained.</param>
/// <param name="RandomOrders">How many random orders the words are held against.</param>
/// <param name="Out">The folder to write to.</param>
/// <param name="Force">Whether it is done again.</param>
/// <param name="MemoryBytes">For passes and sweeps.</param>
sealed record TextOptions(string Model, string ContextFile, string? SummaryFile, GenerationSettings? Generation, string Separator, TextMethod How,
    int RandomOrders,
    string Out, bool Force, long MemoryBytes);

/// <summary>The verb <c>text</c>.</summary>
static class TextVerb
{
    public static Command Create()
    {
        Option<string> model = LanguageOptions.Model(
            "A model that predicts tokens (Llama, GPT-2): a Hugging Face folder, a bundled model, or org/name of one in the cache.");
        Option<string> context = new("--context", "-c")
        {
            Description = "The text, a file in UTF-8; - for standard input.",
            HelpName = "FILE",
            Required = true
        };
        Option<string?> summary = new("--summary", "-s") { Description = "Its summary, a file in UTF-8.", HelpName = "FILE" };
        Option<int?> generate = LanguageOptions.Whole("--generate", "Let the model write the summary, at most so many tokens, instead of --summary.", "N", 1,
            100_000);
        Option<string?> separator = Separator();
        Option<string> method = new("--method")
        {
            Description = $"How: {string.Join(", ", TextMethod.All.Select(m => m.Name))}. ultra explains the tokens of the summary themselves, the others the "
                + "log-probability of each.",
            HelpName = "NAME",
            DefaultValueFactory = _ => "ultra",
        };
        Option<int?> layer = LanguageOptions.Whole("--layer", "ultra: l of the tokens z^(l), 2 to L+1. [default: L+1, behind the last block]", "L", 2, 10_000);
        Option<TokenFunction> function = new("--function", "-f")
        {
            Description = "ultra: the number that stands for a token z: s (sum of z), e (sum of z squared), w (product with a given vector). [default: s]",
            HelpName = "NAME",
            CustomParser = Parsers.Word("--function", ("s", TokenFunction.S), ("e", TokenFunction.E), ("w", TokenFunction.W)),
        };
        Option<string?> w = new("--w") { Description = "For --function w: a .npy or .safetensors file with one array [tokens, width].", HelpName = "FILE" };
        Option<UltraOrder> order = new("--order")
        {
            Description = "ultra: flow, as information went, or literal, as the paper prints it. [default: flow]",
            HelpName = "NAME",
            CustomParser = Parsers.Word("--order", ("flow", UltraOrder.Flow), ("literal", UltraOrder.Literal)),
        };
        RowsOptions rows = new();
        SamplingOptions sampling = new();
        Option<int> random = RandomOrders();
        Option<string?> output = LanguageOptions.Out("out/text");
        Option<bool> force = LanguageOptions.Force();
        Option<long?> memory = ComputeOptions.Memory("passes through the model and sweeps");
        Option<int> threads = ComputeOptions.Threads();
        Command command = new("text",
            "Show which words of a text made its summary, and what each word of the summary comes from; then take them away to see whether it is true.")
        {
            model, context, summary, generate, separator, method, layer, function, w, order,
        };
        rows.AddTo(command);
        sampling.AddTo(command);
        foreach (Option option in (Option[])[random, output, force, memory, threads]) command.Options.Add(option);
        HandoverOptions handover = new();
        handover.AddTo(command);
        command.SetAction((parse, stop) =>
        {
            string? given = parse.GetValue(summary);
            int? written = parse.GetValue(generate);
            if (given is null == written is null) throw new UsageException("text: expected either --summary FILE or --generate N.");
            GenerationSettings settings = sampling.Read(parse, written ?? 1);
            if (parse.GetValue(function) == TokenFunction.W
                && parse.GetValue(w) is null) throw new UsageException("--function w: needs --w FILE with a vector for every token.");
            TextMethod how = new(TextMethod.Named(parse.GetRequiredValue(method)), parse.GetValue(layer), parse.GetValue(function), parse.GetValue(w),
                parse.GetValue(order), rows.Read(parse));
            if (!how.IsUltra && ((Option[])[layer, function, w, order]).FirstOrDefault(o => parse.GetResult(o) is { Implicit: false }) is { } other)
                throw new UsageException($"{other.Name}: is of ULTra's tokens; --method {how.Method.Name} explains what the model says behind its last block.");
            Compute.Default = Compute.Default.WithThreads(parse.GetValue(threads));
            TextOptions options = new(parse.GetRequiredValue(model), parse.GetRequiredValue(context), given, written is null ? null : settings,
                Between(parse, separator, model), how, parse.GetValue(random),
                LanguageOptions.Folder(parse, output, Path.Combine("out", "text")), parse.GetValue(force),
                parse.GetValue(memory) ?? SweepOptions.DefaultMemoryBytes());
            return Task.FromResult(handover.Run(parse, options.Out, terminal => new TextRun(options, terminal).Run(stop)));
        });
        return command;
    }

    /// <summary>--separator.</summary>
    public static Option<string?> Separator() => new("--separator")
    {
        Description = "What stands between text and summary; \\n is a new line. [default: what the model names, else \\n\\nTL;DR:]",
        HelpName = "TEXT",
        CustomParser = result => result.Tokens[0].Value.Replace("\\n", "\n").Replace("\\t", "\t"),
    };

    /// <summary>What --separator says, or the model.</summary>
    public static string Between(ParseResult parse, Option<string?> separator, Option<string> model) =>
        parse.GetValue(separator) ?? SummaryLayout.SeparatorOf(parse.GetRequiredValue(model));

    /// <summary>--random.</summary>
    public static Option<int> RandomOrders() => new("--random")
    {
        Description = "How many random orders of the words the explanation is held against.",
        HelpName = "COUNT",
        DefaultValueFactory = _ => 3,
        CustomParser = Parsers.Number("--random", 1, 1000),
    };
}
