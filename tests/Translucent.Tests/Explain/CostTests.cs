using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;
using Translucent.Tests.Models;

namespace Translucent.Tests.Explain;

/// <summary>Counted arithmetic against counts made by hand.</summary>
public class CostTests
{
    static readonly VisionConfig s_small = new("ViT", Width: 8, Depth: 2, Heads: 2, Hidden: 16, Patch: 4, ImageSize: 12, Prefix: 1);

    [Fact]
    public void A_forward_pass_costs_its_products()
    {
        using VisionTransformer model = RandomViT.Create(s_small, classes: 5);
        double n = 10, c = 8, m = 16;
        double block = 2 * n * (4 * c * c) + 2 * (2 * n * n * c) + 2 * n * (2 * c * m); // q, k, v, output; scores and weighted values; MLP
        Assert.Equal(2 * 9 * 48 * c + 2 * block + 2 * c * 5, Cost.Forward(model, images: 1, patches: 9));
        Assert.Equal(3 * Cost.Forward(model, 1, 9), Cost.Forward(model, 3, 9));
    }

    [Fact]
    public void A_pass_of_a_llama_costs_its_products_and_no_logits()
    {
        using LanguageFixture f = new("llama");
        using Trace plan = f.Model.Plan(1, 20), two = f.Model.Plan(2, 20, Keep.Boundaries);
        double n = 20, c = 48, keys = 24, m = 96;
        double block = 2 * n * (2 * c * c + 2 * c * keys) + 2 * (2 * n * n * c) + 2 * n * (3 * c * m); // q, o, k, v; scores and weighted values; MLP
        Assert.Equal(4 * block, TapeCost.Forward(plan.Tape));
        Assert.Equal(8 * block, TapeCost.Forward(two.Tape));
        Assert.True(TapeCost.Bytes(two.Tape) < 2 * TapeCost.Bytes(plan.Tape) / 2);
    }

    [Fact]
    public void A_sweep_from_layer_2_costs_one_row_into_one_attention()
    {
        using VisionTransformer model = RandomViT.Create(s_small, classes: 5);
        double n = 10, c = 8, m = 16;
        Assert.Equal(4 * (2 * (2 * c * m) + 2 * c * c + 2 * n * c), Cost.Tokens(model, 1, 10, layer: 2, count: 4));
    }

    [Fact]
    public void A_sweep_from_the_top_is_sparse_above_and_stops_below()
    {
        using VisionTransformer model = RandomViT.Create(s_small, classes: 5);
        double n = 10, c = 8, m = 16;
        double top = 2 * (2 * c * m) + 2 * c * c + 4 * (2 * n * c) + 2 * c * c + 2 * (2 * n * c * c); // G, gq, gk, gv; then q for one row, k and v for all
        double bottom = n * (2 * (2 * c * m) + 2 * c * c) + 2 * n * n * c;
        Assert.Equal(10 * (top + bottom), Cost.Tokens(model, 1, 10, layer: 3, count: 10));
        Assert.Equal(10 * (top + bottom + 2 * c * 5), Cost.Classes(model, 1, 10, count: 10));
    }

    [Fact]
    public void Outer_products_replace_rows_where_there_are_many_tokens()
    {
        using VisionTransformer model = RandomViT.Create(s_small, classes: 5);
        double n = 100, c = 8, m = 16, keys = 2, values = 2, query = 1, residual = 1;
        // G, gq; through the weights; against x̂
        double top = 2 * (2 * c * m) + 2 * c * c + 2 * (2 * n * c) + (keys + values + query) * (2 * c * c + 2 * n * c);
        double between = (keys + values + query + residual) * (2 * c * m + 2 * n * c + 2 * n * m); // through the weights, and written out on both sides of them
        double bottom = n * (2 * c * m + 2 * c * c) + 2 * n * n * c, shared = 2 * n * c * m;
        Assert.Equal(10 * (top + between + bottom) + shared, Cost.Tokens(model, 1, 100, layer: 3, count: 10));
    }

    [Fact]
    public void Outer_products_of_values_alone_pass_an_attention_that_is_constant()
    {
        using VisionTransformer model = RandomViT.Create(s_small, classes: 5);
        double n = 100, c = 8, m = 16, values = 2, residual = 1;
        double top = 2 * (2 * c * m) + 2 * c * c + values * (2 * c * c), between = (values + residual) * (2 * c * m + 2 * n * c + 2 * n * m);
        double bottom = n * (2 * c * m + 2 * c * c);
        Assert.Equal(10 * (top + between + bottom + 2 * c * 5), Cost.Classes(model, 1, 100, count: 10, throughScores: false));
    }

    [Theory, InlineData(Keep.All), InlineData(Keep.Boundaries)]
    public void A_plan_counts_what_a_pass_of_the_same_shapes_counts(Keep keep)
    {
        using VisionTransformer model = RandomViT.Create(s_small, classes: 5);
        Arena arena = new();
        using Trace trace = model.Forward(new Tensor(2, 3, 12, 20), keep, arena);
        using Trace planned = model.Plan(2, 15, keep);
        Tape plan = planned.Tape;
        Assert.Equal(TapeCost.Forward(trace.Tape), TapeCost.Forward(plan));
        Assert.Equal(TapeCost.Bytes(trace.Tape), TapeCost.Bytes(plan));
        Watch watch = new Watch().Value("embed", _ => { });
        Assert.Equal(TapeCost.Sweep(trace.Tape, "logits", null, watch), TapeCost.Sweep(plan, "logits", null, watch));
        if (keep == Keep.All) Assert.InRange(arena.Bytes - TapeCost.Bytes(plan), 0, 64 * 100); // each value begins at a multiple of 64 bytes
        else Assert.InRange((double)arena.Bytes / TapeCost.Bytes(plan), 0.9, 1.3);
    }

    [Fact]
    public void A_sweep_takes_the_memory_that_was_counted()
    {
        using VisionTransformer model = RandomViT.Create(s_small, classes: 5);
        using Trace trace = model.Forward(new Tensor(1, 3, 16, 16));
        Watch watch = new Watch().Value("embed", _ => { });
        long before = trace.Tape.Arena.Bytes, counted = 20 * TapeCost.Sweep(trace.Tape, "logits", null, watch).BytesPerTarget;
        trace.Tape.Sweep(trace.Tape["logits"], new Cotangent(new Tensor(20, 1, 5)), watch);
        Assert.InRange((double)(trace.Tape.Arena.Bytes - before) / counted, 0.9, 2); // an arena keeps memory of several sizes
    }

    [Fact]
    public void Segments_and_causal_attention_are_counted_as_they_are_computed()
    {
        using Tape tape = Tape.Plan(Keep.Boundaries);
        Var x = tape.Leaf(Tensor.Planned(1, 600, 8));
        Attention causal = new(2, "a.probs", AttentionMask.Causal());
        Var y = tape.Recomputed("a.", x, v => causal.Apply(v, v, v));
        double product = 2.0 * 8 * (256 * 256 + 256 * 512 + 88 * 600); // blocks of 256 queries see the keys up to their last
        Assert.Equal(2 * product, TapeCost.Forward(tape));
        y.At("y");
        Assert.Equal(new SweepCost(2.0 * 600 * 600 * 8, 0, 4 * 600 * 8),
            TapeCost.Sweep(tape, "y", null, new Watch().Attention("a.probs", new AttentionRecorder())));
    }
}
