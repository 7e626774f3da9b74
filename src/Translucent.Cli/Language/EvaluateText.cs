// The work of `translucent evaluate text`: comprehensiveness and sufficiency of methods over many texts, beside random orders, and words whose polarity
// is known, on the machinery of jobs.

using System.Diagnostics;
using System.Text.Json;
using Translucent.Cli.Jobs;
using Translucent.Evaluate.Jobs;
using Translucent.Evaluate.Perturb;
using Translucent.Runs;
using Translucent.Text;

namespace Translucent.Cli.Language;

/// <summary>What was asked for.</summary>
/// <param name="Data">The file of texts.</param>
/// <param name="Model">As typed.</param>
/// <param name="Methods">Names; null for the usual ones.</param>
/// <param name="Separator">Between a text and its summary.</param>
/// <param name="Measure">What a summary loses.</param>
/// <param name="Ways">How tokens go.</param>
/// <param name="Fill">The token in their place; null for the tokenizer's own.</param>
/// <param name="Words">A list of words of known polarity, or null.</param>
/// <param name="Limit">At most so many texts.</param>
/// <param name="MemoryBytes">For passes and sweeps.</param>
sealed record EvaluateTextOptions(string Data, string Model, IReadOnlyList<string>? Methods, string Separator, SummaryMeasure Measure,
    IReadOnlyList<Erasure> Ways, string? Fill, string? Words, int Limit, long MemoryBytes);

/// <summary>One evaluation with its settings.</summary>
sealed class EvaluateText(EvaluateTextOptions options, JobPlace place)
{
    static readonly string[] s_ofSummaries = ["ultra", "gae", "tokentm", "attn_lrp", "gradient_x_input", "raw", "rollout"], s_ofClasses = s_ofSummaries[1..];

    public int Run(Terminal terminal, CancellationToken stop)
    {
        IReadOnlyList<TextExample> all = TextExamples.Read(options.Data, options.Limit);
        bool summaries = all[0].Summary is not null;
        using LanguageInfo info = LanguageInfo.Open(options.Model, stop);
        info.Announce(terminal);
        if (summaries && !info.Model.PredictsTokens)
            throw new UsageException(
                $"--model {options.Model}: predicts no tokens, and {options.Data} has summaries; expected a model such as Llama or GPT-2.");
        if (!summaries && info.Model.Classes == 0)
            throw new UsageException($"--model {options.Model}: has no classifier, and {options.Data} has labels; expected a classifier of texts.");
        if (summaries && options.Words is not null) throw new UsageException("--words: is for texts with labels; leave it out.");
        string[] names = [.. options.Methods ?? (summaries ? s_ofSummaries : s_ofClasses)];
        names = [.. names.Select(n => summaries ? TextMethod.Named(n).Name : ClassTextMethod.Named(n).Name).Distinct()];
        FillToken fill = FillToken.Of(info.Tokenizer, options.Fill, options.Ways.Contains(Erasure.Replace));
        KnownWords? words = options.Words is null ? null : KnownWords.Read(options.Words, info);
        if (words is not null) terminal.Line($"{words.Count} words of known polarity.");
        TextMeasurement measurement = new(options, info, names, fill.Id, words);
        long start = Stopwatch.GetTimestamp();
        bool said = false;
        return new JobWork(place, Settings(info, all.Count, summaries, names, fill), new JobSource(options.Data, options.Model), EvaluationPresets.Text)
            .Run(item => $"text {item + 1}", (item, left) =>
            {
                TextItem found = measurement.Of(item, all[item], stop);
                if (!said) terminal.Line($"{Terminal.About(Stopwatch.GetElapsedTime(start).TotalSeconds * left)} in all, the first being the slowest.");
                said = true;
                return JsonSerializer.Serialize(found, TextItemJson.Default.TextItem);
            }, terminal, stop);
    }

    JobSettings Settings(LanguageInfo info, int count, bool summaries, string[] names, FillToken fill)
    {
        List<(string, string)> chosen =
        [
            ("methods", string.Join(", ", names)), ("erase", string.Join(", ", options.Ways.Select(TextRemoval.Name))), ("fill", fill.Name),
            ("tokenizer", TextFiles.TokenizerHash(info.Folder)),
        ];
        if (summaries) chosen.AddRange([("measure", Measured), ("separator", JsonSerializer.Serialize(options.Separator, WordsJson.Default.String))]);
        if (options.Words is { } list) chosen.Add(("words", $"{Path.GetFileName(list)} ({FileHash.Of(list)})"));
        return new JobSettings(EvaluationPresets.Text.Name, ThisProgram.Version, new HashedName(info.Name, info.Hash),
            new HashedName(Path.GetFileName(options.Data), FileHash.Of(options.Data)), count, EvaluationPresets.Text.With(chosen), info.Model.Labels);
    }

    string Measured => options.Measure switch
    {
        SummaryMeasure.MeanProbability => "mean p of the summary",
        SummaryMeasure.JointProbability => "product of p of the summary",
        _ => "mean log p of the summary",
    };
}

/// <summary>The token that stands for one taken away.</summary>
/// <param name="Name">As the vocabulary writes it; "none" where nothing is replaced.</param>
/// <param name="Id">Its id, or null.</param>
readonly record struct FillToken(string Name, int? Id)
{
    static readonly string[] s_roles = ["mask_token", "unk_token", "pad_token"];

    /// <summary>A token that is named, or the tokenizer's mask, unknown or filling token, whichever it has first.</summary>
    /// <exception cref="UsageException">There is none of the name, or of these.</exception>
    public static FillToken Of(Tokenizer tokenizer, string? named, bool replaces)
    {
        if (!replaces) return named is null ? new FillToken("none", null) : throw new UsageException("--fill: is for --erase replace; leave it out.");
        string name = named
            ?? s_roles.Select(role => tokenizer.Roles.GetValueOrDefault(role)).FirstOrDefault(t => t is not null && tokenizer.IdOf(t) is not null)
            ?? throw new UsageException("--erase replace: the tokenizer names no mask, unknown or filling token; name one with --fill.");
        return new FillToken(name, tokenizer.IdOf(name) ?? throw new UsageException($"--fill {name}: is no token of the vocabulary; 'tokens-of' shows some."));
    }
}
