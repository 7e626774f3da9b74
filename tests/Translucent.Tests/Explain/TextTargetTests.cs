using Translucent.Autodiff;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;
using Translucent.Tests.Models;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Translucent.Tests.Explain;

/// <summary>Next tokens, spans and similarities: their seeds against slopes of their values, and targets and texts together against one by one.</summary>
public class TextTargetTests
{
    public static TheoryData<string, string> Cases => new(from model in (IEnumerable<string>)["llama", "gpt2", "bert"]
                                                          from kind in model == "bert" ? ["mean", "first", "class"]
                                                              : (IEnumerable<string>)["logit", "log", "probability", "against", "against probability", "span",
                                                                 "logits", "mean", "last"]
                                                          select (model, kind));

    /// <summary>Two targets of a kind.</summary>
    static Targets Of(string kind, int[] summary, Tensor vectors) => kind switch
    {
        "logit" => new NextTokenTargets([7, new NextToken(9, 4)]),
        "log" => new NextTokenTargets([7, new NextToken(9, 4)], TokenScalar.LogProbability),
        "probability" => new NextTokenTargets([7, new NextToken(9, 4)], TokenScalar.Probability),
        "against" => new NextTokenTargets([new NextToken(7, Against: 3), new NextToken(9, 4, 8)], TokenScalar.LogProbability),
        "against probability" => new NextTokenTargets([new NextToken(7, Against: 3), new NextToken(9, 4, 8)], TokenScalar.Probability),
        "span" => new SpanTargets([summary, [3, 9]]),
        "logits" => new SpanTargets([summary, [3, 9]], TokenScalar.Logit),
        "class" => new ClassTargets([2, 0]),
        "first" => new SimilarityTargets(vectors, TextPooling.First),
        "last" => new SimilarityTargets(vectors, TextPooling.Last),
        _ => new SimilarityTargets(vectors),
    };

    static Tensor Vectors(int width)
    {
        Random random = new(8);
        Tensor t = new(2, width);
        foreach (ref float v in t.Span) v = random.NextSingle() - 0.4f;
        return t;
    }

    static int[] Summary(LanguageFixture f) => f.Has("summary.logprobs") ? f.Summary : [16, 17];

