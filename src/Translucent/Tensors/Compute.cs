// What numeric work runs on: how many threads, which matrix kernel, how much memory. An object that is handed down, so that two jobs
// in one process can differ.

using Translucent.Files;

namespace Translucent.Tensors;

/// <summary>Threads, matrix kernel and memory of one job.</summary>
/// <remarks>
/// An <see cref="Arena"/> is made with one, and everything computed in its memory uses it: a forward pass, its sweeps, its maps.
/// Every result has the same bits for any number of threads and any kernel: an output element is computed by one thread, in a fixed order.
/// Immutable; any number of threads may use one at once.
/// </remarks>
public sealed class Compute
{
    const int RowsPerItem = 32; // rows of a row-wise operation that one work item takes

    static readonly Lazy<Compute> s_machine = new(() => new Compute(
        Environment.ProcessorCount, GemmKernel.Choose(Environment.GetEnvironmentVariable("TRANSLUCENT_GEMM"), "TRANSLUCENT_GEMM"), long.MaxValue),
        LazyThreadSafetyMode.PublicationOnly); // so that a wrong name is told every time
    static readonly AsyncLocal<Compute?> s_flow = new();

    readonly ParallelOptions _options;

    /// <summary>A context of its own.</summary>
    /// <param name="threads">How many threads work at once; as many as there are processors when null.</param>
    /// <param name="kernel">The matrix kernel, <c>vector512</c>, <c>vector256</c> or <c>scalar</c>; the best of this machine when null.</param>
    /// <param name="memoryBytes">The most that one arena may hold, lent and free together.</param>
    /// <exception cref="ArgumentOutOfRangeException">Threads or memory are below 1.</exception>
    /// <exception cref="TranslucentException">This machine has no such kernel.</exception>
    public Compute(int? threads = null, string? kernel = null, long memoryBytes = long.MaxValue)
        : this(threads ?? Environment.ProcessorCount, GemmKernel.Choose(kernel), memoryBytes) { }

    Compute(int threads, GemmKernel gemm, long memoryBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(memoryBytes, 1);
        _options = new ParallelOptions { MaxDegreeOfParallelism = threads };
        (Gemm, MemoryBytes) = (gemm, memoryBytes);
    }

    /// <summary>
    /// What is used where none is given: all processors and the kernel that <c>TRANSLUCENT_GEMM</c> names, or what the caller has set here. It is set for the
    /// flow of control that sets it and for what that starts, never for the process: jobs side by side may each have their own.
    /// </summary>
    /// <exception cref="TranslucentException"><c>TRANSLUCENT_GEMM</c> names no kernel of this machine.</exception>
    public static Compute Default
    {
        get => s_flow.Value ?? s_machine.Value;
        set => s_flow.Value = value;
    }

    /// <summary>How many threads work at once.</summary>
    public int Threads => _options.MaxDegreeOfParallelism;

    /// <summary>The name of the matrix kernel.</summary>
    public string Kernel => Gemm.Name;

    /// <summary>The most that one arena may hold, in bytes.</summary>
    public long MemoryBytes { get; }

    internal GemmKernel Gemm { get; }

    /// <summary>The same with another number of threads.</summary>
    /// <param name="threads">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">Threads are below 1.</exception>
    public Compute WithThreads(int threads) => new(threads, Gemm, MemoryBytes);

    /// <summary>Runs <paramref name="body"/> for 0 .. count-1, each item by one thread that takes the next when it is free; items write to disjoint
    /// places.</summary>
    /// <param name="count">How many items.</param>
    /// <param name="body">The work on one item, given its number.</param>
    public void For(int count, Action<int> body)
    {
        int workers = Math.Min(Threads, count), taken = 0;
        if (workers <= 1)
            for (int i = 0; i < count; i++) body(i);
        else
            Parallel.For(0, workers, _options, _ =>
            {
                for (int i; (i = Interlocked.Increment(ref taken) - 1) < count;) body(i);
            });
    }

    /// <summary>Runs <paramref name="body"/>(first, end) over 0 .. rows-1 in parallel pieces.</summary>
    internal void ForRows(int rows, Action<int, int> body)
    {
        int items = (rows + RowsPerItem - 1) / RowsPerItem;
        For(items, i => body(i * RowsPerItem, Math.Min(rows, (i + 1) * RowsPerItem)));
    }
}
