using Translucent.Autodiff;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Tests.Explain;

/// <summary>The law that nothing about how a sweep runs changes a result; for tests that run alone, since threads are counted for all.</summary>
static class SameBits
{
    /// <summary>Holds results against those of other chunks, less memory, blocks computed again, and another number of threads.</summary>
    public static void However(Func<Keep, Trace> forward, Func<Trace, SweepOptions?, float[]> results)
    {
        using Trace trace = forward(Keep.All), boundaries = forward(Keep.Boundaries);
        float[] expected = results(trace, null);
        Assert.Equal(expected, results(trace, new SweepOptions { Chunk = 2 }));
        Assert.Equal(expected, results(trace, new SweepOptions { MemoryBytes = 1 }));
        Assert.Equal(expected, results(boundaries, null));
        int before = Compute.Default.Threads;
        try
        {
            Compute.Default = Compute.Default.WithThreads(5);
            using Trace wide = forward(Keep.All);
            Assert.Equal(expected, results(wide, null));
        }
        finally
        {
            Compute.Default = Compute.Default.WithThreads(before);
        }
    }
}
