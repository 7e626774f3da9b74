using System.Text.Json;
using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Explain;
using Translucent.Explain.Projection;
using Translucent.Models;
using Translucent.Tensors;
using Translucent.Tests.Autodiff;
using Translucent.Tests.Models;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Translucent.Tests.Explain;

/// <summary>What methods over texts promise: completeness, conservation, identities between them, and the logit lens.</summary>
public class TextMethodTests
{
    [Theory]
    [InlineData("llama", null), InlineData("llama", 0), InlineData("gpt2", null), InlineData("gpt2", 0), InlineData("bert", null), InlineData("bert", 0)]
    public void Integrated_gradients_add_up_to_the_change(string model, int? fill)
    {
        using LanguageFixture f = new(model);
        using Trace trace = f.Model.Forward([f.Text]);
        Targets targets = model == "bert" ? new ClassTargets([0, 2]) : new NextTokenTargets([7, new NextToken(9, 4)], TokenScalar.LogProbability);
        TextShares shares = TextIntegratedGradients.Explain(trace, targets, fill, steps: 400);
        for (int t = 0; t < 2; t++)
            Assert.True(Math.Abs(shares.Gap.Span[t]) < 0.03 * Math.Max(0.5, Math.Abs(shares.Change.Span[t])),
                $"{shares.Gap.Span[t]} of {shares.Change.Span[t]}");
        TextShares fewer = TextIntegratedGradients.Explain(trace, targets, fill, steps: 50);
        Assert.True(shares.Gap.ToArray().Sum(MathF.Abs) <= fewer.Gap.ToArray().Sum(MathF.Abs) + 1e-3);
    }

