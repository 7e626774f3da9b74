// What one text says in `translucent evaluate text`.

using System.Text.Json.Serialization;
using Translucent.Evaluate.Jobs;
using Translucent.Evaluate.Perturb;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Models;
using Translucent.Runs;
using Translucent.Tensors;
using Translucent.Text;
using Trace = Translucent.Models.Trace;

namespace Translucent.Cli.Language;

[JsonSerializable(typeof(string))]
sealed partial class WordsJson : JsonSerializerContext;

/// <summary>A method that explains classes of texts.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsSigned">Whether numbers below zero speak against the class.</param>
/// <param name="Row">[N], the relevance of every token for a class.</param>
sealed record ClassTextMethod(string Name, bool IsSigned, Func<Trace, int, SweepOptions, float[]> Row)
{
    /// <summary>Of the table for classes; one that explains pixels there, of the table for language models.</summary>
    /// <exception cref="UsageException">There is none of the name.</exception>
    public static ClassTextMethod Named(string name)
    {
        if (ClassMethods.Find(name) is { } method && !method.Needs.HasFlag(MethodNeeds.Patches) && !method.Needs.HasFlag(MethodNeeds.Pixels))
            return new ClassTextMethod(method.Name, method.IsSigned, (trace, c, o) => method.Fits(trace, new ClassTargets([c])) is { } reason
                ? throw TranslucentException.OfRequest($"--method {method.Name}: {reason}.")
                : method.Explain(trace, new ClassTargets([c]), o).Tokens!.Row(0).ToArray());
        StreamMethod other = StreamMethods.OfTexts
            .FirstOrDefault(m => m.Aliases.Prepend(m.Name).Contains(name.Replace('-', '_'), StringComparer.OrdinalIgnoreCase))
            ?? throw new UsageException($"--method {name}{DidYouMean.Of(name, Names)}: expected some of {string.Join(", ", Names)}.");
        return new ClassTextMethod(other.Name, other.IsSigned, (trace, c, o) => other.Explain(trace, new ClassTargets([c]), o)["text"].Row(0).ToArray());
    }

    /// <summary>Names of all that explain classes of texts.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [.. ClassMethods.All.Where(m => !m.Needs.HasFlag(MethodNeeds.Patches) && !m.Needs.HasFlag(MethodNeeds.Pixels)).Select(m => m.Name)
            .Union(StreamMethods.OfTexts.Select(m => m.Name))];
}

/// <summary>Explains texts and takes their tokens away.</summary>
/// <param name="options">What was asked for.</param>
/// <param name="info">The model.</param>
/// <param name="names">Of the methods.</param>
/// <param name="fill">The id in the place of tokens that are replaced.</param>
/// <param name="words">Words of known polarity, or null.</param>
sealed class TextMeasurement(EvaluateTextOptions options, LanguageInfo info, IReadOnlyList<string> names, int? fill, KnownWords? words)
{
    /// <summary>One text.</summary>
    /// <param name="number">Which one, from 0.</param>
    /// <param name="example">The text with its summary or label.</param>
    /// <param name="stop">Ends it.</param>
    public TextItem Of(int number, TextExample example, CancellationToken stop) => example.Summary is { } summary
        ? Summary(number, SummaryLayout.Of(info.Model, example.Text, options.Separator, summary), stop) : Labelled(number, example, stop);

    TextItem Summary(int number, SummaryLayout layout, CancellationToken stop)
    {
        double full = 0;
        TextMethodScore Judge(string name, float[] scores) => TextRemoval.Of(name, options.Ways, way =>
        {
            ErasureResult r = TextErasure.OfSummary(info.Model, layout.Ids, layout.Context, layout.Summary, scores, options.Measure, way, fill,
                cancellationToken: stop);
            full = r.Full;
            return r;
        });
        List<TextMethodScore> found = [];
        (Trace pass, long left) = TextPasses.Forward(info.Model, layout.Ids, options.MemoryBytes, stop);
        using (Trace trace = pass)
            foreach (string name in names)
            {
                TextMethod how = new(TextMethod.Named(name), null, TokenFunction.S, null, UltraOrder.Flow, new RowsChoice(null, Exact: true, 0));
                found.Add(Judge(name, how.Explain(trace, layout, new SweepOptions { MemoryBytes = left, Stop = stop }).Lambda));
            }
        found.Add(Judge(TextRemoval.Random, Draw(number, layout.Context.Count)));
        return new TextItem(full, layout.Context.Count, found);
    }

    TextItem Labelled(int number, TextExample example, CancellationToken stop)
    {
        TextInput input = info.Model.Encode(example.Text);
        EncodedText encoded = info.Tokenizer.Encode(example.Text);
        int[] tokens = [.. Enumerable.Range(0, encoded.Count).Where(i => encoded.Sequences[i] == 0)];
        if (tokens.Length == 0) throw new TranslucentException("has no tokens, expected some words.");
        (Trace pass, long left) = TextPasses.Forward(info.Model, input, options.MemoryBytes, stop);
        using Trace trace = pass;
        ClassPrediction top = trace.Top(1)[0];
        IReadOnlyList<(int[] Tokens, int Class)> known = words?.In(encoded, example.Text) ?? [];
        TextMethodScore Judge(string name, float[] row, bool signed) => TextRemoval.Of(name, options.Ways, way => TextErasure.OfClass(info.Model, input, tokens,
            [.. tokens.Select(t => row[t])], top.Index, way, fill, cancellationToken: stop)) with
        {
            Polarity = known.Count == 0 ? null : KnownWords.Score(known, row, top.Index, signed),
        };
        List<TextMethodScore> found = [];
        foreach (ClassTextMethod method in names.Select(ClassTextMethod.Named))
            found.Add(Judge(method.Name, method.Row(trace, top.Index, new SweepOptions { MemoryBytes = left, Stop = stop }), method.IsSigned));
        found.Add(Judge(TextRemoval.Random, Draw(number, encoded.Count), signed: true));
        return new TextItem(top.Probability, tokens.Length, found, info.Class(example.Label!) == top.Index, known.Count,
            known.Count(w => w.Class == top.Index));
    }

    /// <summary>Random scores of a text from -0.5 to 0.5, the same whenever it is done.</summary>
    static float[] Draw(int number, int count)
    {
        SplitMix random = new(SplitMix.At(20_261_129, (ulong)number));
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.Unit() - 0.5f)];
    }
}
