// The work of `translucent evaluate stories`: do methods find the sentences that are known to decide a summary? Every method, and ULTra by layer,
// function, order and rows kept.

using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Translucent.Cli.Pages;
using Translucent.Evaluate.Jobs;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Models;
using Translucent.Runs;
using Translucent.Tensors;
using Trace = Translucent.Models.Trace;

namespace Translucent.Cli.Language;

/// <summary>One evaluation with its settings.</summary>
sealed class EvaluateStories(string data, string model, string separator, int limit, string output, long memoryBytes)
{
    const int Draws = 8; // random directions for function W at the last layer

    static readonly int[] s_rows = [0, 4, 16];

    public int Run(Terminal terminal, CancellationToken stop)
    {
        IReadOnlyList<KnownStory> all = KnownStory.Read(data, limit);
        using LanguageInfo info = LanguageInfo.Open(model, stop);
        info.Announce(terminal);
        if (!info.Model.PredictsTokens) throw new UsageException($"--model {model}: predicts no tokens; expected a model such as Llama or GPT-2.");
        using JobLog<StoryLine> log = JobLog<StoryLine>.Open(output, JsonSerializer.Serialize(new StorySettings(ThisProgram.Version, info.Hash,
            TextFiles.TokenizerHash(info.Folder), FileHash.Of(data), separator, Draws), StoryJson.Default.StorySettings), StoryJson.Default.StoryLine,
            line => line.Methods.Count > 0);
        HashSet<int> done = [.. log.Done.Select(line => line.Item)];
        int[] left = [.. Enumerable.Range(0, all.Count).Where(i => !done.Contains(i))];
        terminal.Line($"{all.Count} stories{(left.Length < all.Count ? $"; {all.Count - left.Length} were done before" : "")}.");
        long start = Stopwatch.GetTimestamp();
        terminal.Work("stories", progress =>
        {
            for (int i = 0; i < left.Length; i++)
            {
                stop.ThrowIfCancellationRequested();
                log.Add(One(info.Model, left[i], all[left[i]], stop));
                if (i == 0) terminal.Line($"{Terminal.About(Stopwatch.GetElapsedTime(start).TotalSeconds * left.Length)} in all, the first being the slowest.");
                progress.Report((i + 1.0) / left.Length);
            }
        });
        Report(terminal, [.. log.Done.Where(line => line.Item < all.Count)], info);
        return CommandLine.Success;
    }

    StoryLine One(LanguageModel language, int number, KnownStory story, CancellationToken stop)
    {
        SummaryLayout layout = SummaryLayout.Of(language, story.Text, separator, story.Summary);
        int[] sentences = story.SentenceOf(layout.ContextText);
        (Trace pass, long left) = TextPasses.Forward(language, layout.Ids, memoryBytes, stop);
        using Trace trace = pass;
        SweepOptions options = new() { MemoryBytes = left, Stop = stop };
        List<StoryScore> found = [];
        void Judge(string name, IReadOnlyList<float> scores) => found.Add(story.Judge(name, scores, sentences));

        int top = trace.Blocks.Count + 1;
        Tensor[] drawn = [.. Enumerable.Range(0, Draws).Select(d => Directions(trace.Tokens, trace.Blocks[^1].Width, (ulong)(7 + d)))];
        float[] Ultra(TokenFunction function, int layer, int? rows = null, UltraOrder order = UltraOrder.Flow, Tensor? w = null) =>
            TokenContributions.Of(trace, layout.Summary, layout.Context, layer, function, order, function == TokenFunction.W ? w ?? drawn[0] : null,
                options with { Rows = rows }).Lambda.ToArray();
        foreach (TokenFunction function in (TokenFunction[])[TokenFunction.S, TokenFunction.E, TokenFunction.W])
            for (int layer = 2; layer <= top; layer++)
            {
                Judge($"ultra, {function}, layer {layer}", Ultra(function, layer));
                foreach (int k in s_rows) Judge($"ultra, {function}, layer {layer}, K = {k}", Ultra(function, layer, k));
            }
        for (int d = 1; d < Draws; d++) Judge($"ultra, W, layer {top}, direction {d + 1}", Ultra(TokenFunction.W, top, w: drawn[d]));
        Judge($"ultra, W, layer {top}, direction of the word that follows", Ultra(TokenFunction.W, top, w: Following(trace, layout.Ids)));
        Judge($"ultra, S, layer {top}, literal order", Ultra(TokenFunction.S, top, order: UltraOrder.Literal));
        foreach (StreamMethod method in TextMethod.All.Where(m => m.Name != "ultra"))
        {
            float[] scores = new TextMethod(method, null, TokenFunction.S, null, UltraOrder.Flow, new RowsChoice(null, Exact: true, 0))
                .Explain(trace, layout, options).Lambda;
            Judge(method.Name, scores);
            if (method.IsSigned) Judge($"{method.Name}, size alone", [.. scores.Select(Math.Abs)]);
        }
        SplitMix random = new(SplitMix.At(20_261_129, (ulong)number));
        Judge("random", [.. layout.Context.Select(_ => (float)random.Unit())]);
        int[] said = [.. layout.Summary.Select(s => Best(trace.Vocabulary!.Logits([s - 1]).Row(0)))];
        return new StoryLine(number, said.SequenceEqual(layout.Summary.Select(s => layout.Ids[s])), found);
    }

