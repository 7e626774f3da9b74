// A batch of questions about pictures as one set of tensors, shorter ones filled up.

using Translucent.Autodiff.Ops;
using Translucent.Files;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>What a pass of <see cref="Lxmert"/> reads.</summary>
/// <param name="Ids">Token ids, all of one length; 0 where a question is shorter.</param>
/// <param name="Types">Token types.</param>
/// <param name="Features">[B, R, F].</param>
/// <param name="Boxes">[B, R, 4].</param>
/// <param name="Words">Hides the filling of texts; null when there is none.</param>
/// <param name="Regions">Hides the filling of regions; null when there is none.</param>
sealed record LxmertInput(IReadOnlyList<int[]> Ids, IReadOnlyList<int[]> Types, Tensor Features, Tensor Boxes, AttentionMask? Words, AttentionMask? Regions)
{
    /// <exception cref="TranslucentException">A question does not fit the model.</exception>
    public static LxmertInput Of(IReadOnlyList<Question> questions, LxmertConfig config)
    {
        if (questions.Count == 0) throw new ArgumentException("questions: none, expected one or more.", nameof(questions));
        foreach (Question q in questions) Check(q, config);
        int[] lengths = [.. questions.Select(q => q.Ids.Length)], regions = [.. questions.Select(q => q.Boxes.Rows)];
        int longest = lengths.Max(), most = regions.Max();
        if (most > 0 && regions.Contains(0))
            throw TranslucentException.OfRequest("questions: some have regions and some have none, expected all or none; run them in batches of their own.");
        Tensor features = new(questions.Count, most, config.Features), boxes = new(questions.Count, most, 4);
        for (int b = 0; b < questions.Count; b++)
        {
            questions[b].Features.Span.CopyTo(features.Span[(b * most * config.Features)..]);
            questions[b].Boxes.Span.CopyTo(boxes.Span[(b * most * 4)..]);
        }
        return new LxmertInput(
            [.. questions.Select(q => Filled(q.Ids, longest))], [.. questions.Select(q => Filled(q.Types ?? new int[q.Ids.Length], longest))], features, boxes,
            lengths.All(n => n == longest) ? null : AttentionMask.Lengths(lengths), regions.All(n => n == most) ? null : AttentionMask.Lengths(regions));
    }

    static int[] Filled(int[] numbers, int length) => [.. numbers, .. new int[length - numbers.Length]];

    static void Check(Question q, LxmertConfig config)
    {
        if (q.Ids.Length == 0 || q.Ids.Length > config.Positions)
            throw TranslucentException.OfRequest($"question: {q.Ids.Length} tokens, expected 1 to {config.Positions}.");
        if (q.Types is not null && (q.Types.Length != q.Ids.Length || q.Types.Any(t => t < 0 || t >= config.Types)))
            throw TranslucentException.OfRequest($"question: token types {string.Join(", ", q.Types)}, expected {q.Ids.Length} from 0 to {config.Types - 1}.");
        int regions = q.Boxes.Shape[0];
        if (!q.Features.Shape.SequenceEqual([regions, config.Features]) || !q.Boxes.Shape.SequenceEqual([regions, 4]))
            throw TranslucentException.OfRequest($"question: features {q.Features} and boxes {q.Boxes}, expected [R, {config.Features}] and [R, 4].");
    }
}
