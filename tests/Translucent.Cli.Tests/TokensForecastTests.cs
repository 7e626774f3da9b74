using Translucent.Cli.Tokens;
using Translucent.Explain;
using Translucent.Models;

namespace Translucent.Cli.Tests;

/// <summary>What explaining tokens of one of several streams will take.</summary>
public sealed class TokensForecastTests : IDisposable
{
    readonly Detr _model = Detr.Open(Golden.File("multimodal/detr"));
    readonly Trace _trace;

    public TokensForecastTests() => _trace = _model.Plan(64, 96);

    public void Dispose()
    {
        _trace.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void Short_work_is_not_announced_and_asks_for_no_second_pass() =>
        Assert.Null(new TokensForecast(1e-6, () => throw new InvalidOperationException()).Of(_trace, _trace.StreamOf("queries"), 3, [2]));

    [Fact]
    public void Long_work_is_by_the_faster_of_two_passes()
    {
        TokenStream queries = _trace.StreamOf("queries");
        double passes = (Cost.Tokens(_trace, 2, 7, queries) + Cost.Tokens(_trace, 3, 7, queries)) / Cost.Forward(_trace);
        Assert.Equal($"7 tokens of queries, layers 2 to 3: {Terminal.About(100 * passes)}", new TokensForecast(100, () => 1).Of(_trace, queries, 7, [2, 3]));
        int many = (int)Math.Ceiling(Cost.Forward(_trace) / Cost.Tokens(_trace, 3, 1, queries));
        double of = Cost.Tokens(_trace, 3, many, queries) / Cost.Forward(_trace);
        Assert.Equal($"{many} tokens of queries, layer 3: {Terminal.About(4 * of)}", new TokensForecast(9.9, () => 4).Of(_trace, queries, many, [3]));
    }

    [Fact]
    public void A_sweep_costs_more_from_higher_layers_and_for_more_tokens_of_its_stream()
    {
        foreach (TokenStream stream in _trace.Streams)
        {
            int top = _trace.Blocks.Count(b => b.Stream == stream) + 1;
            double before = 0;
            for (int layer = 2; layer <= top; layer++)
            {
                double one = Cost.Tokens(_trace, layer, 1, stream);
                Assert.True(one > before, $"{stream.Name}, layer {layer}: {one} after {before}");
                Assert.Equal(3 * one, Cost.Tokens(_trace, layer, 3, stream), 1e-6 * one);
                before = one;
            }
            Assert.Equal(0, Cost.Tokens(_trace, 1, 1, stream));
            Assert.Equal(0, Cost.Tokens(_trace, top + 1, 1, stream));
        }
    }
}
