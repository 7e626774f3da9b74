// What is about to happen, how long it will take, and how much memory: from counted operations and the rate of a first pass.

using System.Diagnostics;
using Translucent.Cli.Options;
using Translucent.Explain;
using Trace = Translucent.Models.Trace;

namespace Translucent.Cli.Runs;

/// <summary>Estimates the cost of a run.</summary>
/// <param name="FlopsPerSecond">Measured.</param>
sealed record Forecast(double FlopsPerSecond)
{
    const double SecondsPerPixel = 0.2e-6; // of a picture: laying a map over it and packing the PNG
    const double Process = 90e6;           // bytes of the runtime itself
    const double TooLong = 10;              // seconds of a pass that is not made again only to know more

    /// <summary>Takes the rate of a second forward pass: the first also compiles code and reads weights.</summary>
    public static Forecast Measure(Trace trace, double seconds, Func<Trace> again)
    {
        double flops = Cost.Forward(trace);
        if (seconds < TooLong)
        {
            Stopwatch clock = Stopwatch.StartNew();
            again().Dispose();
            seconds = Math.Min(seconds, clock.Elapsed.TotalSeconds);
        }
        return new Forecast(flops / seconds);
    }

    /// <summary>The line that is said before the work begins.</summary>
    public string Line(Workload work, int images, ImageRun run, long memoryBytes)
    {
        Trace trace = run.Trace;
        double pixels = (double)run.Photo.Width * run.Photo.Height;
        double seconds = images * (work.Flops / FlopsPerSecond + work.Pictures * SecondsPerPixel * pixels);
        int chunk = Sweep.ChunkSize(trace, new SweepOptions { MemoryBytes = memoryBytes });
        double bytes = Process + work.Bytes + run.Model.WeightBytes + 30 * pixels + Cost.ForwardBytes(trace, trace.Tape.Keep)
            + (double)Math.Min(chunk, work.Targets) * Sweep.BytesPerTarget(trace);
        string what = images == 1 ? work.What : FormattableString.Invariant($"{images} images, each {work.What}");
        string cost = $"{what}: {Terminal.About(seconds)}, {ByteSize.Text(bytes)} of memory";
        return Sweep.BytesPerTarget(trace) > memoryBytes ? $"{cost} (--memory is less than one target needs)" : cost;
    }
}
