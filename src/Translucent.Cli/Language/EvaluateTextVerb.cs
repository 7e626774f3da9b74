// translucent evaluate text: how well explanations of texts hold when their words are taken away.

using System.CommandLine;
using Translucent.Cli.Options;
using Translucent.Explain;
using Translucent.Tensors;

namespace Translucent.Cli.Language;

/// <summary>The verb <c>evaluate text</c>.</summary>
static class EvaluateTextVerb
{
    public static Command Create(Option<long?> memory, Option<string> output, Option<int?> limit)
    {
        Argument<string> data = new("DATA")
        {
            Description = "A file of JSON lines: {\"context\": .., \"summary\": ..} for models that predict tokens, "
                + "{\"text\": .., \"label\": ..} for classifiers.",
        };
        Option<string> model = LanguageOptions.Model();
        Option<string[]?> methods = new("--method", "--methods")
        {
            Description = $"A comma list; of summaries some of {string.Join(", ", TextMethod.All.Select(m => m.Name))}; of classes those of 'classify'. "
                + "[default: six or seven of them]",
            HelpName = "NAMES",
            CustomParser = result => [.. result.Tokens.SelectMany(t => t.Value.Split(',',
                StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))],
        };
        Option<string?> separator = TextVerb.Separator();
        Option<int> threads = ComputeOptions.Threads();
        Command command = new("text",
            "Take words away by their relevance: comprehensiveness and sufficiency of every method over many texts, beside random orders.")
        {
            data, model, methods, separator, limit, output, memory, threads,
        };
        command.SetAction((parse, stop) =>
        {
            string[]? names = parse.GetValue(methods);
            if (parse.GetResult(methods) is not null && names is not { Length: > 0 }) throw new UsageException("--method: expected the name of a method.");
            Compute.Default = Compute.Default.WithThreads(parse.GetValue(threads));
            return Task.FromResult(new EvaluateText(parse.GetRequiredValue(data), parse.GetRequiredValue(model),
                parse.GetResult(methods) is null ? null : names,
                parse.GetValue(separator) ?? SummaryLayout.DefaultSeparator, parse.GetValue(limit) ?? int.MaxValue, parse.GetRequiredValue(output),
                parse.GetValue(memory) ?? SweepOptions.DefaultMemoryBytes()).Run(Terminal.Of(parse), stop));
        });
        return command;
    }

    /// <summary>The verb <c>evaluate stories</c>.</summary>
    public static Command Stories(Option<long?> memory, Option<string> output, Option<int?> limit)
    {
        Argument<string> data = new("DATA") { Description = "stories.jsonl of 'data shapes': sentences, summary, and which sentences decide it." };
        Option<string> model = LanguageOptions.Model();
        Option<string?> separator = TextVerb.Separator();
        Option<int> threads = ComputeOptions.Threads();
        Command command = new("stories",
            "Whether methods find the sentences that are known to decide a summary: every method, and ULTra by layer, function, order and rows kept.")
        {
            data, model, separator, limit, output, memory, threads,
        };
        command.SetAction((parse, stop) =>
        {
            Compute.Default = Compute.Default.WithThreads(parse.GetValue(threads));
            return Task.FromResult(new EvaluateStories(parse.GetRequiredValue(data), parse.GetRequiredValue(model),
                parse.GetValue(separator) ?? SummaryLayout.DefaultSeparator, parse.GetValue(limit) ?? int.MaxValue, parse.GetRequiredValue(output),
                parse.GetValue(memory) ?? SweepOptions.DefaultMemoryBytes()).Run(Terminal.Of(parse), stop));
        });
        return command;
    }
}
