// The log-probability of part of a text, a summary or an answer, as what is explained (docs/language.md).

using Translucent.Models;

namespace Translucent.Explain;

/// <summary>Σ over the tokens s of a span of log p(token s | what is before it), the same positions in every text of a batch.</summary>
/// <remarks>Each token is predicted by the one before it: a span is explained by the mean of the rows s − 1.</remarks>
public sealed class SpanTargets : Targets
{
    readonly IReadOnlyList<IReadOnlyList<int>> _spans;

    /// <summary>Several spans, each a target of its own.</summary>
    /// <param name="spans">Positions of their tokens, from 1.</param>
    /// <param name="scalar">The logarithms of their probabilities, or their logits, added up.</param>
    /// <exception cref="ArgumentException">A span is empty, or its probability is asked for, which for many tokens is next to nothing.</exception>
    public SpanTargets(IReadOnlyList<IReadOnlyList<int>> spans, TokenScalar scalar = TokenScalar.LogProbability)
    {
        if (spans.Any(s => s.Count == 0)) throw new ArgumentException("spans: one has no tokens, expected one or more in each.", nameof(spans));
        if (scalar == TokenScalar.Probability)
            throw new ArgumentException("scalar Probability: expected LogProbability or Logit, numbers that add up over the tokens of a span.", nameof(scalar));
        (_spans, Scalar) = (spans, scalar);
    }

    /// <summary>One span.</summary>
    /// <inheritdoc cref="SpanTargets(IReadOnlyList{IReadOnlyList{int}}, TokenScalar)"/>
    public SpanTargets(IReadOnlyList<int> span, TokenScalar scalar = TokenScalar.LogProbability) : this([span], scalar)
    {
    }

    /// <summary>Positions of the tokens of every span.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Spans => _spans;

    /// <summary>Which numbers are added up.</summary>
    public TokenScalar Scalar { get; }

    /// <inheritdoc/>
    public override int Count => _spans.Count;

    internal override BoundTargets Bind(Trace trace)
    {
        VocabularyReadout readout = VocabularySeeds.Of(trace);
        TextPass text = trace.Text!;
        foreach (int s in _spans.SelectMany(span => span))
            if (s < 1 || s >= trace.Tokens)
                throw new ArgumentOutOfRangeException(nameof(Spans),
                    $"position {s}: tokens 1 to {trace.Tokens - 1} of this text are predicted by those before them.");
        int[][] before = [.. _spans.Select(span => span.Select(s => s - 1).ToArray())];
        int Id(int target, int item, int j) => text.Ids[item % text.Ids.Count][_spans[target][j]];
        return new BoundTargets(trace, Count, readout.Normal, (first, count) => VocabularySeeds.Of(trace, Count, first, count, (t, _) => before[t],
            (t, b, j, logits) => VocabularySeeds.Slope(Scalar, Id(t, b, j), against: null, logits)), trace.Stream, (t, _) => before[t][^1])
        {
            Several = (t, _) => before[t],
            Value = (t, b) =>
            {
                Tensors.Tensor rows = Scalar == TokenScalar.Logit ? readout.Logits(before[t], b) : readout.LogProbabilities(before[t], b);
                return Enumerable.Range(0, rows.Rows).Sum(j => (double)rows.Row(j)[Id(t, b, j)]);
            },
        };
    }
}
