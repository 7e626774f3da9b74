// The work of `translucent evaluate text`: comprehensiveness and sufficiency of methods over many texts, beside random orders.

using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Translucent.Cli.Options;
using Translucent.Evaluate.Perturb;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Models;
using Translucent.Runs;
using Translucent.Tensors;
using Translucent.Text;
using Trace = Translucent.Models.Trace;

namespace Translucent.Cli.Language;

/// <summary>What a text said about a method.</summary>
sealed record TextScore(string Method, double Full, IReadOnlyList<double> Comprehensiveness, IReadOnlyList<double> Sufficiency);

/// <summary>A text that is done.</summary>
sealed record TextLine(int Item, IReadOnlyList<TextScore> Methods, bool? Right = null)
{
    /// <summary>Whether every method has a number for every percentage.</summary>
    public bool IsWhole() => Methods.Count > 0 && Methods.All(m => m.Comprehensiveness.Count == TextErasure.Percents.Count
        && m.Sufficiency.Count == TextErasure.Percents.Count);
}

/// <summary>What decides about the results.</summary>
sealed record TextJobSettings(string Version, string Model, string Tokenizer, string Data, string Separator, IReadOnlyList<string> Methods);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(TextLine))]
[JsonSerializable(typeof(TextJobSettings))]
sealed partial class TextJobJson : JsonSerializerContext;

/// <summary>One evaluation with its settings.</summary>
sealed class EvaluateText(string data, string model, IReadOnlyList<string>? methods, string separator, int limit, string output, long memoryBytes)
{
    const string Random = "random";

    public int Run(Terminal terminal, CancellationToken stop)
    {
        IReadOnlyList<TextExample> all = TextExamples.Read(data, limit);
        bool summaries = all[0].Summary is not null;
        using LanguageInfo info = LanguageInfo.Open(model, stop);
        terminal.Line(info.Line);
        if (summaries && !info.Model.PredictsTokens)
            throw new UsageException($"--model {model}: predicts no tokens, and {data} has summaries; expected a model such as Llama or GPT-2.");
        if (!summaries && info.Model.Classes == 0)
            throw new UsageException($"--model {model}: has no classifier, and {data} has labels; expected a classifier of texts.");
        string[] names = [.. methods ?? (summaries ? ["ultra", "gae", "tokentm", "attn_lrp", "gradient_x_input", "raw", "rollout"]
            : ["gae", "tokentm", "attn_lrp", "gradient_x_input", "raw", "rollout"])];
        names = [.. names.Select(n => summaries ? TextMethod.Named(n).Name : Class(n).Name).Distinct()];
        using JobLog<TextLine> log = JobLog<TextLine>.Open(output, JsonSerializer.Serialize(new TextJobSettings(ThisProgram.Version, info.Hash,
            TextFiles.TokenizerHash(info.Folder), FileHash.Of(data), separator, names), TextJobJson.Default.TextJobSettings), TextJobJson.Default.TextLine,
                line => line.IsWhole());
        HashSet<int> done = [.. log.Done.Select(line => line.Item)];
        int[] left = [.. Enumerable.Range(0, all.Count).Where(i => !done.Contains(i))];
        terminal.Line($"{all.Count} texts, {names.Length} methods and random orders"
            + $"{(left.Length < all.Count ? $"; {all.Count - left.Length} texts were done before" : "")}.");
        long start = Stopwatch.GetTimestamp();
        terminal.Work("text", progress =>
        {
            for (int i = 0; i < left.Length; i++)
            {
                stop.ThrowIfCancellationRequested();
                log.Add(One(info, names, left[i], all[left[i]], stop));
                if (i == 0)
                    terminal.Line($"{Terminal.About(Stopwatch.GetElapsedTime(start).TotalSeconds * left.Length)} in all, the first being the slowest.");
                progress.Report((i + 1.0) / left.Length);
            }
        });
        Report(terminal, [.. log.Done.Where(line => line.Item < all.Count)], names, summaries);
        return CommandLine.Success;
    }

    static ClassMethod Class(string name) => ClassMethods.Find(name)
        ?? throw new UsageException(
            $"--method {name}{DidYouMean.Of(name, MethodChoice.Known)}: expected some of {string.Join(", ", ClassMethods.All.Select(m => m.Name))}.");

    TextLine One(LanguageInfo info, string[] names, int number, TextExample example, CancellationToken stop)
    {
        try
        {
            return example.Summary is { } summary ? Summary(info, names, number, SummaryLayout.Of(info.Model, example.Text, separator, summary), stop)
                : Labelled(info, names, number, example, stop);
        }
        catch (TranslucentException e)
        {
            throw new TranslucentException($"{data}: text {number + 1}: {e.Message}", e);
        }
    }

