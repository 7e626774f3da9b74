// The chunked sweep: any number of targets, as many at once as the memory budget and the cache allow.

using Translucent.Autodiff;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>How a sweep runs; nothing here but <see cref="Rows"/> and <see cref="FirstBlock"/> changes a result, not even in the last bit.</summary>
public sealed record SweepOptions
{
    /// <summary>
    /// K of the sparse sweep: below every attention a target's cotangent keeps its own row and the K rows of largest relevance, and all others are dropped.
    /// An approximation at a small share of the cost (docs/sparse.md); null, or N − 1 and more, is exact. For one token stream; with K above 0 one item at a
    /// time.
    /// </summary>
    public int? Rows { get; init; }

    /// <summary>
    /// The lowest block, from 0, whose attention relevance goes through: below it no attention is multiplied, because that of early blocks adds noise to maps
    /// of some models. Methods that go through all blocks of one token stream heed it (<see cref="ClassMethod.MayStartAbove"/>). 0 is the method as published.
    /// </summary>
    public int FirstBlock { get; init; }

    /// <summary>Bytes that cotangents may take; by default a quarter of the free memory.</summary>
    public long MemoryBytes { get; init; } = DefaultMemoryBytes();

    /// <summary>At most so many targets at once; by default as many as use the processor well.</summary>
    public int? Chunk { get; init; }

    /// <summary>Told after every chunk how many targets are done.</summary>
    public IProgress<int>? Progress { get; init; }

    /// <summary>Stops between two operations.</summary>
    public CancellationToken Stop { get; init; }

    /// <summary>A quarter of what the machine (or the container) has free now.</summary>
    public static long DefaultMemoryBytes()
    {
        GCMemoryInfo memory = GC.GetGCMemoryInfo();
        return Math.Max(64L << 20, (memory.TotalAvailableMemoryBytes - memory.MemoryLoadBytes) / 4);
    }
}

/// <summary>Explains targets by carrying relevance rows down with the gradient.</summary>
static class Sweep
{
    const int RowsAtOnce = 4096; // token rows in a chunk: enough to hide the packing of weights, few enough for the cache

    /// <summary>The rows of targets, by r ← r·(I + mean over heads of (G)⁺ ⊙ A): each target's own row of the relevance matrix, for the only stream.</summary>
    /// <returns>[T, B, N].</returns>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static Tensor Rows(Trace trace, Targets targets, SweepOptions? options = null) => Rows(targets.Bind(trace), Propagation.Gradient, options);

    /// <summary>The same in every stream of the trace: [T, B, N] each, in their order.</summary>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static IReadOnlyList<Tensor> StreamRows(Trace trace, Targets targets, SweepOptions? options = null) =>
        StreamRows(targets.Bind(trace), Propagation.Gradient, options);

    internal static Tensor Rows(BoundTargets targets, Propagation propagation, SweepOptions? options)
    {
        _ = targets.Trace.Stream;
        return StreamRows(targets, propagation, options)[0];
    }

    internal static IReadOnlyList<Tensor> StreamRows(BoundTargets targets, Propagation propagation, SweepOptions? options) =>
        [.. Run(targets, rowsPerTarget: 1, propagation, options ?? new SweepOptions()).Select(r => r.Reshape(r.Shape[0], r.Shape[1], r.Shape[3]))];

    /// <summary>The whole relevance matrices of targets, for the only stream.</summary>
    /// <returns>[T, B, N, N].</returns>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static Tensor Matrices(Trace trace, Targets targets, SweepOptions? options = null) => Matrices(targets.Bind(trace), Propagation.Gradient, options);

    internal static Tensor Matrices(BoundTargets targets, Propagation propagation, SweepOptions? options) =>
        Run(targets, rowsPerTarget: targets.Trace.Tokens, propagation, options ?? new SweepOptions())[0];

    /// <summary>Hands everything watched to its observers, chunk after chunk of targets.</summary>
    /// <param name="targets">What is explained.</param>
    /// <param name="options">Memory, progress, cancelling.</param>
    /// <param name="watch">What to watch while targets first .. first + count pass.</param>
    /// <param name="rules">Rules in place of pulls, or null for the gradient.</param>
    internal static void Each(BoundTargets targets, SweepOptions? options, Func<int, int, Watch> watch, Rulebook? rules = null)
    {
        options ??= new SweepOptions();
        Trace trace = targets.Trace;
        int chunk = ChunkSize(trace, options);
        for (int first = 0; first < targets.Count; first += chunk)
        {
            options.Stop.ThrowIfCancellationRequested();
            int count = Math.Min(chunk, targets.Count - first);
            Watch watched = watch(first, count);
            watched.Stop = options.Stop;
            trace.Tape.Sweep(targets.From, targets.Seed(first, count), watched, rules);
            options.Progress?.Report(first + count);
        }
    }

