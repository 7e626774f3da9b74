using Translucent.Explain;
using Translucent.Models;

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
        double top = 2 * (2 * c * m) + 2 * c * c + 2 * (2 * n * c) + (keys + values + query) * (2 * c * c + 2 * n * c); // G, gq; through the weights; against x̂
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
}
