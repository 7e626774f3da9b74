using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Checkpoints;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Tests.Models;

/// <summary>CLIP's text tower against float64 goldens: the forward pass, its derivatives, and attention methods on its tape.</summary>
public sealed class ClipTextTests : IDisposable
{
    const string Name = "language/clip_text";
    const double Tolerance = 2e-5; // of the largest value

    readonly Safetensors _golden = Safetensors.Open(Golden.File($"{Name}/golden.safetensors")),
        _input = Safetensors.Open(Golden.File($"{Name}/input.safetensors"));
    readonly ClipText _model = ClipText.Open(Golden.File(Name));
    readonly Trace _trace;
    readonly int[] _ids;

    public ClipTextTests()
    {
        _ids = [.. _input["input_ids"].ToInt64s().Select(id => (int)id)];
        _trace = _model.Forward([_ids]);
    }

    int Depth => _model.Config.Depth;

    ClipText WithImage => _model.WithImages(_input["image_embeds"].ToTensor().Reshape(1, 32), labels: ["photograph"]);

    [Fact]
    public void Forward_equals_the_reference()
    {
        Tape tape = _trace.Tape;
        Check("z", [.. tape["embed"].Value.Span, .. Blocks.SelectMany(b => tape[$"blocks.{b}.out"].Value.ToArray())]);
        Check("attn", [.. Blocks.SelectMany(b => Probabilities(b).ToArray())]);
        Check("final", tape["norm"].Value.Span);
        Check("pooled", tape["pooled"].Value.Span);
        Check("text_embeds", ClipText.Embeddings(_trace).Span);
        using Trace similar = WithImage.Forward([_ids]);
        Check("similarity", similar.Logits.Span);
        Assert.Equal(["photograph"], similar.Readout!.Labels);
        Assert.Equal(_golden["eot_position"].ToInt64s(), _trace.Readout!.Tokens.Select(end => (long)end));
    }

    [Theory]
    [InlineData(Keep.All)]
    [InlineData(Keep.Boundaries)]
    public void The_similarity_to_an_image_is_explained_as_the_reference_does(Keep keep)
    {
        using Trace trace = WithImage.Forward([_ids], keep);
        AttentionRecorder[] recorders = [.. Blocks.Select(_ => new AttentionRecorder())];
        Watch watch = new();
        foreach (AttentionStep step in trace.Steps) watch.Attention(step.Site, recorders[step.Stage]);
        BoundTargets target = new ClassTargets([0]).Bind(trace);
        trace.Tape.Sweep(target.From, target.Seed(0, 1), watch);
        Check("similarity_grad_attn", [.. recorders.SelectMany(r => r.Gradient!.ToArray())]);
        Check("gae_matrix", Gae.Matrices(trace, [0]).Span);
        Check("gae_row", Gae.Rows(trace, [0]).Span);
    }

    [Fact]
    public void Attention_alone_is_multiplied_as_the_reference_does()
    {
        Check("raw_last_block_row", RawAttention.Rows(_trace).Span);
        Check("rollout_matrix", Rollout.Matrices(_trace).Span);
        Assert.Equal(Rollout.Matrices(_trace).Row(_trace.Readout!.Tokens[0]).ToArray(), Rollout.Rows(_trace).ToArray());
    }

    [Theory]
    [InlineData('s', 3)]
    [InlineData('s', 4)]
    [InlineData('e', 3)]
    [InlineData('e', 4)]
    public void Latent_tokens_are_explained_as_the_reference_does(char function, int layer)
    {
        int[] tokens = [.. _input["ultra_targets"].ToInt64s().Select(t => (int)t)];
        int n = _trace.Tokens;
        TokenFunction scalar = function == 's' ? TokenFunction.S : TokenFunction.E;
        Check($"ultra_{function}_flow_l{layer}.rows", Ultra.Explain(_trace, layer, scalar, tokens).Rows.Span);

        // The other order of the factors, as the paper prints it: by matrices, from the same gradients.
        AttentionRecorder[] recorders = [.. Blocks.Select(_ => new AttentionRecorder())];
        Watch record = new();
        for (int b = 0; b < layer - 1; b++) record.Attention(_trace.Steps[b].Site, recorders[b]);
        BoundTargets targets = new TokenTargets(layer, tokens, scalar).Bind(_trace);
        _trace.Tape.Sweep(targets.From, targets.Seed(0, tokens.Length), record);
        Check($"ultra_{function}_literal_l{layer}.rows", [.. Enumerable.Range(0, 2).SelectMany(t =>
        {
            double[,] product = Identity(n);
            for (int b = 0; b < layer - 1; b++) product = Multiply(product, Factor(Probabilities(b), recorders[b].Gradient!, t, n));
            return Enumerable.Range(0, n).Select(j => (float)product[tokens[t], j]);
        })]);
    }

