// Sweeps that keep few rows by other definitions than the one in use (docs/sparse.md, results/sparse.md): every row is computed and then
// dropped, so that they show what is lost, not what is saved.

using Translucent.Autodiff;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Evaluate.Trust;

/// <summary>By what the rows beside a target's own are chosen.</summary>
enum RowChoice
{
    /// <summary>r, the relevance so far: the definition in use.</summary>
    Relevance,

    /// <summary>The length of the row of the cotangent times r.</summary>
    LengthTimesRelevance,

    /// <summary>The length of the row of the cotangent: the most energy is kept.</summary>
    Length,

    /// <summary>The attention that the token receives in the block: mean over heads and queries of its column.</summary>
    Received,
}

/// <summary>Which rows a cotangent keeps below every attention, and what becomes of the others.</summary>
/// <param name="Choice">What decides; of equals the lower token.</param>
/// <param name="Rows">K, how many beside the own.</param>
/// <param name="CarriesSum">Whether the own row takes over the sum of the dropped ones, so that no cotangent is lost.</param>
sealed record FewRows(RowChoice Choice, int Rows, bool CarriesSum = false)
{
    /// <summary>What is told below every attention: the block, its cotangents with the dropped rows zero, and the first target of the chunk.</summary>
    public delegate void Seen(TokenBlock block, Cotangent left, int first);

    /// <summary>The rows of latent tokens or classes, as ULTra and GAE carry them: [T, 1, N].</summary>
    /// <param name="trace">A pass over one item of one token stream.</param>
    /// <param name="targets">What is explained.</param>
    /// <param name="options">Memory, cancelling.</param>
    /// <param name="seen">Told what is left, block by block.</param>
    public Tensor Sweep(Trace trace, Targets targets, SweepOptions? options = null, Seen? seen = null)
    {
        BoundTargets bound = targets.Bind(trace);
        Tensor result = new(bound.Count, 1, trace.Tokens);
        for (int t = 0; t < bound.Count; t++) result.Row(t)[bound.Token(t, 0)] = 1;
        (Rows Rows, int First)? chunk = null;
        Explain.Sweep.Each(bound, options, (first, count) =>
        {
            Store();
            Tensor rows = trace.Tape.Arena.Rent(count, 1, 1, trace.Tokens);
            result.Span.Slice(first * trace.Tokens, count * trace.Tokens).CopyTo(rows.Span);
            chunk = (new Rows(trace, [rows], Propagation.Gradient), first);
            Watch watch = chunk.Value.Rows.Watch();
            foreach (TokenBlock block in trace.Blocks)
                watch.Value(block.In, g =>
                {
                    Drop(g, rows, Choice == RowChoice.Received ? AttCat.Received(trace, block.Step) : null, t => bound.Token(first + t, 0));
                    seen?.Invoke(block, g, first);
                });
            return watch;
        });
        Store();
        return result;

        void Store()
        {
            if (chunk is not { } done) return;
            done.Rows.Finish();
            Tensor rows = done.Rows.Of[trace.Stream];
            rows.Span.CopyTo(result.Span[(done.First * trace.Tokens)..]);
            trace.Tape.Arena.Return(rows);
        }
    }

    /// <summary>Sets the rows that are not kept to zero.</summary>
    void Drop(Cotangent g, Tensor relevance, Tensor? received, Func<int, int> own)
    {
        g.Settle();
        int tokens = relevance.Width;
        double[] score = new double[tokens];
        for (int t = 0; t < g.Targets; t++)
        {
            int self = own(t);
            for (int n = 0; n < tokens; n++)
                score[n] = Score(g.Values.Row(t * tokens + n), relevance.Row(t)[n], received?.Span[n] ?? 0);
            score[self] = double.PositiveInfinity;
            Span<float> carried = g.Values.Row(t * tokens + self);
            foreach (int n in Enumerable.Range(0, tokens).OrderByDescending(n => score[n]).Skip(Rows + 1))
            {
                Span<float> row = g.Values.Row(t * tokens + n);
                if (CarriesSum) TensorPrimitives.Add(carried, row, carried);
                row.Clear();
            }
        }
    }

    double Score(ReadOnlySpan<float> row, double relevance, double received) => Choice switch
    {
        RowChoice.Relevance => relevance,
        RowChoice.LengthTimesRelevance => TensorPrimitives.Norm(row) * relevance,
        RowChoice.Length => TensorPrimitives.Norm(row),
        _ => received,
    };
}
