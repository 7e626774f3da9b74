// How long work will take, and how much memory: from counted operations and the rate of a first pass. Times are handed in; nothing here reads a clock.

using Translucent.Explain;
using Translucent.Models;

namespace Translucent.Runs;

/// <summary>What will be done with one image.</summary>
/// <param name="What">In words, as in "64 latent tokens of layer 7".</param>
/// <param name="Targets">Targets of all sweeps.</param>
/// <param name="Flops">Operations in all.</param>
/// <param name="Pictures">Pictures of the photograph's size that are drawn.</param>
/// <param name="Bytes">Memory beside what passes and sweeps take.</param>
/// <param name="Repeats">Of the operations, those of passes that are run again to judge the maps.</param>
sealed record Workload(string What, int Targets, double Flops, int Pictures, double Bytes = 0, double Repeats = 0);

/// <summary>Estimates the cost of a run.</summary>
/// <param name="FlopsPerSecond">Measured.</param>
sealed record Forecast(double FlopsPerSecond)
{
    const double SecondsPerPixel = 0.2e-6;  // of a picture: laying a map over it and packing the PNG
    const double Base = 90e6;               // bytes of the runtime itself
    const double BytesPerPixel = 30;        // of the photograph, on its way to pictures
    const double TooLong = 10;              // seconds of a pass that is not made again only to know more

    /// <summary>Takes the rate of a second forward pass: the first also compiles code and reads weights.</summary>
    /// <param name="flops">Operations of the pass.</param>
    /// <param name="seconds">What the first took.</param>
    /// <param name="again">Makes it again, and says what that took; not asked where the first took long.</param>
    public static Forecast Measured(double flops, double seconds, Func<double> again) =>
        new(flops / (seconds < TooLong ? Math.Min(seconds, again()) : seconds));

    /// <summary>What a number of images will take.</summary>
    /// <param name="work">The work on each.</param>
    /// <param name="pixels">Of a picture.</param>
    /// <param name="images">How many.</param>
    public double Seconds(Workload work, double pixels = 0, int images = 1) =>
        images * (work.Flops / FlopsPerSecond + work.Pictures * SecondsPerPixel * pixels);

    /// <summary>The operations that take as long as a picture does.</summary>
    /// <param name="pixels">Of the picture.</param>
    public double PerPicture(double pixels) => SecondsPerPixel * pixels * FlopsPerSecond;

    /// <summary>What the sweeps of an image will take when they are exact.</summary>
    public double SweepSeconds(Workload work) => (work.Flops - work.Repeats) / FlopsPerSecond;

    /// <summary>Bytes at the highest point of the work on an image.</summary>
    /// <param name="work">The work.</param>
    /// <param name="trace">The forward pass over it.</param>
    /// <param name="weightBytes">Of the model.</param>
    /// <param name="pixels">Of the photograph.</param>
    /// <param name="memoryBytes">What cotangents may take.</param>
    public static double Bytes(Workload work, Trace trace, double weightBytes, double pixels, long memoryBytes)
    {
        int chunk = Sweep.ChunkSize(trace, new SweepOptions { MemoryBytes = memoryBytes });
        return Base + work.Bytes + weightBytes + BytesPerPixel * pixels + Cost.ForwardBytes(trace, trace.Tape.Keep)
            + (double)Math.Min(chunk, work.Targets) * Sweep.BytesPerTarget(trace);
    }
}