    /// <summary>Bytes of cotangents that one target needs at the widest place of a sweep.</summary>
    public static long BytesPerTarget(Trace trace)
    {
        int inner = trace.Text is null ? 2 : 3; // of a gated layer both branches and their product
        return 4L * trace.Batch * trace.Streams.Max(stream => (long)stream.Length * trace.Blocks.Where(block => block.Stream == stream)
            .Select(block => Math.Max(6 * block.Width, 2 * block.Width + inner * block.Hidden)).DefaultIfEmpty(1).Max());
    }

    /// <summary>How many targets a sweep takes at once.</summary>
    public static int ChunkSize(Trace trace, SweepOptions options)
    {
        long byMemory = options.MemoryBytes / BytesPerTarget(trace);
        // recomputed parts run once per chunk
        long byCache = trace.Tape.Keep == Keep.All ? Math.Max(1, RowsAtOnce / ((long)trace.Batch * trace.Streams.Max(s => s.Length))) : byMemory;
        return (int)Math.Clamp(Math.Min(byMemory, options.Chunk ?? byCache), 1, int.MaxValue);
    }

    /// <summary>[T, B, S, N] in every stream: S rows of every target, from unit rows at the top to the input tokens.</summary>
    static Tensor[] Run(BoundTargets targets, int rowsPerTarget, Propagation propagation, SweepOptions options)
    {
        Trace trace = targets.Trace;
        propagation = propagation.From(trace, options.FirstBlock);
        Arena arena = trace.Tape.Arena;
        int? sparse = options.Rows is { } k ? SparseRows.Kept(k, targets, rowsPerTarget) : null;
        if (sparse is { } few) options = options with { Chunk = SparseRows.ChunkSize(trace, few, options), MemoryBytes = long.MaxValue };
        Tensor[] results = [.. trace.Streams.Select(s => new Tensor(targets.Count, trace.Batch, rowsPerTarget, s.Length))];
        foreach ((TokenStream stream, Tensor rows) in trace.Streams.Zip(results)) rows.Span.Fill(propagation.Start(stream));
        Tensor start = results[trace.Streams.ToList().IndexOf(targets.Stream)];
        for (int i = 0; i < start.Rows; i++)
        {
            int item = i / rowsPerTarget;
            if (rowsPerTarget > 1) start.Row(i)[i % rowsPerTarget] = 1;
            else if (targets.Through is not null) continue; // from the query that pools, through its attention
            else if (targets.Several is null) start.Row(i)[targets.Token(item / trace.Batch, item % trace.Batch)] = 1;
            else targets.Start(item / trace.Batch, item % trace.Batch, start.Row(i));
        }
        (Rows Rows, int First)? chunk = null; // that is on its way
        Each(targets, options, (first, count) =>
        {
            Store();
            Tensor[] rows = [.. trace.Streams.Select(s => arena.Rent(count, trace.Batch, rowsPerTarget, s.Length))];
            for (int s = 0; s < rows.Length; s++) results[s].Span.Slice(first * Size(s), count * Size(s)).CopyTo(rows[s].Span);
            chunk = (new Rows(trace, rows, propagation, rowsPerTarget == 1 ? targets.Through?.Step : null), first);
            Watch watch = chunk.Value.Rows.Watch();
            if (sparse is { } kept)
            {
                watch.Narrow = _ => SparseRows.Choose(rows[0], kept, t => targets.Tokens(first + t, 0));
                watch.OwnRows = kept == 1;
            }
            return watch;
        }, sparse is null ? null : SparseRows.Rules);
        Store();
        return results;

        int Size(int stream) => trace.Batch * rowsPerTarget * trace.Streams[stream].Length;

        void Store()
        {
            if (chunk is not { } done) return;
            done.Rows.Finish();
            for (int s = 0; s < results.Length; s++)
            {
                Tensor rows = done.Rows.Of[trace.Streams[s]];
                rows.Span.CopyTo(results[s].Span[(done.First * Size(s))..]);
                arena.Return(rows);
            }
            chunk = null;
        }
    }
}
