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

    /// <summary>Stops between chunks.</summary>
    public CancellationToken Stop { get; init; }

    /// <summary>A quarter of what the machine (or the container) has free now.</summary>
    public static long DefaultMemoryBytes()
    {
        GCMemoryInfo memory = GC.GetGCMemoryInfo();
        return Math.Max(64L << 20, (memory.TotalAvailableMemoryBytes - memory.MemoryLoadBytes) / 4);
    }
}

/// <summary>Explains targets by carrying relevance rows down with the gradient.</summary>
public static class Sweep
{
    const int RowsAtOnce = 4096; // token rows in a chunk: enough to hide the packing of weights, few enough for the cache

    /// <summary>The rows of targets: each target's own row of the relevance matrix.</summary>
    /// <returns>[T, B, N].</returns>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static Tensor Rows(VisionTrace trace, Targets targets, SweepOptions? options = null)
    {
        Tensor result = new(targets.Count, trace.Images, trace.Tokens);
        Run(trace, targets, rowsPerTarget: 1, options ?? new SweepOptions(), (rows, first) =>
        {
            rows.Span.CopyTo(result.Span[(first * result.Length / Math.Max(targets.Count, 1))..]);
        });
        return result;
    }

    /// <summary>The whole relevance matrices of targets.</summary>
    /// <returns>[T, B, N, N].</returns>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static Tensor Matrices(VisionTrace trace, Targets targets, SweepOptions? options = null)
    {
        Tensor result = new(targets.Count, trace.Images, trace.Tokens, trace.Tokens);
        Run(trace, targets, rowsPerTarget: trace.Tokens, options ?? new SweepOptions(), (rows, first) =>
        {
            rows.Span.CopyTo(result.Span[(first * trace.Images * trace.Tokens * trace.Tokens)..]);
        });
        return result;
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

    static void Run(VisionTrace trace, Targets targets, int rowsPerTarget, SweepOptions options, Action<Tensor, int> done)
    {
        Arena arena = trace.Tape.Arena;
        int chunk = ChunkSize(trace, options), tokens = trace.Tokens, blocks = targets.Blocks(trace);
        for (int first = 0; first < targets.Count; first += chunk)
        {
            options.Stop.ThrowIfCancellationRequested();
            int count = Math.Min(chunk, targets.Count - first);
            Tensor rows = arena.RentZeroed(count, trace.Images, rowsPerTarget, tokens);
            for (int i = 0; i < rows.Rows; i++)
                rows.Row(i)[rowsPerTarget == 1 ? targets.Token(first + i / trace.Images) : i % rowsPerTarget] = 1;

            RelevanceRows observer = new(rows, arena);
            Watch watch = new();
            for (int b = 0; b < blocks; b++) watch.Attention($"blocks.{b}.attn.probs", observer);
            trace.Tape.Sweep(trace.Tape[targets.Site], targets.Seed(trace, first, count), watch);
            done(rows, first);
            arena.Return(rows);
            options.Progress?.Report(first + count);
        }
    }
}
