using Translucent.Autodiff;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Tests.Explain;

/// <summary>Asked to stop, passes and sweeps end at the next operation, not at the next chunk.</summary>
public class StopTests
{
    static VisionTransformer Model() => RandomViT.Create(new VisionConfig("ViT", 16, 6, 2, 32, 4, 16, 1), classes: 3);

    static readonly Tensor s_pixels = new(1, 3, 16, 16);

    [Theory]
    [InlineData(Keep.All)]
    [InlineData(Keep.Boundaries)]
    public void A_forward_pass_stops(Keep keep)
    {
        using CancellationTokenSource stop = new();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => Model().Forward(s_pixels, keep, new Arena(), cancellationToken: stop.Token));
    }

    [Theory]
    [InlineData(Keep.All)]
    [InlineData(Keep.Boundaries)]
    public void A_sweep_stops_within_a_chunk(Keep keep)
    {
        using CancellationTokenSource stop = new();
        using Trace trace = Model().Forward(s_pixels, keep);
        List<string> seen = [];
        void See(string site, bool cancels)
        {
            seen.Add(site);
            if (cancels) stop.Cancel();
        }
        Assert.Throws<OperationCanceledException>(
            () => Sweep.Each(new ClassTargets([0, 1, 2]).Bind(trace), new SweepOptions { Stop = stop.Token }, (_, _) => new Watch()
            .Value("blocks.5.in", _ => See("blocks.5.in", cancels: false)).Value("blocks.3.in", _ => See("blocks.3.in", cancels: true))
                .Value("blocks.1.in", _ => See("blocks.1.in", cancels: false))));
        Assert.Equal(["blocks.5.in", "blocks.3.in"], seen);
    }

    [Theory]
    [InlineData(Keep.All)]
    [InlineData(Keep.Boundaries)]
    public void A_sweep_stops_when_its_pass_is_told_to(Keep keep)
    {
        using CancellationTokenSource stop = new();
        using Trace trace = Model().Forward(s_pixels, keep, new Arena(), cancellationToken: stop.Token);
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => Sweep.Rows(trace, new ClassTargets([0])));
    }

    [Fact]
    public void A_pass_and_a_sweep_that_nobody_stops_are_the_same_with_a_token()
    {
        using CancellationTokenSource stop = new();
        using Trace plain = Model().Forward(s_pixels), told = Model().Forward(s_pixels, Keep.All, new Arena(), cancellationToken: stop.Token);
        Tensor rows = Sweep.Rows(plain, new ClassTargets([0, 1])), same = Sweep.Rows(told, new ClassTargets([0, 1]), new SweepOptions { Stop = stop.Token });
        Assert.Equal(rows.ToArray(), same.ToArray());
    }
}
