// translucent embed: how alike two texts are to a language model, and which of their words make them so.

using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Translucent.Cli.Options;
using Translucent.Cli.Records;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;
using Translucent.Text;
using Trace = Translucent.Models.Trace;

namespace Translucent.Cli.Language;

/// <summary>A text with its words.</summary>
sealed record EmbeddedText(ShownText Shown, int Tokens, Tensor Vector, IReadOnlyList<ScoredPart> Parts);

/// <summary>The verb <c>embed</c>.</summary>
static class EmbedVerb
{
    public static Command Create()
    {
        Argument<string> first = new("A") { Description = "A text, in quotes; @FILE for the text of a file, - for standard input." },
            second = new("B") { Description = "Another text, likewise." };
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
        Option<bool> json = new("--json") { Description = "Print one JSON object instead: cosine, embeddings, words with their places and relevance." };
        Option<long?> memory = ComputeOptions.Memory("passes through the model and sweeps");
        Option<int> threads = ComputeOptions.Threads();
        Command command = new("embed", "Say how alike two texts are (the cosine of their embeddings), and show which words make them so.")
        {
            first, second, model, pooling, method, json, memory, threads,
        };
        command.SetAction((parse, stop) =>
        {
            string[] words = [parse.GetRequiredValue(first), parse.GetRequiredValue(second)];
            if (words.All(w => w == "-")) throw new UsageException("embed: both texts are -, expected one of them from standard input.");
            string[] texts = [Read("A", words[0]), Read("B", words[1])];
            StreamMethod how = TextMethod.Named(parse.GetRequiredValue(method));
            Compute.Default = Compute.Default.WithThreads(parse.GetValue(threads));
            using LanguageInfo info = LanguageInfo.Open(parse.GetRequiredValue(model), stop, hashed: false);
            TextPooling pool = parse.GetValue(pooling);
            (double cosine, EmbeddedText[] found) = Compare(info, texts, pool, how, parse.GetValue(memory) ?? SweepOptions.DefaultMemoryBytes(), stop);
            Terminal terminal = Terminal.Of(parse);
            terminal.Unread(info.Name, info.Model.UnreadSettings);
            if (parse.GetValue(json)) terminal.Answer(JsonSerializer.Serialize(Record(info, pool, how, cosine, found), ReportJson.Line.EmbedRecord));
            else Show(terminal, info, pool, how, cosine, found);
            return Task.FromResult(CommandLine.Success);
        });
        return command;
    }

    /// <summary>A text as typed, of a file behind @, or of standard input; @@ begins a text with @.</summary>
    static string Read(string name, string word)
    {
        string text = word == "-" || (word.StartsWith('@') && !word.StartsWith("@@", StringComparison.Ordinal))
            ? LanguageOptions.FileText(name, word == "-" ? word : word[1..]) : word.StartsWith("@@", StringComparison.Ordinal) ? word[1..] : word;
        return !string.IsNullOrWhiteSpace(text) ? text : throw new UsageException($"embed: {name} is empty, expected some words in each text.");
    }

    static (double Cosine, EmbeddedText[] Texts) Compare(LanguageInfo info, string[] texts, TextPooling pooling, StreamMethod method, long memoryBytes,
        CancellationToken stop)
    {
        Tensor[] vectors = [.. texts.Select(text =>
        {
            using Trace trace = TextPasses.Forward(info.Model, info.Model.Encode(text), memoryBytes, stop).Trace;
            return TextEmbeddings.Of(trace, pooling);
        })];
        return (System.Numerics.Tensors.TensorPrimitives.Dot<float>(vectors[0].Span, vectors[1].Span), [.. texts.Select((text, t) =>
        {
            EncodedText encoded = info.Tokenizer.Encode(text);
            (Trace pass, long left) = TextPasses.Forward(info.Model, info.Model.Encode(text), memoryBytes, stop);
            using Trace trace = pass;
            SimilarityTargets targets = new(vectors[1 - t], pooling);
            if (method.Fits(trace, targets) is { } reason) throw TranslucentException.OfRequest($"--method {method.Name}: {reason}.");
            Tensor row = method.Explain(trace, targets, new SweepOptions { MemoryBytes = left, Stop = stop })["text"];
            int[] own = [.. Enumerable.Range(0, encoded.Count).Where(i => encoded.Sequences[i] == 0)];
            ShownText shown = new(text, [.. own.Select(i => encoded.Utf16Offsets[i])]);
            return new EmbeddedText(shown, encoded.Count, vectors[t],
                ScoredPart.Of(shown.Parts([.. own.Select(i => encoded.Words[i])]), [.. own.Select(i => row.Row(0)[i])]));
        })]);
    }

    static void Show(Terminal terminal, LanguageInfo info, TextPooling pooling, StreamMethod method, double cosine, EmbeddedText[] found)
    {
        terminal.Line(info.Line);
        string which = pooling switch { TextPooling.First => "the first tokens", TextPooling.Last => "the last tokens", _ => "the mean tokens" };
        terminal.Line($"cosine {cosine.ToString("0.0000", CultureInfo.InvariantCulture)} of {which}; words that make it, by {method.Name}:");
        for (int t = 0; t < 2; t++) terminal.Shaded([($"{"AB"[t]}: ", 0), .. found[t].Parts.Select(p => (Visible.Text(p.Part.Text), p.Share))]);
        terminal.Table(["text", "word", ">relevance"], found.SelectMany((text, t) => text.Parts.Where(p => p.Part.Tokens.Count > 0)
            .OrderByDescending(p => Math.Abs(p.Score)).Take(8)
            .Select(p => (string[])[$"{"AB"[t]}", Visible.Line(p.Part.Text.Trim()), p.Score.ToString("G4", CultureInfo.InvariantCulture)])));
    }

    static EmbedRecord Record(LanguageInfo info, TextPooling pooling, StreamMethod method, double cosine, EmbeddedText[] found)
    {
        EmbedText Of(EmbeddedText text)
        {
            ScoredPart[] words = [.. text.Parts.Where(p => p.Part.Tokens.Count > 0)];
            IReadOnlyList<TextSpan> places = new ShownText(text.Shown.Text, [.. words.Select(w => new TextSpan(w.Part.Start, w.Part.End))]).CodePoints();
            return new EmbedText(text.Shown.Text, text.Tokens, text.Vector.ToArray(),
                [.. words.Select((w, i) => new EmbedWord(w.Part.Text, places[i].Start, places[i].End, w.Score))]);
        }
        return new EmbedRecord(info.Name, pooling.ToString().ToLowerInvariant(), method.Name, cosine, Of(found[0]), Of(found[1]));
    }
}
