// What the sparse sweep costs in truth: some targets computed exactly beside it (docs/sparse.md).

using Translucent.Evaluate.Metrics;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Evaluate.Trust;

/// <summary>How far sparse rows are from exact ones.</summary>
/// <param name="Rows">K, rows kept beside a target's own.</param>
/// <param name="Targets">M, how many targets were computed both ways.</param>
/// <param name="MedianError">Of the largest deviation of a row, the own entry left out, as a share of its largest entry.</param>
/// <param name="WorstError">The largest of them.</param>
/// <param name="MedianRank">Of Spearman's rank correlation of sparse and exact row, the own entry left out.</param>
/// <param name="WorstRank">The smallest of them.</param>
public sealed record SparseCheck(int Rows, int Targets, double MedianError, double WorstError, double MedianRank, double WorstRank)
{
    /// <summary>Sweeps targets sparsely and exactly and compares the rows of all items.</summary>
    /// <param name="trace">A forward pass of one token stream.</param>
    /// <param name="targets">M targets: some of those that will be swept sparsely, whose rows do not depend on what else is swept.</param>
    /// <param name="rows">K.</param>
    /// <param name="options">Memory, cancelling.</param>
    /// <exception cref="Files.TranslucentException">A sparse sweep is not defined for them.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static SparseCheck Of(Trace trace, Targets targets, int rows, SweepOptions? options = null) => Of(trace, targets, [rows], options)[0];

    /// <summary>The same for several K, from one exact sweep.</summary>
    internal static IReadOnlyList<SparseCheck> Of(Trace trace, Targets targets, IReadOnlyList<int> rows, SweepOptions? options = null)
    {
        options ??= new SweepOptions();
        BoundTargets bound = targets.Bind(trace);
        Tensor? exact = null; // swept after the first sparse sweep, which may be refused
        return [.. rows.Select(k =>
        {
            Tensor near = Sweep.Rows(trace, targets, options with { Rows = k });
            return Between(bound, k, near, exact ??= Sweep.Rows(trace, targets, options with { Rows = null }));
        })];
    }

    /// <summary>The same of rows that were computed otherwise, [T, B, N] both.</summary>
    internal static SparseCheck Between(BoundTargets bound, int rows, Tensor near, Tensor exact)
    {
        Trace trace = bound.Trace;
        double[] errors = new double[near.Rows], ranks = new double[near.Rows];
        for (int r = 0; r < near.Rows; r++)
        {
            int own = bound.Token(r / trace.Batch, r % trace.Batch);
            float[] found = Without(near.Row(r), own), right = Without(exact.Row(r), own);
            double largest = right.DefaultIfEmpty().Max(Math.Abs), off = right.Zip(found, (a, b) => Math.Abs((double)a - b)).DefaultIfEmpty().Max();
            errors[r] = largest > 0 ? off / largest : off;
            ranks[r] = RankCorrelation.Spearman(found, right) is var rho && double.IsNaN(rho) ? off == 0 ? 1 : 0 : rho;
        }
        return new SparseCheck(rows, bound.Count, Median(errors), errors.DefaultIfEmpty().Max(), Median(ranks), ranks.DefaultIfEmpty(1).Min());
    }

    static float[] Without(ReadOnlySpan<float> row, int own) => [.. row[..own], .. row[(own + 1)..]];

    static double Median(double[] values)
    {
        if (values.Length == 0) return double.NaN;
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
