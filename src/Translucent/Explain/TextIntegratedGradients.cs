// Integrated gradients of a text (Sundararajan, Taly and Yan 2017, arXiv:1703.01365): along what enters the first block.

using Translucent.Autodiff;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>What integrated gradients found in texts, and how well it adds up.</summary>
/// <param name="Rows">[T, B, N]: the share of every token in the change, signed, in units of the target.</param>
/// <param name="Change">[T, B]: the target at the text minus the target at the baseline, which the shares should sum to.</param>
/// <param name="Gap">[T, B]: the sum of the shares minus that change; it goes to zero with more steps.</param>
sealed record TextShares(Tensor Rows, Tensor Change, Tensor Gap);

/// <summary>⟨x − x′, ∫₀¹ ∂y/∂x at x′ + α(x − x′) dα⟩ for the embedding x of every token and a baseline x′ of tokens that say nothing.</summary>
/// <remarks>
/// The integral is the mean over the middles of m equal steps; x is what enters the first block, positions included. The baseline has, at every position,
/// the mean of all embeddings of the vocabulary, or one token that fills. Zeros would be no baseline: a normalisation at the beginning makes of α·x the
/// same for every α, so that all of the change would lie in the first of any number of steps.
/// </remarks>
static class TextIntegratedGradients
{
    /// <summary>How many steps are taken where nothing else is said.</summary>
    public const int Steps = 64;

    const int RowsAtOnce = 2048; // tokens of all passes that run together

    /// <summary>Shares of all targets.</summary>
    /// <param name="trace">A forward pass of a language model.</param>
    /// <param name="targets">Next tokens, spans, classes, similarities or latent tokens.</param>
    /// <param name="fill">The id that stands at every token of the baseline; null for the mean of the vocabulary.</param>
    /// <param name="steps">m.</param>
    /// <param name="options">Memory, progress (in targets times steps), cancelling.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no step.</exception>
    /// <exception cref="TranslucentException">The pass read no text, the id is none, or the value of the targets is not known.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static TextShares Explain(Trace trace, Targets targets, int? fill = null, int steps = Steps, SweepOptions? options = null)
    {
        options ??= new SweepOptions();
        Tensor rows = Shares(trace, targets, fill, steps, options), change = Change(trace, targets, fill, options.Stop), gap = new(change.Shape);
        for (int i = 0; i < gap.Length; i++)
        {
            double sum = 0;
            foreach (float v in rows.Row(i)) sum += v;
            gap.Span[i] = (float)(sum - change.Span[i]);
        }
        return new TextShares(rows, change, gap);
    }

    /// <summary>[T, B]: the target at the text minus the target at the baseline, what the shares should sum to. One forward pass.</summary>
    public static Tensor Change(Trace trace, Targets targets, int? fill = null, CancellationToken cancellationToken = default)
    {
        BoundTargets bound = targets.Bind(trace);
        if (bound.Value is null)
            throw new TranslucentException(
                "integrated gradients: the value of these targets is not told, only their rows; ask for those by the method's name.");
        Tensor change = new(bound.Count, trace.Batch);
        using Trace below = trace.Text!.Over(Baseline(trace, fill), trace.Tape.Keep, new Arena(trace.Tape.Arena.Compute), cancellationToken);
        BoundTargets there = targets.Bind(below);
        for (int i = 0; i < change.Length; i++)
            change.Span[i] = (float)(bound.Value(i / trace.Batch, i % trace.Batch) - there.Value!(i / trace.Batch, i % trace.Batch));
        return change;
    }

    /// <summary>The shares alone, [T, B, N].</summary>
    internal static Tensor Shares(Trace trace, Targets targets, int? fill, int steps, SweepOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        Tensor x = trace.Tape[trace.Stream.Embed].Value, from = Baseline(trace, fill), rows = new(targets.Count, trace.Batch, trace.Tokens);
        double[] sums = new double[rows.Length];
        Arena arena = new(trace.Tape.Arena.Compute);
        SweepOptions inner = options with { Progress = null };
        int together = Math.Clamp(RowsAtOnce / x.Rows, 1, steps);
        for (int first = 0; first < steps; first += together)
        {
            int count = Math.Min(together, steps - first);
            Tensor between = arena.Rent(count * trace.Batch, trace.Tokens, x.Width);
            for (int i = 0; i < between.Length; i++)
            {
                double alpha = (first + i / x.Length + 0.5) / steps, start = from.Span[i % x.Length];
                between.Span[i] = (float)(start + alpha * (x.Span[i % x.Length] - start));
            }
            using (Trace pass = trace.Text!.Over(between, trace.Tape.Keep, arena, options.Stop))
                Sweep.Each(targets.Bind(pass), inner, (begin, _) => new Watch().Value(pass.Stream.Embed, g => Add(g, x, from, sums, begin)));
            arena.Return(between);
            options.Progress?.Report(targets.Count * (first + count));
        }
        for (int i = 0; i < sums.Length; i++) rows.Span[i] = (float)(sums[i] / steps);
        return rows;
    }

    /// <summary>Adds ⟨g, x − x′⟩ of every token, passes over the same texts in one sum.</summary>
    static void Add(Cotangent g, Tensor x, Tensor from, double[] sums, int begin)
    {
        Tensor values = g.Values;
        int perTarget = values.Rows / g.Targets, tokens = x.Shape[1];
        for (int r = 0; r < values.Rows; r++)
        {
            int source = g.SourceRow(r, tokens) % x.Rows;
            ReadOnlySpan<float> row = values.Row(r), to = x.Row(source), origin = from.Row(source);
            double dot = 0;
            for (int i = 0; i < row.Length; i++) dot += row[i] * ((double)to[i] - origin[i]);
            sums[(begin + r / perTarget) * x.Rows + source] += dot;
        }
    }

    /// <summary>[B, N, C].</summary>
    static Tensor Baseline(Trace trace, int? fill)
    {
        TextPass text = trace.Text ?? throw new TranslucentException($"{trace.Model.Family}: the pass read no text.");
        TextEmbedding embedding = text.Model.Embedding;
        if (fill is null) embedding = embedding with { Words = Mean(embedding.Words) };
        int[][] filled = [.. text.Batch.Ids.Select(ids => ids.Select(_ => fill ?? 0).ToArray())];
        using Tape tape = new();
        Tensor embedded = embedding.On(tape, text.Batch with { Ids = filled }).Value;
        return new Tensor(embedded.Shape, embedded.Span);
    }

    /// <summary>The mean of the rows of a matrix, as a matrix of one row.</summary>
    static Matrix Mean(Matrix words)
    {
        float[] row = new float[words.Columns];
        double[] sum = new double[row.Length];
        for (int id = 0; id < words.Rows; id++)
        {
            words.CopyRow(id, row);
            for (int i = 0; i < row.Length; i++) sum[i] += row[i];
        }
        return new Matrix(new Tensor([row.Length], Array.ConvertAll(sum, v => (float)(v / words.Rows))), 1, row.Length);
    }
}