    /// <summary>The rules as PyTorch computes them, from detached factors (Golden/language/llama/attn_lrp.py).</summary>
    [Fact]
    public void Attn_lrp_of_a_llama_is_that_of_PyTorch()
    {
        using LanguageFixture f = new("llama");
        using Trace trace = f.Model.Forward([f.Text]);
        JsonElement golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(f.Folder, "attn_lrp.json"))).RootElement;
        Check("next", new NextTokenTargets([golden.GetProperty("token").GetInt32()]));
        Check("summary", new SpanTargets(f.Summary));

        void Check(string name, Targets targets) => LanguageFixture.Near([.. golden.GetProperty(name).EnumerateArray().Select(v => v.GetDouble())],
            StreamMethods.Named("attn_lrp").Explain(trace, targets)["text"].Span, name: name);
    }

    /// <summary>Relevance in the form of gradient × input: what comes out of a rule is what went in, and a product shares it equally.</summary>
    [Fact]
    public void Rules_of_norms_gates_and_turns_conserve()
    {
        Random random = new(44);
        Tensor gain = OpCase.Random(random, 6);
        Tensor[] x = [OpCase.Random(random, 1, 4, 6), OpCase.Random(random, 1, 4, 6)];
        Near(1, Conserved(new RmsNorm(gain, 0), x[..1])[0]);
        Near(1, Conserved(new RmsNorm(new Tensor([3], gain.Span[..3]), 0), x[..1])[0]);
        Near(1, Conserved(new Rotary(new RotaryAngles([1, 0.3, 0.1])), x[..1])[0]);
        Near(1, Conserved(new Linear(new Matrix(OpCase.Random(random, 5, 6), 5, 6), activation: Activation.Silu), x[..1])[0]);
        Assert.All(Conserved(Product.Op, x), part => Near(0.5, part));

        static void Near(double expected, double found) => Assert.Equal(expected, found, 1e-4);

        double[] Conserved(Op op, Tensor[] inputs)
        {
            using Tape tape = new();
            Var[] vars = Array.ConvertAll(inputs, tape.Leaf);
            double[] found = new double[inputs.Length];
            Watch watch = new();
            for (int i = 0; i < inputs.Length; i++)
            {
                int at = i;
                vars[i].At($"x{i}");
                watch.Value($"x{i}", g => found[at] = TensorPrimitives.Dot(g.Values.Span, inputs[at].Span));
            }
            Var y = op.Apply(vars);
            Tensor seed = OpCase.Random(random, [1, .. y.Value.Shape]);
            double above = TensorPrimitives.Dot<float>(seed.Span, y.Value.Span);
            tape.Sweep(y, new Cotangent(seed), watch, AttnLrp.Rules);
            return Array.ConvertAll(found, v => v / above);
        }
    }

    [Fact]
    public void A_span_is_the_sum_of_its_tokens_for_signed_methods_and_one_token_is_a_span()
    {
        using LanguageFixture f = new("llama");
        using Trace trace = f.Model.Forward([f.Text]);
        int[] summary = f.Summary;
        NextToken[] each = [.. summary.Select(s => new NextToken(f.Ids[s], s - 1))];
        foreach (string method in (ReadOnlySpan<string>)["gradient_x_input", "attn_lrp"])
        {
            Tensor span = StreamMethods.Named(method).Explain(trace, new SpanTargets(summary))["text"],
                parts = StreamMethods.Named(method).Explain(trace, new NextTokenTargets(each, TokenScalar.LogProbability))["text"];
            double[] sum = [.. Enumerable.Range(0, 24).Select(n => Enumerable.Range(0, each.Length).Sum(t => (double)parts.Row(t)[n]))];
            LanguageFixture.Near(sum, span.Span, 1e-5, method);
        }
        Tensor one = StreamMethods.Named("gae").Explain(trace, new SpanTargets([summary[0]]))["text"],
            same = StreamMethods.Named("gae").Explain(trace, new NextTokenTargets([each[0]], TokenScalar.LogProbability))["text"];
        Assert.Equal(one.ToArray(), same.ToArray());
    }

    [Fact]
    public void Methods_by_name_are_those_of_the_library()
    {
        using LanguageFixture f = new("llama");
        using Trace trace = f.Model.Forward([f.Text]);
        SpanTargets span = new(f.Summary);
        Assert.Equal(Sweep.Rows(trace, span).ToArray(), StreamMethods.Named("gae").Explain(trace, span)["text"].ToArray());
        Assert.Equal(Sweep.Rows(trace, span).ToArray(), StreamMethods.Named("positive").Explain(trace, span)["text"].ToArray());
        float[] lambda = TokenContributions.Of(trace, f.Summary, f.Context).Lambda.ToArray(),
            row = StreamMethods.Named("ultra").Explain(trace, span)["text"].ToArray();
        for (int i = 0; i < lambda.Length; i++) Assert.Equal(lambda[i], row[f.Context[i]], 1e-6f * lambda.Max());
        Assert.Equal(Ultra.Explain(trace, 4, TokenFunction.E, f.Summary).Rows.ToArray(),
            TokenContributions.Of(trace, f.Summary, [], 4, TokenFunction.E).Rows.ToArray());
        foreach (string method in (ReadOnlySpan<string>)["absolute", "full", "tokentm", "attcat", "gradcam", "integrated_gradients"])
        {
            Tensor found = StreamMethods.Named(method).Explain(trace, span)["text"];
            Assert.Equal([1, 1, 24], found.Shape);
            Assert.All(found.ToArray(), v => Assert.True(float.IsFinite(v)));
            Assert.All(found.ToArray()[23..], v => Assert.Equal(0, v)); // the last token predicts nothing of the span
        }
    }

    [Fact]
    public void Function_w_takes_a_vector_for_every_token()
    {
        using LanguageFixture f = new("llama");
        using Trace trace = f.Model.Forward([f.Text]);
        Tensor ones = new(24, 48);
        ones.Span.Fill(1);
        Assert.Equal(TokenContributions.Of(trace, f.Summary, f.Context).Lambda.ToArray(),
            TokenContributions.Of(trace, f.Summary, f.Context, function: TokenFunction.W, w: ones).Lambda.ToArray());
    }

    [Theory, InlineData("llama"), InlineData("gpt2")]
    public void Sparse_contributions_come_near_and_all_rows_are_exact(string model)
    {
        using LanguageFixture f = new(model);
        using Trace trace = f.Model.Forward([f.Text]);
        float[] exact = TokenContributions.Of(trace, f.Summary, f.Context).Lambda.ToArray();
        double Off(int k) => TokenContributions.Of(trace, f.Summary, f.Context, options: new SweepOptions { Rows = k }).Lambda.ToArray()
            .Zip(exact, (a, b) => Math.Abs((double)a - b)).Sum() / exact.Sum();
        Assert.Equal(0, Off(trace.Tokens - 1));
        Assert.True(Off(12) < 0.1 && Off(12) <= Off(0), $"{Off(12)} of {Off(0)}");
        SpanTargets span = new(f.Summary);
        float[] whole = Sweep.Rows(trace, span).ToArray();
        Assert.Equal(whole, Sweep.Rows(trace, span, new SweepOptions { Rows = trace.Tokens - f.Summary.Length }).ToArray()); // with its own these are all
        float[] most = Sweep.Rows(trace, span, new SweepOptions { Rows = 10 }).ToArray();
        Assert.NotEqual(whole, most);
        Assert.True(most.Zip(whole, (a, b) => Math.Abs(a - b)).Sum() < 0.1 * whole.Sum());
    }

    [Fact]
    public void Heads_that_share_values_are_compared_with_the_stream_one_by_one()
    {
        using LanguageFixture f = new("llama");
        using Trace trace = f.Model.Forward([f.Text]);
        AttentionStep step = trace.Steps[1];
        TokenTransformation found = TokenTransformation.OfHeads(trace, step);
        Tensor entering = trace.Tape[step.Entering].Value, output = step.Output.Weight.ToTensor();
        trace.Tape.WithAttention(step.Site, call =>
        {
            Tensor v = call.X[2].Value;
            for (int h = 0; h < 4; h++)
                for (int n = 0; n < 24; n++)
                {
                    double[] made = [.. Enumerable.Range(0,
                        48).Select(c => Enumerable.Range(0, 12).Sum(d => (double)v.Row(n)[h / 2 * 12 + d] * output.Row(c)[h * 12 + d]))];
                    double length = Math.Sqrt(made.Sum(x => x * x)), from = Math.Sqrt(entering.Row(n).ToArray().Sum(x => (double)x * x)),
                        dot = made.Select((x, c) => x * entering.Row(n)[c]).Sum();
                    Assert.Equal(length / from, found.HeadRatios.Row(h)[n], 1e-5 * Math.Max(1, length / from));
                    Assert.Equal(dot / (length * from), found.HeadCosines.Row(h)[n], 1e-5);
                }
        });
    }

    [Fact]
    public void The_lens_reads_what_a_token_already_is()
    {
        using LanguageFixture f = new("llama");
        using Trace trace = f.Model.Forward([f.Text]), boundaries = f.Model.Forward([f.Text, f.Ids[..20]], Keep.Boundaries);
        LensReading reading = LogitLens.Read(trace, [5, 22], [f.Ids[6], f.Ids[23]], top: 3);
        Tensor logits = LogitLens.Logits(trace, [5, 22]);
        Assert.Equal(trace.Vocabulary!.Logits([5, 22]).ToArray(), logits.ToArray()[^600..]);
        for (int l = 0; l < 5; l++)
            for (int p = 0; p < 2; p++)
            {
                float[] row = logits.Row(l * 2 + p).ToArray();
                int[] order = [.. Enumerable.Range(0, 300).OrderByDescending(i => row[i]).Take(3)];
                Assert.Equal(order, reading.Top[l][p].Select(t => t.Id));
                Assert.Equal(row.Count(v => v > row[f.Ids[p == 0 ? 6 : 23]]), reading.Ranks![l][p]);
                Assert.Equal(reading.Top[l][p][0].LogProbability - (row[order[0]] - row[order[1]]), reading.Top[l][p][1].LogProbability, 1e-4f);
            }
        Assert.Equal(logits.ToArray(), LogitLens.Logits(boundaries, [5, 22]).ToArray());
        // what a block adds, and the class measures of projection over tokens of the vocabulary
        Tensor mlp = LogitLens.Logits(trace, [5, 22], state: TokenState.Mlp), attention = LogitLens.Logits(trace, [5, 22], state: TokenState.Attention);
        Assert.Equal(mlp.ToArray(), LogitLens.Logits(boundaries, [5, 22], state: TokenState.Mlp).ToArray());
        Assert.All(mlp.ToArray()[..600], v => Assert.Equal(0, v));
        Assert.Equal(1 - reading.Ranks![4][1] / 300.0, Identifiability.Of(logits, f.Ids[23]).Row(4)[1], 1e-6);
        Tensor sources = Composition.Sources(logits.Reshape(5, 1, 2, 300), attention.Reshape(5, 1, 2, 300), mlp.Reshape(5, 1, 2, 300));
        Assert.Equal([4, 1, 4], sources.Shape);
    }

    /// <summary>Contributions of all memories of a layer add up to the direction of a token times what the layer adds.</summary>
    [Theory, InlineData(TokenState.Mlp), InlineData(TokenState.Attention)]
    public void Memories_of_tokens_add_up(TokenState layer)
    {
        using LanguageFixture f = new("llama");
        using Trace trace = f.Model.Forward([f.Text]);
        int[] tokens = [7, 250];
        Memories memories = Memories.OfTokens(trace, layer, 2, tokens);
        Tensor k = memories.Coefficients(trace), added = ClassProjection.Tokens(trace, layer, 2);
        float[] direction = new float[48];
        for (int c = 0; c < 2; c++)
            for (int n = 0; n < 24; n += 5)
            {
                trace.Vocabulary!.Unembedding.Weight.CopyRow(tokens[c], direction);
                double expected = TensorPrimitives.Dot<float>(direction, added.Row(n)), sum = 0;
                for (int j = 0; j < memories.Scores.Width; j++) sum += (double)k.Row(n)[j] * memories.Scores.Row(c)[j];
                Assert.Equal(expected, sum, 1e-4 * Math.Max(1, Math.Abs(expected)));
            }
    }

    [Fact]
    public void Classes_of_BERT_are_read_off_its_tokens_and_explained_by_the_table_of_images()
    {
        using LanguageFixture f = new("bert");
        using Trace trace = f.Model.Forward([f.Text]);
        Tensor scores = ClassProjection.Scores(trace); // [L, B, N, 3]
        Assert.Equal(trace.Logits.ToArray(), scores.Row(2 * trace.Tokens).ToArray());
        foreach (ClassMethod method in ClassMethods.All.Where(m => m.Fits(trace) is null))
        {
            ClassMaps maps = method.Explain(trace, [1]);
            Assert.All(maps.Maps.ToArray(), v => Assert.True(float.IsFinite(v), method.Name));
        }
        Assert.Contains("gae", ClassMethods.All.Where(m => m.Fits(trace) is null).Select(m => m.Name));
        ClassMethod integrated = ClassMethods.Named("integrated_gradients");
        Tensor shares = integrated.Explain(trace, [1, 2]).Tokens!; // [2, 1, N]
        Assert.Equal(StreamMethods.Named("integrated_gradients").Explain(trace, new ClassTargets([1, 2]))["text"].ToArray(), shares.ToArray());
        double[] promised = integrated.Promised!(trace, [1, 2]);
        for (int t = 0; t < 2; t++) Assert.Equal(promised[t], shares.Row(t).ToArray().Sum(), 0.05 * Math.Max(0.5, Math.Abs(promised[t])));
    }
}
