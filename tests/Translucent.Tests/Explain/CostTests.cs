using Translucent.Autodiff;
using Translucent.Explain;
using Translucent.Models;

namespace Translucent.Tests.Explain;

public class CostTests
{
    static readonly VisionConfig s_base = new("ViT", 768, 12, 12, 3072, 16, 224, 1); // ViT-B/16

    [Fact]
    public void A_forward_pass_of_ViT_B16_takes_35_billion_operations() =>
        Assert.Equal(35.1, Cost.ForwardFlops(s_base, 197) / 1e9, 1); // 17.6 billion multiply-adds: Dosovitskiy et al. 2020

    [Fact]
    public void Targets_cost_alike_and_a_higher_layer_costs_one_block_more()
    {
        double one = Cost.SweepFlops(s_base, 197, 12, 1);
        Assert.Equal(197 * one, Cost.SweepFlops(s_base, 197, 12, 197), 1e-9 * 197 * one);
        double block = Cost.SweepFlops(s_base, 197, 12, 1) - Cost.SweepFlops(s_base, 197, 11, 1);
        double forward = (Cost.ForwardFlops(s_base, 197) - Cost.ForwardFlops(s_base with { Depth = 11 }, 197)) + 2.0 * 2 * 197 * 197 * 768; // two products more
        Assert.Equal(forward, block, 1e-9 * forward);
        Assert.Equal(0, Cost.SweepFlops(s_base, 197, 0, 5));
    }

    [Fact]
    public void Boundaries_take_less_memory_than_everything() =>
        Assert.True(5 * Cost.ForwardBytes(s_base, 197, Keep.Boundaries) < Cost.ForwardBytes(s_base, 197, Keep.All));
}
