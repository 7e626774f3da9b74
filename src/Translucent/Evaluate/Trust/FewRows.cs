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

    /// <summary>The length of the row of the cotangent.</summary>
    Length,

    /// <summary>The attention that the token receives in the block: mean over heads and queries of its column.</summary>
    Received,
}

/// <summary>Which rows a cotangent keeps below every attention, and what becomes of the others.</summary>
/// <param name="Choice">What decides.</param>
/// <param name="Rows">K, how many beside the own.</param>
/// <param name="Energy">Instead of K: as many rows, the longest first, as leave out no more than this share of the squared length; null for K.</param>
/// <param name="CarriesSum">Whether the own row takes over the sum of the dropped ones, so that no cotangent is lost.</param>
sealed record FewRows(RowChoice Choice, int Rows, double? Energy = null, bool CarriesSum = false)
{
    /// <summary>The rows of latent tokens or classes, as GAE and ULTra carry them: [T, 1, N], and how many rows a target kept on average.</summary>
    /// <param name="trace">A pass over one item of one token stream, with everything kept.</param>
    /// <param name="targets">What is explained.</param>
    /// <param name="options">Memory, cancelling.</param>
    public (Tensor Rows, double Kept) Sweep(Trace trace, Targets targets, SweepOptions? options = null) => Sweep(trace, targets, options, (_, _, _) => { });

    /// <summary>AttCAT of classes with the cotangents that are left: [T, 1, N].</summary>
    public Tensor AttCat(Trace trace, ClassTargets classes, SweepOptions? options = null)
    {
        Tensor sums = new(classes.Count, 1, trace.Tokens);
        Dictionary<TokenBlock, Tensor> received = trace.Blocks.ToDictionary(block => block, block => Explain.AttCat.Received(trace, block.Step));
        Sweep(trace, classes, options, (block, g, first) =>
            GradientTimesInput.Add(trace.Tape.Arena.Compute, g, trace.Tape[block.In].Value, sums, first, received[block]));
        return sums;
    }

    (Tensor Rows, double Kept) Sweep(Trace trace, Targets targets, SweepOptions? options, Action<TokenBlock, Cotangent, int> below)
    {
        BoundTargets bound = targets.Bind(trace);
        Tensor result = new(bound.Count, 1, 1, trace.Tokens);
        for (int t = 0; t < bound.Count; t++) result.Row(t)[bound.Token(t, 0)] = 1;
        long kept = 0;
        (Rows Rows, int First)? chunk = null;
        Explain.Sweep.Each(bound, options, (first, count) =>
        {
            Store();
            Tensor rows = new([count, 1, 1, trace.Tokens], result.Span.Slice(first * trace.Tokens, count * trace.Tokens));
            chunk = (new Rows(trace, [rows], Propagation.Gradient), first);
            Watch watch = chunk.Value.Rows.Watch();
            foreach (TokenBlock block in trace.Blocks)
                watch.Value(block.In, g =>
                {
                    kept += Drop(g, rows, Choice == RowChoice.Received ? Explain.AttCat.Received(trace, block.Step) : null, t => bound.Token(first + t, 0));
                    below(block, g, first);
                });
            return watch;
        });
        Store();
        return (result.Reshape(bound.Count, 1, trace.Tokens), (double)kept / ((long)bound.Count * trace.Blocks.Count));

        void Store()
        {
            if (chunk is not { } done) return;
            done.Rows.Finish();
            done.Rows.Of[trace.Stream].Span.CopyTo(result.Span[(done.First * trace.Tokens)..]);
        }
    }

    /// <summary>Sets the rows that are not kept to zero; returns how many are kept.</summary>
    int Drop(Cotangent g, Tensor relevance, Tensor? received, Func<int, int> own)
    {
        g.Settle();
        int tokens = relevance.Width, kept = 0;
        double[] score = new double[tokens], squares = new double[tokens];
        for (int t = 0; t < g.Targets; t++)
        {
            int self = own(t);
            for (int n = 0; n < tokens; n++)
            {
                squares[n] = TensorPrimitives.SumOfSquares<float>(g.Values.Row(t * tokens + n));
                score[n] = Score(squares[n], relevance.Row(t)[n], received?.Span[n] ?? 0);
            }
            score[self] = double.PositiveInfinity;
            int[] order = [.. Enumerable.Range(0, tokens).OrderByDescending(n => score[n])];
            int count = Energy is { } share ? Count(order, squares, share) : Math.Min(Rows + 1, tokens);
            kept += count;
            Span<float> carried = g.Values.Row(t * tokens + self);
            foreach (int n in order.AsSpan(count))
            {
                Span<float> row = g.Values.Row(t * tokens + n);
                if (CarriesSum) TensorPrimitives.Add(carried, row, carried);
                row.Clear();
            }
        }
        return kept;
    }

    double Score(double square, double relevance, double received) => Choice switch
    {
        RowChoice.Relevance => relevance,
        RowChoice.LengthTimesRelevance => Math.Sqrt(square) * relevance,
        RowChoice.Length => square,
        _ => received,
    };

    static int Count(int[] order, double[] squares, double share)
    {
        double left = squares.Sum(), most = share * left;
        int count = 0;
        while (count < order.Length && (count == 0 || left > most)) left -= squares[order[count++]];
        return count;
    }
}
