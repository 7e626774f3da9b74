using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;
using Translucent.Tests.Models;

namespace Translucent.Tests.Explain;

/// <summary>ULTra of any stream: goldens of texts, products of matrices for detectors and questions, and what is shown of rows.</summary>
public class StreamUltraTests
{
    [Theory]
    [InlineData("llama", "s", 3)]
    [InlineData("llama", "e", 5)]
    [InlineData("gpt2", "s", 4)]
    [InlineData("bert", "e", 3)]
    public void Rows_of_texts_are_those_of_the_float64_reference(string model, string function, int layer)
    {
        using LanguageFixture f = new(model);
        using Trace trace = f.Model.Forward([f.Text]);
        int[] tokens = model == "bert" ? f.Ints("ultra_targets") : f.Summary;
        StreamUltra found = StreamUltra.Explain(trace, layer, tokens, function == "s" ? TokenFunction.S : TokenFunction.E);
        f.Check($"ultra_{function}_flow_l{layer}.rows", found["text"].Span);
        Assert.Equal("text", found.Stream);
        if (f.Has($"ultra_{function}_flow_l{layer}.first_row_self_replaced"))
            f.Check($"ultra_{function}_flow_l{layer}.first_row_self_replaced", found.Shown("text").Span);
    }

    [Theory]
    [InlineData("llama", 5)]
    [InlineData("gpt2", 4)]
    public void The_own_entry_is_shown_as_the_largest_of_the_others(string model, int layer)
    {
        using LanguageFixture f = new(model);
        using Trace trace = f.Model.Forward([f.Text]);
        StreamUltra found = StreamUltra.Explain(trace, layer, f.Summary);
        f.Check($"ultra_s_flow_l{layer}.first_row_self_replaced", found.Shown("text").Span);
        Assert.True(found["text"].Row(0)[f.Summary[0]] >= 1); // and the row itself keeps the identity
        Assert.Equal(1, found.Shares()["text"], 1e-12);
    }

    public static TheoryData<string, string, int, int, TokenFunction> Tokens => new()
    {
        { "detr", "queries", 4, 2, TokenFunction.S },
        { "detr", "queries", 2, 0, TokenFunction.E },
        { "detr", "image", 3, 1, TokenFunction.S },
        { "lxmert", "text", 5, 2, TokenFunction.S },
        { "lxmert", "image", 4, 1, TokenFunction.E },
        { "lxmert", "image", 2, 0, TokenFunction.S },
    };

    [Theory, MemberData(nameof(Tokens))]
    public void A_row_equals_products_of_matrices_in_double(string model, string stream, int layer, int token, TokenFunction function)
    {
        using StreamFixture fixture = new();
        using Trace trace = fixture.Forward(model, 3);
        StreamUltra found = StreamUltra.Explain(trace, layer, [token], function, stream);
        Dictionary<TokenStream, double[]> expected = Expected(trace, new TokenTargets(layer, [token], function) { Stream = stream }, token);
        Assert.Equal(trace.Streams.Select(s => s.Name), found.Streams);
        foreach (TokenStream s in trace.Streams)
        {
            double scale = Math.Max(1e-6, expected[s].Max(Math.Abs));
            for (int i = 0; i < s.Length; i++) Assert.Equal(expected[s][i], found[s.Name].Row(0)[i], 1e-4 * scale);
        }
        Dictionary<string, double> sums = trace.Streams.ToDictionary(s => s.Name,
            s => expected[s].Where((_, i) => s.Name != stream || i != token).Sum());
        foreach ((string name, double share) in found.Shares()) Assert.Equal(sums[name] / sums.Values.Sum(), share, 1e-4);
    }

    [Theory, MemberData(nameof(Tokens))]
    public void Targets_together_and_alone_have_the_same_bits(string model, string stream, int layer, int token, TokenFunction function)
    {
        using StreamFixture fixture = new();
        using Trace trace = fixture.Forward(model, 3);
        StreamUltra both = StreamUltra.Explain(trace, layer, [token, token + 1], function, stream),
            alone = StreamUltra.Explain(trace, layer, [token + 1], function, stream);
        StreamRelevance positive = StreamMethods.Named("positive").Explain(trace, new TokenTargets(layer, [token], function) { Stream = stream });
        foreach (string over in both.Streams)
        {
            Assert.Equal(alone[over].ToArray(), both[over].Row(1).ToArray());
            Assert.Equal(positive[over].ToArray(), both[over].Row(0).ToArray()); // as docs/multimodal.md says
            if (over == stream) Assert.Equal(both.Shown(over, 1).ToArray().Max(), both.Shown(over, 1).Span[token + 1]);
            else Assert.Equal(both[over].Row(1).ToArray(), both.Shown(over, 1).ToArray());
        }
    }

    [Fact]
    public void What_there_is_not_is_refused()
    {
        using StreamFixture fixture = new();
        using Trace trace = fixture.Forward("detr", 1);
        Assert.Contains("image, queries", Assert.Throws<ArgumentException>(() => StreamUltra.Explain(trace, 2, [0], stream: "text")).Message);
        Assert.Contains("layers 2 to", Assert.Throws<ArgumentOutOfRangeException>(() => StreamUltra.Explain(trace, 99, [0], stream: "queries")).Message);
        Assert.Contains("tokens 0 to", Assert.Throws<ArgumentOutOfRangeException>(() => StreamUltra.Explain(trace, 2, [999], stream: "queries")).Message);
        Assert.ThrowsAny<TranslucentException>(() => StreamUltra.Explain(trace, 2, [0], stream: "queries", options: new SweepOptions { Rows = 2 }));
        Assert.Throws<ArgumentException>(() => StreamUltra.Explain(trace, 2, [0], TokenFunction.W, "queries"));
        Assert.Throws<InvalidOperationException>(() => StreamUltra.Explain(trace, 2, [0]));
    }

    /// <summary>u from a unit row at the token, stage by stage from the top, over factors from recorded gradients; all in double.</summary>
    static Dictionary<TokenStream, double[]> Expected(Trace trace, TokenTargets targets, int token)
    {
        Dictionary<AttentionStep, AttentionRecorder> recorders = trace.Steps.ToDictionary(s => s, _ => new AttentionRecorder());
        Watch watch = new();
        foreach ((AttentionStep step, AttentionRecorder recorder) in recorders) watch.Attention(step.Site, recorder);
        BoundTargets bound = targets.Bind(trace);
        trace.Tape.Sweep(bound.From, bound.Seed(0, 1), watch);
        Dictionary<TokenStream, double[]> u = trace.Streams.ToDictionary(s => s, s => new double[s.Length]);
        u[bound.Stream][token] = 1;
        foreach (IGrouping<int, AttentionStep> stage in trace.Steps.GroupBy(s => s.Stage).OrderByDescending(g => g.Key))
        {
            Dictionary<TokenStream, double[]> next = u.ToDictionary(p => p.Key, p => (double[])p.Value.Clone());
            foreach (AttentionStep step in stage.Where(s => recorders[s].Gradient is not null))
                trace.Tape.WithAttention(step.Site, call =>
                {
                    Tensor a = Attention.Probabilities(call, 0), g = recorders[step].Gradient!;
                    int n = step.Queries.Length, k = step.Values.Length;
                    for (int i = 0; i < a.Length; i++)
                        next[step.Values][i % k] += u[step.Queries][i / k % n] * Math.Max(0, g.Span[i]) * a.Span[i] / step.Heads;
                });
            u = next;
        }
        return u;
    }
}
