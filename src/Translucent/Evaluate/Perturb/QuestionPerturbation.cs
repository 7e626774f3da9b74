// The perturbation test of questions about pictures (Chefer, Gur and Wolf 2021, public code): words or regions are taken away in the order of their
// relevance, and the answer is asked for again. Steps, rounding and ties: docs/multimodal.md.

using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Evaluate.Perturb;

/// <summary>What is taken away.</summary>
enum Perturbed
{
    /// <summary>Words between the first and the last token, which always stay.</summary>
    Text,

    /// <summary>Regions of the picture.</summary>
    Image,
}

/// <summary>One step of a test.</summary>
/// <param name="Removed">The share that was taken away, 0 .. 1.</param>
/// <param name="Kept">Which tokens or regions stayed, ascending.</param>
/// <param name="Logits">[answers].</param>
sealed record PerturbationStep(double Removed, IReadOnlyList<int> Kept, Tensor Logits)
{
    /// <summary>The answer of the highest score.</summary>
    public int Answer => TensorPrimitives.IndexOfMax<float>(Logits.Span);
}

/// <summary>Takes tokens away and asks again.</summary>
static class QuestionPerturbation
{
    /// <summary>The shares that are taken away.</summary>
    public static IReadOnlyList<double> Steps { get; } = [0, 0.25, 0.5, 0.75, 0.8, 0.85, 0.9, 0.95, 1];

    /// <summary>All steps for one question.</summary>
    /// <param name="model">A model with an answer head.</param>
    /// <param name="question">The whole question.</param>
    /// <param name="relevance">A number for every token [T], or for every region [R].</param>
    /// <param name="what">Words or regions.</param>
    /// <param name="positive">Whether the most relevant go first; else the least relevant.</param>
    /// <param name="cancellationToken">Ends it between two operations.</param>
    /// <exception cref="ArgumentException">There are not as many numbers as tokens or regions.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static IReadOnlyList<PerturbationStep> Run(Lxmert model, Question question, ReadOnlySpan<float> relevance, Perturbed what, bool positive,
        CancellationToken cancellationToken = default)
    {
        int tokens = question.Ids.Length, count = what == Perturbed.Text ? tokens : question.Boxes.Shape[0];
        if (relevance.Length != count) throw new ArgumentException($"relevance: {relevance.Length} numbers, expected {count}.", nameof(relevance));
        float[] scores = relevance.ToArray();
        List<PerturbationStep> steps = [];
        foreach (double step in Steps)
        {
            int[] kept = what == Perturbed.Image ? Top(scores, step, positive)
                : tokens < 2 ? [.. Enumerable.Range(0, tokens)] : [0, .. Top(scores[1..^1], step, positive).Select(i => i + 1), tokens - 1];
            using Trace trace = model.Forward([what == Perturbed.Image ? Regions(question, kept) : Words(question, kept)],
                cancellationToken: cancellationToken);
            steps.Add(new PerturbationStep(step, kept, trace.Logits[0]));
        }
        return steps;
    }

    /// <summary>The area under accuracies at <see cref="Steps"/>, by trapezoids over the share taken away.</summary>
    public static double Area(IReadOnlyList<double> accuracies) =>
        Enumerable.Range(1, Steps.Count - 1).Sum(i => (accuracies[i] + accuracies[i - 1]) / 2 * (Steps[i] - Steps[i - 1]));

    /// <summary>The places, ascending, that stay when a share is taken away; of equals the earlier stays.</summary>
    static int[] Top(float[] scores, double removed, bool positive) =>
        [.. Enumerable.Range(0, scores.Length).OrderByDescending(i => positive ? -scores[i] : scores[i]).Take((int)((1.0 - removed) * scores.Length)).Order()];

    static Question Words(Question q, int[] kept) => q with
    {
        Ids = [.. kept.Select(i => q.Ids[i])],
        Types = q.Types is null ? null : [.. kept.Select(i => q.Types[i])],
    };

    static Question Regions(Question q, int[] kept) => q with { Features = Rows(q.Features, kept), Boxes = Rows(q.Boxes, kept) };

    static Tensor Rows(Tensor all, int[] kept)
    {
        Tensor some = new(kept.Length, all.Width);
        for (int i = 0; i < kept.Length; i++) all.Row(kept[i]).CopyTo(some.Row(i));
        return some;
    }
}
