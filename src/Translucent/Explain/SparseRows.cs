// The sparse sweep: all latent tokens, or all classes, at the price of a few passes. 95 to 100 % of a target's cotangent lies in its own row, so that
// row and the K rows of largest relevance are kept and the others dropped (definition, measurements and failures: docs/sparse.md).

using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>Which rows of a cotangent go on.</summary>
static class SparseRows
{
    const int RowsAtOnce = 2048; // rows of all targets of a chunk: enough to hide the packing of weights

    /// <summary>Attention hands on a few rows; all else is token by token already.</summary>
    public static Rulebook Rules { get; } = new Rulebook().On<Attention>(op => op.PullRows);

    /// <summary>How many rows of every target go on, K and its own, provided that a sparse sweep is defined for the targets; null where that is all rows, so
    /// that the exact sweep is the cheaper one.</summary>
    /// <exception cref="TranslucentException">It is not; the message says why.</exception>
    public static int? Kept(int k, BoundTargets targets, int rowsPerTarget)
    {
        Trace trace = targets.Trace;
        long all = targets.Several is null ? k + 1L : k
            + (long)Enumerable.Range(0, targets.Count).Select(t => targets.Tokens(t, 0).Count).DefaultIfEmpty(1).Max();
        if (all >= trace.Streams[0].Length) return null;
        if (k < 0) throw TranslucentException.OfRequest($"rows {k}: expected 0 or more rows beside a target's own.");
        if (trace.Streams.Count != 1) throw TranslucentException.OfRequest(
            $"sparse rows: defined for one token stream, and {trace.Model.Family} has "
                + $"{string.Join(" and ", trace.Streams.Select(s => s.Name))}; sweep exactly.");
        if (rowsPerTarget != 1) throw TranslucentException.OfRequest("sparse rows: whole matrices are exact only.");
        if (k > 0 && trace.Batch > 1) throw TranslucentException.OfRequest(
            $"sparse rows: with {k} rows beside the own, items are explained one at a time, because each keeps rows of its own.");
        if (Enumerable.Range(0, targets.Count).Any(t => Enumerable.Range(1, Math.Max(0, trace.Batch - 1)).Any(b => targets.Token(t, b) != targets.Token(t, 0))))
            throw TranslucentException.OfRequest("sparse rows: the items of the batch are read at different tokens; explain them one at a time.");
        if (targets.Through is not null || (trace.Readout is { Reads: > 1, Classes: > 0 } readout && targets.From == readout.Scores && !ReadsFewTokens(trace)))
            throw TranslucentException.OfRequest(
                $"sparse rows: the classifier of {trace.Model.Family} reads all tokens, so a class has no row of its own; sweep exactly.");
        return (int)all;
    }

    /// <summary>Whether a class's cotangent above the last block has rows for a few tokens alone.</summary>
    static bool ReadsFewTokens(Trace trace) => trace.Tape.Calls.Any(call => call.Op is Select or Pick);

    /// <summary>How many targets go down together.</summary>
    /// <param name="trace">A forward pass.</param>
    /// <param name="kept">Rows of every target.</param>
    /// <param name="options">Memory, and at most how many.</param>
    public static int ChunkSize(Trace trace, int kept, SweepOptions options)
    {
        int k = kept - 1;
        int tokens = trace.Tokens, heads = trace.Steps.Max(s => s.Heads), widest = trace.Blocks.Max(b => Math.Max(8 * b.Width, 2 * b.Width + 2 * b.Hidden));
        long bytes = sizeof(float) * (long)trace.Batch * ((k + 1L) * widest + (k == 0 ? 0 : 2L * (k + 1) * heads * tokens) + (heads + 2L) * tokens);
        return (int)Math.Clamp(Math.Min(options.MemoryBytes / bytes, options.Chunk ?? Math.Max(1, RowsAtOnce / ((k + 1) * trace.Batch))), 1, int.MaxValue);
    }

    /// <summary>Every target's own tokens and those of largest relevance so far, ascending; of equals the lower index.</summary>
    /// <param name="rows">[T, B, 1, N].</param>
    /// <param name="count">How many for each target.</param>
    /// <param name="own">The own tokens of a target, no more than that.</param>
    public static int[] Choose(Tensor rows, int count, Func<int, IReadOnlyList<int>> own)
    {
        int targets = rows.Shape[0], tokens = rows.Width;
        int[] chosen = new int[targets * count];
        for (int t = 0; t < targets; t++)
        {
            IReadOnlyList<int> self = own(t);
            Span<int> mine = chosen.AsSpan(t * count, count);
            for (int i = 0; i < self.Count; i++) mine[i] = self[i];
            if (self.Count == count) continue;
            float[] r = rows.Row(t * rows.Shape[1]).ToArray();
            foreach (int token in self) r[token] = float.NegativeInfinity;
            int[] order = [.. Enumerable.Range(0, tokens)];
            Array.Sort(order, (a, b) => r[a] != r[b] ? r[b].CompareTo(r[a]) : a.CompareTo(b));
            order.AsSpan(0, count - self.Count).CopyTo(mine[self.Count..]);
            mine.Sort();
        }
        return chosen;
    }
}
