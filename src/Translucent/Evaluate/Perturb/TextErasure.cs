// Comprehensiveness and sufficiency of explanations of texts (DeYoung et al. 2020, arXiv:1911.03429), and the perturbation test of latent tokens
// (Hosseini et al. 2024, arXiv:2411.12589, section 5.3, eq. 16). Counts, ties and aggregates: docs/language.md.

using Translucent.Autodiff;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Evaluate.Perturb;

/// <summary>Takes words away and asks the model again.</summary>
public static class TextErasure
{
    const int Together = 1024; // tokens of short texts that go through a classifier in one pass; no bit of a result depends on it

    /// <summary>The percentages of ERASER.</summary>
    public static IReadOnlyList<int> Percents { get; } = [1, 5, 10, 20, 50];

    /// <summary>Of a summary: what its probability loses. Only words of the context are ever taken away.</summary>
    /// <param name="model">A model that predicts tokens.</param>
    /// <param name="ids">Context, summary, and what frames them.</param>
    /// <param name="context">Positions of the words that may go.</param>
    /// <param name="summary">Positions of the summary, from 1.</param>
    /// <param name="scores">A relevance for each position of the context.</param>
    /// <param name="measure">m.</param>
    /// <param name="erasure">How words go.</param>
    /// <param name="fill">The id in their place, for <see cref="Erasure.Replace"/>.</param>
    /// <param name="percents">k; those of ERASER when null.</param>
    /// <param name="compute">Threads, kernel and memory; the default when null.</param>
    /// <param name="cancellationToken">Ends it between two operations.</param>
    /// <exception cref="ArgumentException">There are not as many scores as words, or no id to replace them by.</exception>
    /// <exception cref="TranslucentException">The model predicts no tokens.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static ErasureResult OfSummary(LanguageModel model, IReadOnlyList<int> ids, IReadOnlyList<int> context, IReadOnlyList<int> summary,
        ReadOnlySpan<float> scores, SummaryMeasure measure = SummaryMeasure.MeanLogProbability, Erasure erasure = Erasure.Delete, int? fill = null,
        IReadOnlyList<int>? percents = null, Compute? compute = null, CancellationToken cancellationToken = default)
    {
        Arena arena = new(compute);
        Check(context, scores, erasure, fill);
        return Run(context, scores, percents, sets => [.. sets.Select(gone =>
        {
            (int[] left, int[] places) = Without(ids, summary, gone, erasure, fill);
            using Trace trace = model.Forward([left], Keep.Boundaries, arena, cancellationToken);
            VocabularyReadout readout = trace.Vocabulary
                ?? throw new TranslucentException($"{model.Family}: predicts no tokens, so a summary has no probability.");
            double[] log = readout.OfText(left, places);
            return measure switch
            {
                SummaryMeasure.MeanLogProbability => log.Average(),
                SummaryMeasure.MeanProbability => log.Average(Math.Exp),
                _ => Math.Exp(log.Sum()),
            };
        })]);
    }

    /// <summary>Of a class: what its probability loses; words that are deleted go with their types and their part of what is real.</summary>
    /// <param name="model">A model that classifies texts.</param>
    /// <param name="text">The text.</param>
    /// <param name="candidates">Positions of the words that may go: no special tokens, no filling.</param>
    /// <param name="scores">A relevance for each of them.</param>
    /// <param name="class">The class, from 0.</param>
    /// <param name="erasure">How words go.</param>
    /// <param name="fill">The id in their place, for <see cref="Erasure.Replace"/>.</param>
    /// <param name="percents">k; those of ERASER when null.</param>
    /// <param name="compute">Threads, kernel and memory; the default when null.</param>
    /// <param name="cancellationToken">Ends it between two operations.</param>
    /// <exception cref="ArgumentException">There are not as many scores as words, or no id to replace them by.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static ErasureResult OfClass(LanguageModel model, TextInput text, IReadOnlyList<int> candidates, ReadOnlySpan<float> scores, int @class,
        Erasure erasure = Erasure.Delete, int? fill = null, IReadOnlyList<int>? percents = null, Compute? compute = null,
        CancellationToken cancellationToken = default)
    {
        if (@class < 0 || @class >= model.Classes) throw new ArgumentOutOfRangeException(nameof(@class), $"class {@class}: the model has {model.Classes}.");
        Arena arena = new(compute);
        Check(candidates, scores, erasure, fill);
        return Run(candidates, scores, percents, sets => [.. sets.Chunk(Math.Max(1, Together / text.Ids.Count)).SelectMany(some =>
        {
            using Trace trace = model.Forward([.. some.Select(gone => Without(text, gone, erasure, fill))], Keep.Boundaries, arena, cancellationToken);
            Tensor p = trace.Probabilities();
            return Enumerable.Range(0, some.Length).Select(i => (double)p.Row(i)[@class]).ToArray();
        })]);
    }

    /// <summary>How far the latent tokens of a summary move when words go: the mean over the summary of |z_s − z̃_s|.</summary>
    /// <param name="model">A language model.</param>
    /// <param name="ids">Context, summary, and what frames them.</param>
    /// <param name="context">Positions of the words that may go.</param>
    /// <param name="summary">Positions of the summary.</param>
    /// <param name="scores">A relevance for each position of the context.</param>
    /// <param name="layer">l, 1 .. L+1.</param>
    /// <param name="percent">How many go, 1 .. 100; ⌈percent·X / 100⌉ words.</param>
    /// <param name="positive">Whether those of most relevance go; else those of least.</param>
    /// <param name="erasure">How words go.</param>
    /// <param name="fill">The id in their place, for <see cref="Erasure.Replace"/>.</param>
    /// <param name="compute">Threads, kernel and memory; the default when null.</param>
    /// <param name="cancellationToken">Ends it between two operations.</param>
    /// <exception cref="ArgumentException">Scores, layer or id do not fit.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static double LatentDistance(LanguageModel model, IReadOnlyList<int> ids, IReadOnlyList<int> context, IReadOnlyList<int> summary,
        ReadOnlySpan<float> scores, int layer, int percent = 20, bool positive = true, Erasure erasure = Erasure.Replace, int? fill = null,
        Compute? compute = null, CancellationToken cancellationToken = default)
    {
        if (layer < 1 || layer > model.Config.Depth + 1) throw new ArgumentOutOfRangeException(nameof(layer),
            $"layer {layer}: expected 1 to {model.Config.Depth + 1}.");
        Check(context, scores, erasure, fill);
        int[] order = Order(scores, positive), gone = [.. order.Take(Count(percent, context.Count)).Select(i => context[i])];
        (int[] left, int[] places) = Without(ids, summary, [.. gone], erasure, fill);
        Arena arena = new(compute);
        using Trace whole = model.Forward([new TextInput(ids, null)], Keep.Boundaries, arena, cancellationToken),
            changed = model.Forward([left], Keep.Boundaries, arena, cancellationToken);
        Tensor z = Latent(whole), moved = Latent(changed);
        return Enumerable.Range(0, summary.Count).Average(s => (double)TensorPrimitives.Distance<float>(z.Row(summary[s]), moved.Row(places[s])));

        Tensor Latent(Trace trace) => trace.Tape[layer == 1 ? trace.Stream.Embed : trace.Blocks[layer - 2].Out].Value;
    }

    /// <summary>⌈percent·total / 100⌉ in whole numbers: in floating point 10 % of 30 would be 4.</summary>
    internal static int Count(int percent, int total) => (percent * total + 99) / 100;

    static int[] Order(ReadOnlySpan<float> scores, bool descending)
    {
        float[] keys = scores.ToArray();
        return [.. Enumerable.Range(0, keys.Length).OrderBy(i => descending ? -keys[i] : keys[i])]; // stable: of equals the earlier first
    }

    /// <param name="words">Positions that may go.</param>
    /// <param name="scores">Of each.</param>
    /// <param name="percents">k; those of ERASER when null.</param>
    /// <param name="measure">m without each of some sets of positions.</param>
    static ErasureResult Run(IReadOnlyList<int> words, ReadOnlySpan<float> scores, IReadOnlyList<int>? percents,
        Func<IReadOnlyList<HashSet<int>>, double[]> measure)
    {
        percents ??= Percents;
        int[] order = Order(scores, descending: true), counts = [.. percents.Select(k => Count(k, words.Count))];
        int[] different = [.. counts.Distinct()]; // short texts have the same number at several percentages
        IEnumerable<IEnumerable<int>> gone = [[], .. different.Select(c => order.Take(c)), .. different.Select(c => order.Skip(c))];
        double[] found = measure([.. gone.Select(some => some.Select(i => words[i]).ToHashSet())]);
        double[] Lost(int from) => [.. counts.Select(c => found[0] - found[from + Array.IndexOf(different, c)])];
        return new ErasureResult(found[0], percents, order, counts, Lost(1), Lost(1 + different.Length));
    }

    /// <summary>The text without some positions, or with others in their place.</summary>
    static TextInput Without(TextInput text, HashSet<int> gone, Erasure erasure, int? fill)
    {
        if (erasure == Erasure.Replace) return text with { Ids = [.. text.Ids.Select((id, p) => gone.Contains(p) ? fill!.Value : id)] };
        int[] kept = [.. Enumerable.Range(0, text.Ids.Count).Where(p => !gone.Contains(p))];
        return new TextInput([.. kept.Select(p => text.Ids[p])], text.Types is null ? null : [.. kept.Select(p => text.Types[p])])
        {
            Real = kept.Count(p => p < (text.Real ?? text.Ids.Count)),
        };
    }

    /// <summary>The ids without some positions, and where a summary then stands.</summary>
    static (int[] Ids, int[] Summary) Without(IReadOnlyList<int> ids, IReadOnlyList<int> summary, HashSet<int> gone, Erasure erasure, int? fill)
    {
        if (erasure == Erasure.Replace) return ([.. ids.Select((id, p) => gone.Contains(p) ? fill!.Value : id)], [.. summary]);
        return ([.. ids.Where((_, p) => !gone.Contains(p))], [.. summary.Select(s => s - gone.Count(p => p < s))]);
    }

    static void Check(IReadOnlyList<int> words, ReadOnlySpan<float> scores, Erasure erasure, int? fill)
    {
        if (scores.Length != words.Count) throw new ArgumentException($"scores: {scores.Length} numbers, expected {words.Count}, one for each word.",
            nameof(scores));
        if (erasure == Erasure.Replace && fill is null) throw new ArgumentException("fill: none, expected the id that stands for words taken away.",
            nameof(fill));
    }
}