    [Theory, MemberData(nameof(Cases))]
    public void A_seed_is_the_slope_of_the_value(string model, string kind)
    {
        using LanguageFixture f = new(model);
        using Trace trace = f.Model.Forward([f.Text]);
        Targets targets = Of(kind, Summary(f), Vectors(48));
        Tensor x = trace.Tape["embed"].Value, along = new(x.Shape);
        Random random = new(5);
        foreach (ref float v in along.Span) v = random.NextSingle() - 0.5f;

        double[] exact = new double[2];
        Sweep.Each(targets.Bind(trace), null, (_, _) => new Watch().Value("embed", g =>
        {
            for (int t = 0; t < 2; t++) exact[t] = TensorPrimitives.Dot(g.Values.Span.Slice(t * x.Length, x.Length), along.Span);
        }));
        const float h = 2e-3f;
        using Trace up = Moved(h), down = Moved(-h);
        for (int t = 0; t < 2; t++)
        {
            double numeric = (targets.Bind(up).Value!(t, 0) - targets.Bind(down).Value!(t, 0)) / (2 * h);
            Assert.Equal(numeric, exact[t], 2e-3 * Math.Max(0.3, Math.Abs(numeric))); // a value of float32 is off by 1e-6, and h is small
        }

        Trace Moved(float step)
        {
            Tensor moved = new(x.Shape, x.Span);
            TensorPrimitives.MultiplyAdd(along.Span, step, moved.Span, moved.Span);
            return trace.Text!.Over(moved, Keep.All, new Arena(), default);
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Targets_together_and_alone_and_in_any_chunk_have_the_same_rows_bit_for_bit(string model, string kind)
    {
        using LanguageFixture f = new(model);
        using Trace trace = f.Model.Forward([f.Text]), boundaries = f.Model.Forward([f.Text], Keep.Boundaries);
        Targets targets = Of(kind, Summary(f), Vectors(48));
        float[] together = Sweep.Rows(trace, targets).ToArray();
        Assert.Equal(together, Sweep.Rows(trace, targets, new SweepOptions { Chunk = 1 }).ToArray());
        Assert.Equal(together, Sweep.Rows(boundaries, targets).ToArray());
        Assert.Equal(together, Sweep.Rows(trace, targets, new SweepOptions { Rows = trace.Tokens - 1 }).ToArray());
        Assert.All(together, v => Assert.True(v >= 0));
    }

    [Theory, InlineData("llama"), InlineData("gpt2"), InlineData("bert")]
    public void Texts_of_different_lengths_together_have_the_rows_of_texts_alone(string model)
    {
        using LanguageFixture f = new(model);
        TextInput[] texts = [f.Ids[..18], f.Ids[2..13], f.Ids[4..20]];
        using Trace both = f.Model.Forward(texts);
        foreach (Targets targets in model == "bert" ? (Targets[])[new ClassTargets([1]), new SimilarityTargets(Vectors(48))]
            : [new NextTokenTargets([7, 11]), new SpanTargets([4, 5, 9]), new SimilarityTargets(Vectors(48), TextPooling.Last)])
            foreach (string method in (ReadOnlySpan<string>)["gae", "raw", "rollout", "gradcam", "gradient_x_input", "attn_lrp", "integrated_gradients",
                "ultra"])
            {
                StreamMethod of = StreamMethods.Named(method);
                Tensor found = of.Explain(both, targets)["text"];
                for (int i = 0; i < texts.Length; i++)
                {
                    using Trace alone = f.Model.Forward([texts[i]]);
                    Tensor expected = of.Explain(alone, targets)["text"];
                    for (int t = 0; t < targets.Count; t++)
                    {
                        float[] row = found.Row(t * texts.Length + i).ToArray();
                        LanguageFixture.Near(Array.ConvertAll(expected.Row(t).ToArray(), v => (double)v), row.AsSpan(0, alone.Tokens), 2e-5,
                            $"{method} of {targets.GetType().Name}");
                        Assert.All(row[alone.Tokens..], v => Assert.Equal(0, v));
                    }
                }
            }
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        using LanguageFixture llama = new("llama"), bert = new("bert");
        using Trace trace = llama.Model.Forward([llama.Text]), classes = bert.Model.Forward([bert.Text]);
        Assert.Contains("token id 300: the vocabulary has 0 to 299", Refused(() => Sweep.Rows(trace, new NextTokenTargets([300]))));
        Assert.Contains("position 24: this text has tokens 0 to 23", Refused(() => Sweep.Rows(trace, new NextTokenTargets([new NextToken(3, 24)]))));
        Assert.Contains("position 0: tokens 1 to 23", Refused(() => Sweep.Rows(trace, new SpanTargets([0, 1]))));
        Assert.Contains("predicts no tokens", Refused(() => Sweep.Rows(classes, new NextTokenTargets([3]))));
        Assert.Contains("expected rows of 48 numbers", Refused(() => Sweep.Rows(trace, new SimilarityTargets(new Tensor(1, 47)))));
        Assert.Contains("no tokens", Refused(() => new SpanTargets(Array.Empty<int>())));
        Assert.Contains("Probability", Refused(() => new SpanTargets([1], TokenScalar.Probability)));
        Assert.Contains("has no classifier", Refused(() => Gae.Rows(trace, [0])));
        Assert.Contains("defined for several token streams", StreamMethods.Named("odam").Fits(trace, new NextTokenTargets([3])));
        Assert.Contains("hands logits down", StreamMethods.Named("attn_lrp").Fits(trace, new NextTokenTargets([3], TokenScalar.Probability)));
    }

    static string Refused(Action action)
    {
        Exception e = Assert.ThrowsAny<Exception>(action);
        Assert.True(e is TranslucentException or ArgumentException, $"{e}");
        return e.Message;
    }
}
