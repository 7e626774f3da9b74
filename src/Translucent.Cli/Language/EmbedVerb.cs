// translucent embed: how alike two texts are to a language model, and which of their words make them so.

using System.CommandLine;
using System.Globalization;
using Translucent.Cli.Options;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;
using Translucent.Text;
using Trace = Translucent.Models.Trace;

namespace Translucent.Cli.Language;

/// <summary>The verb <c>embed</c>.</summary>
static class EmbedVerb
{
    public static Command Create()
    {
        Argument<string> first = new("A") { Description = "A text, in quotes." }, second = new("B") { Description = "Another text, in quotes." };
        Option<string> model = LanguageOptions.Model();
        Option<TextPooling> pooling = new("--pooling")
        {
            Description = "Which tokens stand for a text: mean (of all), first (BERT's class token), last. [default: mean]",
            HelpName = "NAME",
            CustomParser = Parsers.Word("--pooling", ("mean", TextPooling.Mean), ("first", TextPooling.First), ("last", TextPooling.Last)),
        };
        Option<string> method = new("--method")
        {
            Description = $"How words are told: {string.Join(", ", TextMethod.All.Select(m => m.Name))}.",
            HelpName = "NAME",
            DefaultValueFactory = _ => "gae",
        };
        Option<long?> memory = ComputeOptions.Memory("passes through the model and sweeps");
        Option<int> threads = ComputeOptions.Threads();
        Command command = new("embed", "Say how alike two texts are (the cosine of their embeddings), and show which words make them so.")
        {
            first, second, model, pooling, method, memory, threads,
        };
        command.SetAction((parse, stop) =>
        {
            string[] texts = [parse.GetRequiredValue(first), parse.GetRequiredValue(second)];
            if (texts.Any(string.IsNullOrWhiteSpace)) throw new UsageException("embed: a text is empty, expected some words in each.");
            StreamMethod how = TextMethod.Named(parse.GetRequiredValue(method));
            Compute.Default = Compute.Default.WithThreads(parse.GetValue(threads));
            using LanguageInfo info = LanguageInfo.Open(parse.GetRequiredValue(model), stop, hashed: false);
            Compare(info, texts, parse.GetValue(pooling), how, parse.GetValue(memory) ?? SweepOptions.DefaultMemoryBytes(), Terminal.Of(parse), stop);
            return Task.FromResult(CommandLine.Success);
        });
        return command;
    }

    static void Compare(LanguageInfo info, string[] texts, TextPooling pooling, StreamMethod method, long memoryBytes, Terminal terminal,
        CancellationToken stop)
    {
        terminal.Line(info.Line);
        Tensor[] vectors = [.. texts.Select(text =>
        {
            using Trace trace = TextPasses.Forward(info.Model, info.Model.Encode(text), memoryBytes, stop).Trace;
            return TextEmbeddings.Of(trace, pooling);
        })];
        double cosine = System.Numerics.Tensors.TensorPrimitives.Dot<float>(vectors[0].Span, vectors[1].Span);
        string which = pooling switch { TextPooling.First => "the first tokens", TextPooling.Last => "the last tokens", _ => "the mean tokens" };
        terminal.Line($"cosine {cosine.ToString("0.0000", CultureInfo.InvariantCulture)} of {which}; words that make it, by {method.Name}:");
        List<string[]> rows = [];
        for (int t = 0; t < 2; t++)
        {
            EncodedText encoded = info.Tokenizer.Encode(texts[t]);
            (Trace pass, long left) = TextPasses.Forward(info.Model, info.Model.Encode(texts[t]), memoryBytes, stop);
            using Trace trace = pass;
            SimilarityTargets targets = new(vectors[1 - t], pooling);
            if (method.Fits(trace, targets) is { } reason) throw TranslucentException.OfRequest($"--method {method.Name}: {reason}.");
            Tensor row = method.Explain(trace, targets, new SweepOptions { MemoryBytes = left, Stop = stop })["text"];
            int[] own = [.. Enumerable.Range(0, encoded.Count).Where(i => encoded.Sequences[i] == 0)];
            IReadOnlyList<ScoredPart> parts = ScoredPart.Of(new ShownText(texts[t], [.. own.Select(i => encoded.Utf16Offsets[i])]).Parts([.. own.Select(i
                => encoded.Words[i])]),
                [.. own.Select(i => row.Row(0)[i])]);
            terminal.Shaded([($"{"AB"[t]}: ", 0), .. parts.Select(p => (Visible.Text(p.Part.Text), p.Share))]);
            rows.AddRange(parts.Where(p => p.Part.Tokens.Count > 0).OrderByDescending(p => Math.Abs(p.Score)).Take(8)
                .Select(p => (string[])[$"{"AB"[t]}", Visible.Line(p.Part.Text.Trim()), p.Score.ToString("G4", CultureInfo.InvariantCulture)]));
        }
        terminal.Table(["text", "word", ">relevance"], rows);
    }
}
