// Progress of the work on one image, counted in operations because sweeps differ in length; pictures count as the operations that take as long.

using Translucent.Explain;

namespace Translucent.Runs;

/// <summary>How far the work on one image is, in the operations that its sweeps and pictures take.</summary>
/// <param name="total">Operations of all together.</param>
/// <param name="memoryBytes">What cotangents may take.</param>
/// <param name="stop">Ends sweeps early.</param>
sealed class RunProgress(double total, long memoryBytes, CancellationToken stop)
{
    readonly Lock _drawing = new();

    double _done;

    /// <summary>What a picture counts.</summary>
    public double PerPicture { get; init; }

    public CancellationToken Stop => stop;

    /// <summary>Rows that sweeps keep beside a target's own; null for exact sweeps.</summary>
    public int? Rows { get; set; }

    /// <summary>Limits of a sweep that is not counted.</summary>
    public SweepOptions Options => new() { MemoryBytes = memoryBytes, Stop = stop };

    /// <summary>Takes the part that is done, 0 .. 1.</summary>
    public Action<double>? Report { get; set; }

    /// <summary>Options of the next sweep.</summary>
    /// <param name="targets">How many targets it has.</param>
    /// <param name="flops">The operations it takes.</param>
    public SweepOptions Sweep(int targets, double flops)
    {
        double before = _done;
        _done += flops;
        return new SweepOptions
        {
            MemoryBytes = memoryBytes,
            Stop = stop,
            Rows = Rows,
            Progress = new Chunks(done => Report?.Invoke(Math.Min(1, (before + flops * done / targets) / total))),
        };
    }

    /// <summary>Counts work that is no sweep, once it is done.</summary>
    public void Did(double flops)
    {
        _done += flops;
        Report?.Invoke(Math.Min(1, _done / total));
    }

    /// <summary>Counts a picture; several threads may draw.</summary>
    public void Drew()
    {
        lock (_drawing) Did(PerPicture);
    }

    sealed class Chunks(Action<int> done) : IProgress<int>
    {
        public void Report(int value) => done(value);
    }
}