    TextLine Summary(LanguageInfo info, string[] names, int number, SummaryLayout layout, CancellationToken stop)
    {
        ErasureResult Judge(float[] scores) => TextErasure.OfSummary(info.Model, layout.Ids, layout.Context, layout.Summary, scores, cancellationToken: stop);
        List<TextScore> found = [];
        (Trace pass, long left) = TextPasses.Forward(info.Model, layout.Ids, memoryBytes, stop);
        using (Trace trace = pass)
            foreach (string name in names)
            {
                TextMethod how = new(TextMethod.Named(name), null, TokenFunction.S, null, UltraOrder.Flow, new RowsChoice(null, Exact: true, 0));
                found.Add(Score(name, Judge(how.Explain(trace, layout, new SweepOptions { MemoryBytes = left, Stop = stop }).Lambda)));
            }
        found.Add(Score(Random, Judge(Draw(number, layout.Context.Count))));
        return new TextLine(number, found);
    }

    TextLine Labelled(LanguageInfo info, string[] names, int number, TextExample example, CancellationToken stop)
    {
        TextInput input = info.Model.Encode(example.Text);
        EncodedText encoded = info.Tokenizer.Encode(example.Text);
        int[] words = [.. Enumerable.Range(0, encoded.Count).Where(i => encoded.Sequences[i] == 0)];
        if (words.Length == 0) throw new TranslucentException("has no tokens, expected some words.");
        (Trace pass, long left) = TextPasses.Forward(info.Model, input, memoryBytes, stop);
        using Trace trace = pass;
        int top = trace.Top(1)[0].Index;
        ErasureResult Judge(float[] scores) => TextErasure.OfClass(info.Model, input, words, scores, top, cancellationToken: stop);
        List<TextScore> found = [];
        foreach (string name in names)
        {
            Tensor rows = Class(name).Explain(trace, new ClassTargets([top]), new SweepOptions { MemoryBytes = left, Stop = stop }).Tokens
                ?? throw TranslucentException.OfRequest($"--method {name}: explains pixels.");
            found.Add(Score(name, Judge([.. words.Select(w => rows.Row(0)[w])])));
        }
        found.Add(Score(Random, Judge(Draw(number, words.Length))));
        return new TextLine(number, found, info.Label(top).Equals(example.Label, StringComparison.OrdinalIgnoreCase) || example.Label == $"{top}");
    }

    static TextScore Score(string method, ErasureResult r) => new(method, r.Full, r.Comprehensiveness, r.Sufficiency);

    /// <summary>Random scores of a text, the same whenever it is done.</summary>
    static float[] Draw(int number, int count)
    {
        SplitMix random = new(SplitMix.At(20_261_129, (ulong)number));
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.Unit())];
    }

    void Report(Terminal terminal, IReadOnlyList<TextLine> lines, string[] names, bool summaries)
    {
        int aggregate = TextErasure.Percents.Count + 1; // the paper's divisor: the empty deletion counts
        string[] heads = ["method", "comprehensiveness", "sufficiency", .. TextErasure.Percents.SelectMany(k => (string[])[$"comp {k} %", $"suff {k} %"])];
        string[][] rows = [.. names.Append(Random).Select(name =>
        {
            TextScore[] of = [.. lines.Select(line => line.Methods.First(m => m.Method == name))];
            return (string[])[name, Number(of.Average(s => s.Comprehensiveness.Sum() / aggregate)), Number(of.Average(s => s.Sufficiency.Sum() / aggregate)),
                .. Enumerable.Range(0, TextErasure.Percents.Count).SelectMany(k => (string[])[Number(of.Average(s => s.Comprehensiveness[k])),
                    Number(of.Average(s => s.Sufficiency[k]))])];
        })];
        string what = summaries ? "mean log p of the summary" : string.Create(CultureInfo.InvariantCulture,
            $"probability of the predicted class; {100.0 * lines.Count(line => line.Right == true) / lines.Count:0.0} % are classified rightly");
        terminal.Line($"{lines.Count} texts; losses of the {what}.");
        terminal.Table([heads[0], .. heads.Skip(1).Select(h => ">" + h)], rows);
        StringBuilder text = new($"# Words taken away by their relevance: {lines.Count} texts\n\nLosses of the {what}. "
            + "Comprehensiveness: without the top words, larger is better; "
            + "sufficiency: with them alone, smaller is better; both over 1, 5, 10, 20 and 50 % of the words.\n\n");
        text.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", heads)} |\n|---|{string.Concat(Enumerable.Repeat("---:|", heads.Length - 1))}\n");
        foreach (string[] row in rows) text.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", row)} |\n");
        string path = Path.Combine(output, "table.md");
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text.ToString())));
        terminal.Line($"written: {path}, {Path.Combine(output, JobLog<TextLine>.FileName)}");
    }

    static string Number(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);
}
