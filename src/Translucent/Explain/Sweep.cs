// The chunked sweep: any number of targets, as many at once as the memory budget and the cache allow.

using Translucent.Autodiff;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>How a sweep runs; nothing here changes a result, not even in the last bit.</summary>
public sealed record SweepOptions
{
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

/// <summary>How relevance rows pass the blocks of a model on their way down.</summary>
/// <param name="At">The observer of the attention of block b, given the rows [T, B, S, N] that it changes in place; null: the block is passed over.</param>
/// <param name="Finish">What is done to the rows below the lowest block, if anything.</param>
sealed record Descent(Func<int, Tensor, Arena, AttentionObserver?> At, Action<Tensor>? Finish = null)
{
    /// <summary>r ← r·(I + mean over heads of (G)⁺ ⊙ A) at every block.</summary>
    public static Descent Plain { get; } = new((_, rows, arena) => new RelevanceRows(rows, arena));
}

/// <summary>Explains targets by carrying relevance rows down with the gradient.</summary>
public static class Sweep
{
    const int RowsAtOnce = 4096; // token rows in a chunk: enough to hide the packing of weights, few enough for the cache

    /// <summary>The rows of targets: each target's own row of the relevance matrix.</summary>
    /// <returns>[T, B, N].</returns>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static Tensor Rows(VisionTrace trace, Targets targets, SweepOptions? options = null) => Rows(trace, targets, Descent.Plain, options);

    internal static Tensor Rows(VisionTrace trace, Targets targets, Descent descent, SweepOptions? options) =>
        Run(trace, targets, rowsPerTarget: 1, descent, options ?? new SweepOptions()).Reshape(targets.Count, trace.Images, trace.Tokens);

    /// <summary>The whole relevance matrices of targets.</summary>
    /// <returns>[T, B, N, N].</returns>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static Tensor Matrices(VisionTrace trace, Targets targets, SweepOptions? options = null) => Matrices(trace, targets, Descent.Plain, options);

    internal static Tensor Matrices(VisionTrace trace, Targets targets, Descent descent, SweepOptions? options) =>
        Run(trace, targets, rowsPerTarget: trace.Tokens, descent, options ?? new SweepOptions());

    /// <summary>Hands everything watched to its observers, chunk after chunk of targets.</summary>
    /// <param name="trace">A forward pass.</param>
    /// <param name="targets">What is explained.</param>
    /// <param name="options">Memory, progress, cancelling.</param>
    /// <param name="watch">What to watch while targets first .. first + count pass.</param>
    /// <param name="rules">Rules in place of pulls, or null for the gradient.</param>
    internal static void Each(VisionTrace trace, Targets targets, SweepOptions options, Func<int, int, Watch> watch, Rulebook? rules = null)
    {
        int chunk = ChunkSize(trace, options);
        for (int first = 0; first < targets.Count; first += chunk)
        {
            options.Stop.ThrowIfCancellationRequested();
            int count = Math.Min(chunk, targets.Count - first);
            Watch watched = watch(first, count);
            watched.Stop = options.Stop;
            trace.Tape.Sweep(trace.Tape[targets.Site], targets.Seed(trace, first, count), watched, rules);
            options.Progress?.Report(first + count);
        }
    }

    /// <summary>Bytes of cotangents that one target needs at the widest place of a sweep.</summary>
    public static long BytesPerTarget(VisionTrace trace)
    {
        VisionConfig c = trace.Model.Config;
        return 4L * trace.Images * trace.Tokens * Math.Max(6 * c.Width, 2 * c.Width + 2 * c.Hidden);
    }

    /// <summary>How many targets a sweep takes at once.</summary>
    public static int ChunkSize(VisionTrace trace, SweepOptions options)
    {
        long byMemory = options.MemoryBytes / BytesPerTarget(trace);
        long byCache = trace.Tape.Keep == Keep.All ? Math.Max(1, RowsAtOnce / ((long)trace.Images * trace.Tokens)) : byMemory; // segments run once per chunk
        return (int)Math.Clamp(Math.Min(byMemory, options.Chunk ?? byCache), 1, int.MaxValue);
    }

    /// <summary>[T, B, S, N]: S rows of every target, from unit rows at the top to the input tokens.</summary>
    static Tensor Run(VisionTrace trace, Targets targets, int rowsPerTarget, Descent descent, SweepOptions options)
    {
        Arena arena = trace.Tape.Arena;
        Tensor result = new(targets.Count, trace.Images, rowsPerTarget, trace.Tokens);
        int size = trace.Images * rowsPerTarget * trace.Tokens;
        for (int i = 0; i < result.Rows; i++)
            result.Row(i)[rowsPerTarget == 1 ? targets.Token(i / trace.Images) : i % rowsPerTarget] = 1;
        Tensor? rows = null; // of the chunk that is on its way
        void Store(int first)
        {
            if (rows is null) return;
            descent.Finish?.Invoke(rows);
            rows.Span.CopyTo(result.Span[((first - rows.Shape[0]) * size)..]);
            arena.Return(rows);
            rows = null;
        }
        Each(trace, targets, options, (first, count) =>
        {
            Store(first);
            rows = arena.Rent(count, trace.Images, rowsPerTarget, trace.Tokens);
            result.Span.Slice(first * size, count * size).CopyTo(rows.Span);
            Watch watch = new();
            for (int b = 0; b < targets.Blocks(trace); b++)
                if (descent.At(b, rows, arena) is { } observer) watch.Attention($"blocks.{b}.attn.probs", observer);
            return watch;
        });
        Store(targets.Count);
        return result;
    }
}
