// translucent evaluate text: how well explanations of texts hold when their words are taken away.

using System.CommandLine;
using Translucent.Cli.Jobs;
using Translucent.Cli.Options;
using Translucent.Evaluate.Perturb;
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
                + "{\"text\": .., \"label\": ..} for classifiers; or a .tsv with the columns sentence and label.",
        };
        Option<string> model = LanguageOptions.Model();
        Option<string[]?> methods = new("--method", "--methods")
        {
            Description = $"A comma list; of summaries some of {string.Join(", ", TextMethod.All.Select(m => m.Name))}; of classes some of "
                + $"{string.Join(", ", ClassTextMethod.Names)}. [default: six or seven of them]",
            HelpName = "NAMES",
            CustomParser = result => [.. result.Tokens.SelectMany(t => t.Value.Split(',',
                StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))],
        };
        Option<string?> separator = TextVerb.Separator();
        Option<SummaryMeasure> measure = new("--measure")
        {
            Description = "What a summary loses: log (mean log p of its tokens), mean (mean p) or joint (the product of p). [default: log]",
            HelpName = "NAME",
            CustomParser = Parsers.Word("--measure", ("log", SummaryMeasure.MeanLogProbability), ("mean", SummaryMeasure.MeanProbability),
                ("joint", SummaryMeasure.JointProbability)),
        };
        Option<string[]> erase = new("--erase")
        {
            Description = "How tokens go: delete, replace, or both as a comma list.",
            HelpName = "HOW",
            DefaultValueFactory = _ => ["delete"],
            CustomParser = result => [.. result.Tokens.SelectMany(t => t.Value.Split(',', StringSplitOptions.TrimEntries))],
        };
        Option<string?> fill = new("--fill")
        {
            Description = "The token in the place of those that are replaced. [default: the tokenizer's mask, unknown or filling token]",
            HelpName = "TOKEN",
        };
        Option<string?> words = new("--words")
        {
            Description = "Labelled texts like DATA whose single words are held against relevance: does it know good words from bad ones? [default: none]",
            HelpName = "FILE",
        };
        Option<string?> shard = ShardOption.Create();
        Option<bool> retry = new("--retry") { Description = "Try texts again that failed in an earlier run." };
        Option<int> threads = ComputeOptions.Threads();
        Command command = new("text",
            "Take words away by their relevance: comprehensiveness and sufficiency of every method over many texts, beside random orders.")
        {
            data, model, methods, separator, measure, erase, fill, words, limit, output, shard, retry, memory, threads,
        };
        command.SetAction((parse, stop) =>
        {
            string[]? names = parse.GetValue(methods);
            if (parse.GetResult(methods) is not null && names is not { Length: > 0 }) throw new UsageException("--method: expected the name of a method.");
            Compute.Default = Compute.Default.WithThreads(parse.GetValue(threads));
            JobPlace place = new(parse.GetRequiredValue(output), ShardOption.Read(parse.GetValue(shard), Environment.GetEnvironmentVariable),
                parse.GetValue(retry));
            EvaluateTextOptions options = new(parse.GetRequiredValue(data), parse.GetRequiredValue(model), parse.GetResult(methods) is null ? null : names,
                TextVerb.Between(parse, separator, model), parse.GetValue(measure), [.. parse.GetRequiredValue(erase).Select(Way).Distinct()],
                parse.GetValue(fill), parse.GetValue(words), parse.GetValue(limit) ?? int.MaxValue,
                parse.GetValue(memory) ?? SweepOptions.DefaultMemoryBytes());
            return Task.FromResult(new EvaluateText(options, place).Run(Terminal.Of(parse), stop));
        });
        return command;
    }

    static Erasure Way(string word) => word switch
    {
        "delete" => Erasure.Delete,
        "replace" => Erasure.Replace,
        _ => throw new UsageException($"--erase {word}: expected delete, replace, or both."),
    };

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
                TextVerb.Between(parse, separator, model), parse.GetValue(limit) ?? int.MaxValue, parse.GetRequiredValue(output),
                parse.GetValue(memory) ?? SweepOptions.DefaultMemoryBytes()).Run(Terminal.Of(parse), stop));
        });
        return command;
    }
}