    [Fact]
    public void Texts_together_and_filled_up_give_the_bits_of_texts_alone()
    {
        int[] first = _ids[..(_trace.Readout!.Tokens[0] + 1)], second = [198, 5, 17, 199];
        int[] filled = [.. second, .. Enumerable.Range(0, first.Length - 4).Select(i => 3 + i)]; // behind the end anything may follow
        using Trace both = _model.Forward([first, filled]), alone = _model.Forward([first]), other = _model.Forward([second]);
        Assert.Equal([_trace.Readout!.Tokens[0], 3], both.Readout!.Tokens);
        Assert.Equal(ClipText.Embeddings(alone).ToArray(), ClipText.Embeddings(both).Row(0).ToArray());
        Assert.Equal(ClipText.Embeddings(_trace).ToArray(), ClipText.Embeddings(alone).ToArray());
        for (int i = 0; i < 32; i++) Assert.Equal(ClipText.Embeddings(other).Span[i], ClipText.Embeddings(both).Row(1)[i], 1e-6f);
    }

    [Fact]
    public void Gradients_reach_the_words_of_texts_that_end_at_different_tokens()
    {
        int[][] texts = [[198, 5, 17, 44, 199], [198, 9, 199, 0, 0]];
        using Trace trace = _model.Forward(texts), alone = _model.Forward([texts[1][..3]]);
        float[] together = WordGradient(trace), single = WordGradient(alone);
        int size = 5 * _model.Config.Width;
        for (int i = 0; i < single.Length; i++) Assert.Equal(single[i], together[size + i], 1e-5f);
        Assert.All(together[(size + single.Length)..], v => Assert.Equal(0, v));
    }

    static float[] WordGradient(Trace trace)
    {
        float[] found = [];
        Tensor seed = new([1, .. ClipText.Embeddings(trace).Shape]);
        seed.Span.Fill(1);
        trace.Tape.Sweep(trace.Tape["text_embeds"], new Cotangent(seed), new Watch().Value("embed", g => found = g.Values.ToArray()));
        return found;
    }

    [Fact]
    public void What_is_no_text_of_this_model_is_refused()
    {
        Refused("token id 200, expected 0 to 199", [198, 200, 199]);
        Refused("token id -1", [198, -1, 199]);
        Refused("2 token ids without the end id 199", [198, 5]);
        Refused("of 21 tokens, expected one or more texts of one length from 1 to 20", [.. Enumerable.Repeat(199, 21)]);
        Refused("of 0 tokens", [[]]);
        Refused("of 2, 3 tokens", [198, 199], [198, 5, 199]);
        Refused("none, expected", []);
    }

    void Refused(string message, params int[][] texts) => Assert.Contains(message, Assert.Throws<TranslucentException>(() => _model.Forward(texts)).Message);

    IEnumerable<int> Blocks => Enumerable.Range(0, Depth);

    /// <summary>A of one block, [H, N, N].</summary>
    Tensor Probabilities(int block)
    {
        Tensor? a = null;
        _trace.Tape.WithAttention($"blocks.{block}.attn.probs", call => a = Attention.Probabilities(call, image: 0));
        return a!;
    }

    /// <summary>I + mean over heads of (G)⁺ ⊙ A for one of several targets.</summary>
    static double[,] Factor(Tensor a, Tensor gradient, int target, int n)
    {
        Tensor product = new(a.Shape);
        for (int i = 0; i < a.Length; i++) product.Span[i] = Math.Max(0, gradient.Span[target * a.Length + i]) * a.Span[i];
        double[,] factor = HeadMean(product, n);
        for (int i = 0; i < n; i++) factor[i, i] += 1;
        return factor;
    }

    static double[,] HeadMean(Tensor heads, int n)
    {
        double[,] mean = new double[n, n];
        for (int i = 0; i < heads.Length; i++) mean[i / n % n, i % n] += (double)heads.Span[i] / heads.Shape[0];
        return mean;
    }

    static double[,] Identity(int n)
    {
        double[,] one = new double[n, n];
        for (int i = 0; i < n; i++) one[i, i] = 1;
        return one;
    }

    static double[,] Multiply(double[,] a, double[,] b)
    {
        int n = a.GetLength(0);
        double[,] c = new double[n, n];
        for (int i = 0; i < n * n * n; i++) c[i / n / n, i % n] += a[i / n / n, i / n % n] * b[i / n % n, i % n];
        return c;
    }

    void Check(string name, ReadOnlySpan<float> found)
    {
        double[] golden = _golden[name].ToDoubles();
        Assert.Equal(golden.Length, found.Length);
        double scale = golden.Max(Math.Abs), worst = 0;
        for (int i = 0; i < golden.Length; i++) worst = Math.Max(worst, double.IsNaN(found[i]) ? double.PositiveInfinity : Math.Abs(found[i] - golden[i]));
        Assert.True(worst <= Tolerance * scale, $"{name}: off by {worst / scale:e1} of the largest value, tolerance {Tolerance:e1}.");
    }

    public void Dispose()
    {
        _trace.Dispose();
        _model.Dispose();
        _golden.Dispose();
        _input.Dispose();
    }
}
