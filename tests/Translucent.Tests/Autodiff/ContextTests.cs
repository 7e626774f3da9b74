using Translucent.Autodiff;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Tests.Autodiff;

/// <summary>Threads, kernel and memory belong to a job, not to the process.</summary>
public class ContextTests
{
    static readonly VisionConfig s_config = new("ViT", Width: 24, Depth: 3, Heads: 2, Hidden: 48, Patch: 4, ImageSize: 24, Prefix: 1);

    [Fact]
    public async Task Two_sweeps_at_once_with_other_threads_and_kernels_give_the_right_bits()
    {
        using VisionTransformer model = RandomViT.Create(s_config, classes: 5);
        Tensor[] pixels = [OpCase.Random(2, 3, 24, 24), OpCase.Random(1, 3, 24, 20)];
        float[][] expected = Array.ConvertAll(pixels, p => Explain(model, p, new Arena(Compute.Default)));
        Compute[] machines = [new(threads: 1, kernel: "scalar"), new(threads: 3), new(threads: 2, kernel: "scalar")];
        await Task.WhenAll(machines.Select((machine, i) => Task.Factory.StartNew(() =>
        {
            Arena arena = new(machine);
            for (int round = 0; round < 6; round++)
            {
                int which = (round + i) % 2;
                Assert.Equal(expected[which], Explain(model, pixels[which], arena));
            }
        }, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
    }

    [Fact]
    public void A_job_uses_no_more_threads_than_its_own()
    {
        using VisionTransformer model = RandomViT.Create(s_config, classes: 5);
        HashSet<int> threads = [];
        using Trace trace = model.Forward(OpCase.Random(1, 3, 24, 24), Keep.All, new Arena(new Compute(threads: 1)));
        Watch watch = new();
        for (int b = 0; b < 3; b++) watch.Attention($"blocks.{b}.attn.probs", new Spy(threads));
        trace.Tape.Sweep(trace.Tape["blocks.2.out"], new Cotangent(OpCase.Random(4, 1, 37, 24)), watch);
        Assert.Equal([Environment.CurrentManagedThreadId], threads);
    }

    sealed class Spy(HashSet<int> threads) : AttentionObserver
    {
        public override void Tile(in AttentionTile tile)
        {
            lock (threads) threads.Add(Environment.CurrentManagedThreadId);
        }
    }

    [Fact]
    public void Images_of_all_sizes_through_one_arena_equal_each_in_its_own()
    {
        using VisionTransformer model = RandomViT.Create(s_config, classes: 5);
        Arena one = new();
        foreach ((int height, int width) in (ReadOnlySpan<(int, int)>)[(24, 24), (40, 12), (8, 8), (64, 48), (24, 24), (12, 40), (8, 4)])
        {
            Tensor pixels = OpCase.Random(1, 3, height, width);
            Assert.Equal(Explain(model, pixels, new Arena()), Explain(model, pixels, one));
        }
    }

    [Fact]
    public void More_memory_than_a_job_may_have_is_refused_with_what_to_do()
    {
        Arena arena = new(new Compute(memoryBytes: 10_000));
        arena.Return(arena.Rent(1500));
        arena.Return(arena.Rent(2000)); // what lies free makes room
        Assert.InRange(arena.Bytes, 8000, 10_000);
        Tensor held = arena.Rent(2000);
        Assert.Contains("the limit is 10000", Assert.Throws<TranslucentException>(() => arena.Rent(1000)).Message);
        Assert.Equal(2000, held.Length);
    }

    [Fact]
    public void An_unknown_kernel_and_no_threads_are_refused()
    {
        Assert.Contains("kernel: found 'fast', expected one of", Assert.Throws<TranslucentException>(() => new Compute(kernel: "fast")).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Compute(threads: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Compute(memoryBytes: 0));
    }

    static float[] Explain(VisionTransformer model, Tensor pixels, Arena arena)
    {
        using Trace trace = model.Forward(pixels, Keep.All, arena);
        return [.. trace.Logits.Span, .. Gae.Rows(trace, [0, 3]).Span, .. Rollout.Rows(trace).Span, .. Lrp.Explain(trace, [1]).Tokens.Span,
            .. TokenTM.Rows(trace, [2]).Span];
    }
}
