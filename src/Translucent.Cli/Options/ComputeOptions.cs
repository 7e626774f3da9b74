// The options that say how much of the machine a verb may use, and how large its pictures are: the same words and limits everywhere.

using System.CommandLine;
using Translucent.Pictures;
using Translucent.Runs;

namespace Translucent.Cli.Options;

/// <summary>Makes options that many verbs share.</summary>
static class ComputeOptions
{
    /// <summary>--memory; null stands for a quarter of the free memory.</summary>
    /// <param name="of">What takes the memory.</param>
    public static Option<long?> Memory(string of) => new("--memory")
    {
        Description = $"Memory for {of}, in bytes or with K, M, G. [default: a quarter of the free memory]",
        HelpName = "SIZE",
        CustomParser = Parsers.Bytes,
    };

    /// <summary>What --memory allows.</summary>
    public static MemoryCheck Allowed(long bytes) => new(bytes, "--memory");

    /// <summary>--threads; all processors unless said otherwise.</summary>
    /// <param name="what">What the threads do.</param>
    public static Option<int> Threads(string what = "Threads that compute; results are the same for any number.") => new("--threads")
    {
        Description = what,
        HelpName = "COUNT",
        DefaultValueFactory = _ => Environment.ProcessorCount,
        CustomParser = Parsers.Number("--threads", 1, 1024),
    };

    /// <summary>--max-pixels, of an image file.</summary>
    public static Option<int> MostPixels() => new("--max-pixels")
    {
        Description = "The most pixels that an image file may have; larger ones are refused before they get memory.",
        HelpName = "COUNT",
        DefaultValueFactory = _ => (int)ImageFile.DefaultMostPixels,
        CustomParser = Parsers.Number("--max-pixels", 1, Array.MaxLength / 4),
    };

    /// <summary>--render-size, in pixels.</summary>
    public static Option<int> RenderSize(string what = "The longer side of pictures, at most, in pixels.") => new("--render-size")
    {
        Description = what,
        HelpName = "PIXELS",
        DefaultValueFactory = _ => 1600,
        CustomParser = Parsers.Number("--render-size", 64, 16_384),
    };
}
