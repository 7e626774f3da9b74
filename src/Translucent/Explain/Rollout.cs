// Attention rollout (Abnar and Zuidema 2020, arXiv:2005.00928) and the raw attention of the last block.

using Translucent.Autodiff.Ops;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>Where attention leads, whatever the class: the product over blocks of rownorm(mean over heads of A + I).</summary>
static class Rollout
{
    /// <summary>The row of the class token, of the query that pools, or the mean row of patches that are averaged: [B, N]; non-negative, sums to 1.</summary>
    /// <param name="trace">A forward pass.</param>
    /// <param name="start">The first block that is multiplied, from 0. Chefer's evaluation scripts use 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such block.</exception>
    public static Tensor Rows(Trace trace, int start = 0)
    {
        Tensor rows = trace.Readout?.Pooling is { } pooling ? RawAttention.Pooled(trace, pooling.Step).Reshape(trace.Batch, 1, trace.Tokens)
            : new(trace.Batch, 1, trace.Tokens);
        for (int b = 0; b < trace.Batch && trace.Readout?.Pooling is null; b++) Start(trace, b, rows.Row(b));
        return Carry(trace, rows, start).Reshape(trace.Batch, trace.Tokens);
    }

    /// <summary>What the row of an item begins with.</summary>
    static void Start(Trace trace, int item, Span<float> row)
    {
        IReadOnlyList<int> tokens = trace.SummaryTokens(item);
        foreach (int token in tokens) row[token] = 1f / tokens.Count;
    }

    /// <summary>The whole product: [B, N, N].</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such block.</exception>
    public static Tensor Matrices(Trace trace, int start = 0)
    {
        Tensor rows = new(trace.Batch, trace.Tokens, trace.Tokens);
        for (int i = 0; i < rows.Rows; i++) rows.Row(i)[i % trace.Tokens] = 1;
        return Carry(trace, rows, start);
    }

    /// <summary>The rows that targets begin with, carried down the only stream: [T, B, N].</summary>
    internal static Tensor Rows(BoundTargets targets)
    {
        Trace trace = targets.Trace;
        Tensor rows = new(trace.Batch, targets.Count, trace.Tokens), of = new(targets.Count, trace.Batch, trace.Tokens);
        for (int i = 0; i < rows.Rows; i++) targets.Start(i % targets.Count, i / targets.Count, rows.Row(i));
        rows = Carry(trace, rows, start: 0);
        for (int i = 0; i < rows.Rows; i++) rows.Row(i).CopyTo(of.Row(i % targets.Count * trace.Batch + i / targets.Count));
        return of;
    }

    /// <summary>Rows [B, S, N] times the factors of all blocks, from the last to the first.</summary>
    static unsafe Tensor Carry(Trace trace, Tensor rows, int start)
    {
        int depth = trace.Steps.Count, n = trace.Tokens, count = rows.Shape[1];
        if (start < 0 || start >= depth) throw new ArgumentOutOfRangeException(nameof(start), $"start block {start}: the model has blocks 0 to {depth - 1}.");
        for (int block = depth - 1; block >= start; block--)
        {
            Tensor next = new(rows.Shape);
            trace.Tape.WithAttention(trace.Steps[block].Site, call =>
            {
                for (int b = 0; b < trace.Batch; b++)
                {
                    Tensor factor = Attention.HeadMean(call, b);
                    for (int i = 0; i < n; i++)
                    {
                        factor.Row(i)[i] += 1;
                        TensorPrimitives.Divide(factor.Row(i), Kernels.Sum(factor.Row(i)), factor.Row(i));
                    }
                    Gemm.Multiply(trace.Tape.Arena.Compute, count, n, n, new Operand(rows.Pointer + (long)b * count * n, n), new Operand(factor.Pointer, n),
                        next.Pointer + (long)b * count * n, n);
                    GC.KeepAlive(factor);
                }
            });
            rows = next;
        }
        return rows;
    }
}
