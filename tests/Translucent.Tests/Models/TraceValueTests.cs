using Translucent.Autodiff;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Tests.Models;

/// <summary>What a pass computed can be read at every site, kept or not, as a copy.</summary>
public class TraceValueTests
{
    static readonly VisionTransformer s_model =
        RandomViT.Create(new VisionConfig("ViT", Width: 24, Depth: 2, Heads: 3, Hidden: 48, Patch: 8, ImageSize: 24, Prefix: 1), classes: 5, seed: 5);

    static Tensor Pixels(int count, int seed)
    {
        Random random = new(seed);
        return new Tensor([count, 3, 24, 24], [.. Enumerable.Range(0, count * 3 * 24 * 24).Select(_ => random.NextSingle() - 0.5f)]);
    }

    [Fact]
    public void A_site_that_was_not_kept_has_the_value_of_one_that_was()
    {
        Tensor pixels = Pixels(2, 1);
        using Trace all = s_model.Forward(pixels), few = s_model.Forward(pixels, Keep.Boundaries);
        foreach (TokenBlock block in all.Blocks)
            foreach (string site in new[] { block.In, block.Mid, block.AttentionOut, block.MlpOut, block.Out })
                Assert.Equal(all.Value(site).ToArray(), few.Value(site).ToArray());
        Assert.Equal([2, 10, 24], all.Value("embed").Shape.ToArray());
    }

    [Fact]
    public void The_residual_stream_adds_up()
    {
        using Trace trace = s_model.Forward(Pixels(1, 2), Keep.Boundaries);
        TokenBlock block = trace.Blocks[1];
        float[] begin = trace.Value(block.In).ToArray(), attention = trace.Value(block.AttentionOut).ToArray(), mlp = trace.Value(block.MlpOut).ToArray();
        float[] end = trace.Value(block.Out).ToArray();
        for (int i = 0; i < end.Length; i++) Assert.Equal(begin[i] + attention[i] + mlp[i], end[i], 1e-5f);
    }

    [Fact]
    public void Attention_is_of_the_item_asked_for_and_its_rows_sum_to_1()
    {
        Tensor one = Pixels(1, 3), other = Pixels(1, 4), both = new([2, 3, 24, 24], [.. one.ToArray(), .. other.ToArray()]);
        using Trace pair = s_model.Forward(both, Keep.Boundaries), alone = s_model.Forward(other);
        for (int b = 0; b < 2; b++)
        {
            Tensor a = pair.Attention(pair.Steps[b], item: 1);
            Assert.Equal([3, 10, 10], a.Shape.ToArray());
            Assert.Equal(alone.Attention(alone.Steps[b]).ToArray(), a.ToArray());
            for (int r = 0; r < a.Rows; r++) Assert.Equal(1, a.Row(r).ToArray().Sum(), 1e-5f);
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => pair.Attention(pair.Steps[0], item: 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => pair.Attention(pair.Steps[0], item: -1));
    }

    [Fact]
    public void A_copy_changes_nothing_and_an_unknown_site_is_told()
    {
        using Trace trace = s_model.Forward(Pixels(1, 5));
        trace.Value("embed").Span.Clear();
        Assert.Contains(trace.Value("embed").ToArray(), v => v != 0);
        Assert.Throws<KeyNotFoundException>(() => trace.Value("blocks.7.in"));
        trace.Dispose();
        Assert.Throws<ObjectDisposedException>(() => trace.Value("embed"));
    }
}
