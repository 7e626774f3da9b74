// The logit lens (nostalgebraist 2020): what a language model would say next if it ended behind an earlier block. The counterpart for the
// vocabulary of projecting tokens on class embeddings (Vilas et al. 2023, arXiv:2310.18969).

using Translucent.Autodiff;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain.Projection;

/// <summary>A token of the vocabulary at one layer.</summary>
/// <param name="Id">Its id.</param>
/// <param name="LogProbability">The natural logarithm of its probability, ≤ 0.</param>
public readonly record struct LensToken(int Id, float LogProbability);

/// <summary>What every layer says comes behind some tokens.</summary>
/// <param name="Positions">The tokens behind which it would come, P of them.</param>
/// <param name="Top">[L + 1][P]: the most probable tokens, the first first; of equals the lower id. Entry l − 1 is z^(l).</param>
/// <param name="LogProbabilities">[L + 1, P] of the tokens that were asked about; null when none were.</param>
/// <param name="Ranks">[L + 1][P]: how many tokens have a strictly larger logit than those; null when none were asked about.</param>
public sealed record LensReading(
    IReadOnlyList<int> Positions, IReadOnlyList<IReadOnlyList<LensToken[]>> Top, Tensor? LogProbabilities, IReadOnlyList<int[]>? Ranks);

/// <summary>lens_l = W·norm(z^(l)): the last normalisation and the unembedding applied to the tokens of any layer, or to what a block adds to them.</summary>
public static class LogitLens
{
    /// <summary>Logits of the vocabulary, [L + 1, P, V], entry l − 1 for z^(l); of the last layer they are those of the model.</summary>
    /// <param name="trace">A forward pass of a model that predicts tokens.</param>
    /// <param name="positions">Tokens, from 0.</param>
    /// <param name="item">Which text of the batch.</param>
    /// <param name="state">The stream, or one of the two things that a block adds to it; nothing led to z^(1), whose entry is then zero.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token or text.</exception>
    /// <exception cref="TranslucentException">The model predicts no tokens.</exception>
    public static Tensor Logits(Trace trace, IReadOnlyList<int> positions, int item = 0, TokenState state = TokenState.Hidden)
    {
        Tensor all = new(trace.Blocks.Count + 1, positions.Count, VocabularySeeds.Of(trace).Size);
        int size = positions.Count * all.Width;
        EachLayer(trace, positions, item, state, (layer, logits) => logits.Span.CopyTo(all.Span[(layer * size)..]));
        return all;
    }

    /// <summary>The most probable tokens of every layer, and how probable some token is at each.</summary>
    /// <param name="trace">A forward pass of a model that predicts tokens.</param>
    /// <param name="positions">Tokens, from 0.</param>
    /// <param name="asked">For every position the id of a token whose rank and probability are told; null for none.</param>
    /// <param name="top">How many of the most probable are told.</param>
    /// <param name="item">Which text of the batch.</param>
    /// <param name="state">The stream, or one of the two things that a block adds to it.</param>
    /// <exception cref="ArgumentException">There are not as many ids as positions.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token, text or id.</exception>
    /// <exception cref="TranslucentException">The model predicts no tokens.</exception>
    public static LensReading Read(Trace trace, IReadOnlyList<int> positions, IReadOnlyList<int>? asked = null, int top = 5, int item = 0,
        TokenState state = TokenState.Hidden)
    {
        int vocabulary = VocabularySeeds.Of(trace).Size, layers = trace.Blocks.Count + 1, count = Math.Clamp(top, 0, vocabulary);
        if (asked is not null && asked.Count != positions.Count) throw new ArgumentException($"asked: {asked.Count} ids, expected {positions.Count}.",
            nameof(asked));
        if (asked is not null) CheckIds(asked, vocabulary, nameof(asked));
        LensToken[][][] best = new LensToken[layers][][];
        Tensor? log = asked is null ? null : new Tensor(layers, positions.Count);
        int[][]? ranks = asked is null ? null : new int[layers][];
        EachLayer(trace, positions, item, state, (layer, logits) =>
        {
            best[layer] = new LensToken[positions.Count][];
            if (ranks is not null) ranks[layer] = new int[positions.Count];
            for (int p = 0; p < positions.Count; p++)
            {
                Span<float> row = logits.Row(p);
                int id = asked?[p] ?? 0, rank = 0;
                foreach (float v in row)
                    if (v > row[id]) rank++;
                VocabularyReadout.LogSoftmax(row);
                if (asked is not null) (ranks![layer][p], log!.Row(layer)[p]) = (rank, row[id]);
                best[layer][p] = Most(row, count);
            }
        });
        return new LensReading(positions, best, log, ranks);
    }

    static LensToken[] Most(ReadOnlySpan<float> row, int count)
    {
        PriorityQueue<int, (float, int)> queue = new(count + 1); // the least probable of the best first
        for (int id = 0; id < row.Length; id++)
        {
            queue.Enqueue(id, (row[id], -id));
            if (queue.Count > count) queue.Dequeue();
        }
        LensToken[] best = new LensToken[queue.Count];
        for (int i = best.Length - 1; i >= 0; i--)
        {
            int id = queue.Dequeue();
            best[i] = new LensToken(id, row[id]);
        }
        return best;
    }

    /// <exception cref="ArgumentOutOfRangeException">There is no such id.</exception>
    internal static void CheckIds(IReadOnlyList<int> ids, int vocabulary, string name)
    {
        foreach (int id in ids)
            if (id < 0 || id >= vocabulary) throw new ArgumentOutOfRangeException(name, $"token id {id}: the vocabulary has 0 to {vocabulary - 1}.");
    }

    /// <summary>Hands out the logits [P, V] of every layer from the first, to be used up before the next come.</summary>
    internal static void EachLayer(Trace trace, IReadOnlyList<int> positions, int item, TokenState state, Action<int, Tensor> use)
    {
        VocabularyReadout readout = VocabularySeeds.Of(trace);
        if (item < 0 || item >= trace.Batch) throw new ArgumentOutOfRangeException(nameof(item), $"item {item}: the pass has texts 0 to {trace.Batch - 1}.");
        foreach (int p in positions)
            if (p < 0 || p >= trace.Tokens) throw new ArgumentOutOfRangeException(nameof(positions),
                $"token {p}: this text has tokens 0 to {trace.Tokens - 1}.");
        Compute compute = trace.Tape.Arena.Compute;
        if (state == TokenState.Hidden) use(0, Of(trace.Tape[trace.Stream.Embed].Value));
        else use(0, new Tensor(positions.Count, readout.Size));
        for (int block = 0; block < trace.Blocks.Count; block++)
        {
            int layer = block + 1;
            ClassProjection.WithTokens(trace, state, block, tokens => use(layer, Of(tokens)));
        }

        Tensor Of(Tensor tokens)
        {
            Tensor rows = new(1, positions.Count, tokens.Width);
            for (int p = 0; p < positions.Count; p++) tokens.Row(item * trace.Tokens + positions[p]).CopyTo(rows.Row(p));
            using Tape tape = new(Keep.All, compute);
            Tensor logits = readout.Unembedding.Apply(readout.Norm.Apply(tape.Leaf(rows))).Value;
            return new Tensor([positions.Count, readout.Size], logits.Span);
        }
    }
}
