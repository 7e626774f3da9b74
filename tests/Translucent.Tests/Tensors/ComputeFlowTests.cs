using Translucent.Files;
using Translucent.Images;
using Translucent.Tensors;

namespace Translucent.Tests.Tensors;

/// <summary>What computes by default belongs to a flow of control, not to the process: jobs side by side have their own.</summary>
public class ComputeFlowTests
{
    [Fact]
    public async Task Two_jobs_at_once_each_have_what_they_set()
    {
        int before = Compute.Default.Threads;
        using Barrier both = new(2);
        int[] seen = await Task.WhenAll(Job(3), Job(7));
        Assert.Equal([3, 7], seen);
        Assert.Equal(before, Compute.Default.Threads);

        Task<int> Job(int threads) => Task.Run(() =>
        {
            Compute.Default = Compute.Default.WithThreads(threads);
            both.SignalAndWait(TimeSpan.FromSeconds(30));
            int inside = 0;
            Thread started = new(() => inside = new Arena().Compute.Threads); // what it starts computes so too
            started.Start();
            started.Join();
            return inside;
        });
    }

    [Fact]
    public void Rooms_without_an_argument_for_it_follow_it()
    {
        Image image = new(40, 30, 3, [.. Enumerable.Range(0, 40 * 30 * 3).Select(i => (byte)(i * 7))]);
        byte[] usual = Resize.To(image, 17, 13).Pixels.ToArray();
        int busy = 0, most = 0;
        Compute.Default = Compute.Default.WithThreads(1);
        Compute.Default.For(8, _ =>
        {
            most = Math.Max(most, Interlocked.Increment(ref busy));
            Interlocked.Decrement(ref busy);
        });
        Assert.Equal(1, most);
        Assert.Equal(usual, Resize.To(image, 17, 13).Pixels.ToArray());
    }

    [Fact]
    public void A_name_of_no_kernel_is_told() =>
        Assert.Contains("vector1024", Assert.Throws<TranslucentException>(() => new Compute(kernel: "vector1024")).Message);
}
