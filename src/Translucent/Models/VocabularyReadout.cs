// What a language model says comes next: logits of the whole vocabulary, computed at the tokens that are asked for and nowhere else.

using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>The upper end of a model that predicts the next token: logits = W·norm(z) + b.</summary>
public sealed class VocabularyReadout
{
    readonly Linear _unembedding;

    internal VocabularyReadout(Var normal, Op norm, Linear unembedding) => (Normal, Norm, _unembedding) = (normal, norm, unembedding);

    /// <summary>V, how many tokens there are.</summary>
    public int Size => _unembedding.Weight.Rows;

    /// <summary>The tokens behind the last normalisation, [B, N, C].</summary>
    internal Var Normal { get; }

    /// <summary>The last normalisation.</summary>
    internal Op Norm { get; }

    /// <summary>W [V, C], and b or none.</summary>
    internal Linear Unembedding => _unembedding;

    /// <summary>Scores of what follows some tokens: row p is about the token behind <paramref name="positions"/>[p].</summary>
    /// <param name="positions">Tokens, from 0.</param>
    /// <param name="item">Which text of the batch.</param>
    /// <returns>[P, V], before softmax.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token or text.</exception>
    public Tensor Logits(IReadOnlyList<int> positions, int item = 0)
    {
        Tensor normal = Normal.Value;
        (int items, int tokens) = (normal.Shape[0], normal.Shape[1]);
        if (item < 0 || item >= items) throw new ArgumentOutOfRangeException(nameof(item), $"item {item}: the pass has texts 0 to {items - 1}.");
        Tensor rows = new(positions.Count, normal.Width);
        for (int p = 0; p < positions.Count; p++)
        {
            if (positions[p] < 0 || positions[p] >= tokens)
                throw new ArgumentOutOfRangeException(nameof(positions), $"token {positions[p]}: this text has tokens 0 to {tokens - 1}.");
            normal.Row(item * tokens + positions[p]).CopyTo(rows.Row(p));
        }
        return Of(rows, Normal.Tape.Arena.Compute);
    }

    /// <summary>The logarithm of the probability of every token of the vocabulary, [P, V], natural, ≤ 0.</summary>
    /// <inheritdoc cref="Logits"/>
    public Tensor LogProbabilities(IReadOnlyList<int> positions, int item = 0)
    {
        Tensor logits = Logits(positions, item);
        for (int r = 0; r < logits.Rows; r++) LogSoftmax(logits.Row(r));
        return logits;
    }

    /// <summary>The logarithm of the probability that a text goes on with its own token at each of some positions, given what is before it: [S].</summary>
    /// <param name="text">The ids of the text.</param>
    /// <param name="positions">Tokens, from 1.</param>
    /// <param name="item">Which text of the batch.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token or text, or none before it.</exception>
    internal double[] OfText(IReadOnlyList<int> text, IReadOnlyList<int> positions, int item = 0)
    {
        Tensor log = LogProbabilities([.. positions.Select(s => s - 1)], item);
        return [.. positions.Select((s, r) => (double)log.Row(r)[text[s]])];
    }

    /// <summary>Logits of normalised rows [R, C]: [R, V].</summary>
    internal Tensor Of(Tensor rows, Compute compute) => _unembedding.Forward([rows], new Arena(compute), out _);

    /// <summary>x ← x − log Σ exp x, in float64.</summary>
    internal static void LogSoftmax(Span<float> x)
    {
        float most = TensorPrimitives.Max<float>(x);
        double sum = 0;
        foreach (float v in x) sum += Math.Exp((double)v - most);
        double log = most + Math.Log(sum);
        foreach (ref float v in x) v = (float)(v - log);
    }
}