    /// <summary>[N, C], for function W one random direction of length 1, the same for every token.</summary>
    static Tensor Directions(int tokens, int width, ulong seed)
    {
        SplitMix random = new(seed);
        Tensor all = new(tokens, width);
        Span<float> first = all.Row(0);
        foreach (ref float v in first) v = (float)(random.Unit() + random.Unit() + random.Unit() - 1.5);
        System.Numerics.Tensors.TensorPrimitives.Divide(first, System.Numerics.Tensors.TensorPrimitives.Norm<float>(first), first);
        for (int n = 1; n < tokens; n++) first.CopyTo(all.Row(n));
        return all;
    }

    /// <summary>[N, C], for every token the row of the unembedding of the token that follows it; of the last token its own.</summary>
    static Tensor Following(Trace trace, IReadOnlyList<int> ids)
    {
        Tensor all = new(trace.Tokens, trace.Blocks[^1].Width);
        for (int n = 0; n < trace.Tokens; n++) trace.Vocabulary!.Unembedding.Weight.CopyRow(ids[Math.Min(n + 1, ids.Count - 1)], all.Row(n));
        return all;
    }

    static int Best(ReadOnlySpan<float> logits) => System.Numerics.Tensors.TensorPrimitives.IndexOfMax(logits);

    void Report(Terminal terminal, IReadOnlyList<StoryLine> lines, LanguageInfo info)
    {
        string[] heads = ["method", "sentences: area", "precision", "words: area", "precision"];
        string[][] rows = [.. lines[0].Methods.Select((m, i) => (string[])[m.Method, Mean(lines, l => l.Methods[i].SentenceArea),
            Mean(lines, l => l.Methods[i].SentencePrecision), Mean(lines, l => l.Methods[i].WordArea), Mean(lines, l => l.Methods[i].WordPrecision)])];
        string right = string.Create(CultureInfo.InvariantCulture,
            $"{lines.Count} stories; of {100.0 * lines.Count(l => l.Right) / lines.Count:0.0} % the model says the whole summary itself.");
        terminal.Line(right);
        terminal.Table([heads[0], .. heads.Skip(1).Select(h => ">" + h)], rows);
        StringBuilder text = new($"# Do methods find the sentences that decide a summary? {info.Name}\n\n{right} Area: under the ROC curve, of sentences "
            + "(mean of their words) and of words; precision: among as many as matter. Means over stories, with twice the standard error.\n\n");
        text.Append($"| {string.Join(" | ", heads)} |\n|---|{string.Concat(Enumerable.Repeat("---:|", heads.Length - 1))}\n");
        foreach (string[] row in rows) text.Append($"| {string.Join(" | ", row)} |\n");
        IntervalRow[] apart = [.. lines[0].Methods.Select((m, i) => IntervalRow.OfMeans(m.Method, [.. lines.Select(l => l.Methods[i])
            .Select(s => (double[])[s.SentenceArea, s.SentencePrecision, s.WordArea, s.WordPrecision])]))];
        text.Append(ResultMarkdown.Of(IntervalTables.Of("Stories drawn again", "method",
            ["sentences: area", "sentences: precision", "words: area", "words: precision"], apart, lines.Count,
            $"ultra, S, layer {info.Model.Blocks.Count + 1}")));
        string path = Path.Combine(output, "stories.md");
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text.ToString())));
        terminal.Line($"written: {path}, {Path.Combine(output, JobLog<StoryLine>.FileName)}");
    }

    static string Mean(IReadOnlyList<StoryLine> lines, Func<StoryLine, double> of)
    {
        double[] values = [.. lines.Select(of)];
        double mean = values.Average(), variance = values.Sum(v => (v - mean) * (v - mean)) / Math.Max(1, values.Length - 1);
        return string.Create(CultureInfo.InvariantCulture, $"{mean:0.000} ± {2 * Math.Sqrt(variance / values.Length):0.000}");
    }
}
