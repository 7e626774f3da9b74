// How many threads the numeric layer uses, and the one loop that uses them.

namespace Translucent.Tensors;

/// <summary>The threads of the numeric layer.</summary>
/// <remarks>Every result has the same bits for any number of threads: an output element is computed by one thread, in a fixed order.</remarks>
public static class Threads
{
    static ParallelOptions s_options = new() { MaxDegreeOfParallelism = Environment.ProcessorCount };

    /// <summary>How many threads work at once; by default as many as there are processors.</summary>
    public static int Count
    {
        get => s_options.MaxDegreeOfParallelism;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            s_options = new ParallelOptions { MaxDegreeOfParallelism = value };
        }
    }

    /// <summary>Runs <paramref name="body"/> for 0 .. count-1, each item by one thread that takes the next when it is free; items must write to disjoint places.</summary>
    public static void For(int count, Action<int> body)
    {
        ParallelOptions options = s_options;
        int workers = Math.Min(options.MaxDegreeOfParallelism, count), taken = 0;
        if (workers <= 1)
            for (int i = 0; i < count; i++) body(i);
        else
            Parallel.For(0, workers, options, _ =>
            {
                for (int i; (i = Interlocked.Increment(ref taken) - 1) < count;) body(i);
            });
    }
}
