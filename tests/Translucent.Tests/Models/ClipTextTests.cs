using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Checkpoints;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Tests.Models;

/// <summary>CLIP's text tower against float64 goldens: the forward pass, its derivatives, and attention methods on its tape.</summary>
public sealed class ClipTextTests : IDisposable
{
    const string Name = "language/clip_text";
    const double Tolerance = 2e-5; // of the largest value

    readonly Safetensors _golden = Safetensors.Open(Golden.File($"{Name}/golden.safetensors")), _input = Safetensors.Open(Golden.File($"{Name}/input.safetensors"));
    readonly ClipText _model = ClipText.Open(Golden.File(Name));
    readonly ClipTextTrace _trace;
    readonly int[] _ids;

    public ClipTextTests()
    {
        _ids = [.. _input["input_ids"].ToInt64s().Select(id => (int)id)];
        _trace = _model.Forward([_ids]);
    }

    int Depth => _model.Config.Depth;

    Var Similarity => new Linear(new Matrix(_input["image_embeds"].ToTensor(), 1, 32)).Apply(Normalize.Op.Apply(_trace.Tape["text_embeds"]));

    [Fact]
    public void Forward_equals_the_reference()
    {
        Tape tape = _trace.Tape;
        Check("z", [.. tape["embed"].Value.Span, .. Blocks.SelectMany(b => tape[$"blocks.{b}.out"].Value.ToArray())]);
        Check("attn", [.. Blocks.SelectMany(b => Probabilities(b).ToArray())]);
        Check("final", tape["norm"].Value.Span);
        Check("pooled", tape["pooled"].Value.Span);
        Check("text_embeds", _trace.Embeddings.Span);
        Check("similarity", Similarity.Value.Span);
        Assert.Equal(_golden["eot_position"].ToInt64s(), _trace.Ends.Select(end => (long)end));
    }

    [Theory]
    [InlineData(Keep.All)]
    [InlineData(Keep.Boundaries)]
    public void The_similarity_to_an_image_is_explained_as_the_reference_does(Keep keep)
    {
        using ClipTextTrace trace = _model.Forward([_ids], keep);
        Var similarity = new Linear(new Matrix(_input["image_embeds"].ToTensor(), 1, 32)).Apply(Normalize.Op.Apply(trace.Tape["text_embeds"]));
        AttentionRecorder[] recorders = [.. Blocks.Select(_ => new AttentionRecorder())];
        Sweep(trace, similarity, b => recorders[b]);
        Check("similarity_grad_attn", [.. recorders.SelectMany(r => r.Gradient!.ToArray())]);

        int n = trace.Tokens, end = trace.Ends[0];
        Tensor rows = new(1, 1, n, n);
        for (int i = 0; i < n; i++) rows.Row(i)[i] = 1;
        Sweep(trace, similarity, _ => new RelevanceRows(rows, trace.Tape.Arena));
        Check("gae_matrix", rows.Span);
        Check("gae_row", rows.Row(end));
    }

    [Fact]
    public void Attention_alone_is_multiplied_as_the_reference_does()
    {
        int n = _trace.Tokens;
        double[,] product = Identity(n);
        foreach (int block in Blocks)
        {
            double[,] factor = HeadMean(Probabilities(block), n);
            if (block == Depth - 1) Check("raw_last_block_row", [.. Enumerable.Range(0, n).Select(j => (float)factor[_trace.Ends[0], j])]);
            for (int i = 0; i < n; i++)
                for (int j = 0; j < n; j++) factor[i, j] = (factor[i, j] + (i == j ? 1 : 0)) / 2;
            product = Multiply(factor, product);
        }
        Check("rollout_matrix", Flat(product));
    }

    [Theory]
    [InlineData('s', 3)]
    [InlineData('s', 4)]
    [InlineData('e', 3)]
    [InlineData('e', 4)]
    public void Latent_tokens_are_explained_as_the_reference_does(char function, int layer)
    {
        int[] tokens = [.. _input["ultra_targets"].ToInt64s().Select(t => (int)t)];
        int n = _trace.Tokens, width = _model.Config.Width;
        Var z = _trace.Tape[$"blocks.{layer - 2}.out"];
        Tensor seed = new(2, 1, 1, width), rows = new(2, 1, 1, n);
        for (int t = 0; t < 2; t++)
        {
            rows.Row(t)[tokens[t]] = 1;
            for (int c = 0; c < width; c++) seed.Row(t)[c] = function == 's' ? 1 : 2 * z.Value.Row(tokens[t])[c];
        }
        AttentionRecorder[] recorders = [.. Blocks.Select(_ => new AttentionRecorder())];
        Watch flow = new(), record = new();
        for (int b = 0; b < layer - 1; b++)
        {
            flow.Attention($"blocks.{b}.attn.probs", new RelevanceRows(rows, _trace.Tape.Arena));
            record.Attention($"blocks.{b}.attn.probs", recorders[b]);
        }
        _trace.Tape.Sweep(z, new Cotangent(new Tensor(seed.Shape, seed.Span), tokens), flow);
        _trace.Tape.Sweep(z, new Cotangent(seed, tokens), record);
        Check($"ultra_{function}_flow_l{layer}.rows", rows.Span);

        // The other order of the factors, as the paper prints it: by matrices, from the same gradients.
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
        int[] first = _ids[..(_trace.Ends[0] + 1)], second = [198, 5, 17, 199];
        int[] filled = [.. second, .. Enumerable.Range(0, first.Length - 4).Select(i => 3 + i)]; // behind the end anything may follow
        using ClipTextTrace both = _model.Forward([first, filled]), alone = _model.Forward([first]), other = _model.Forward([second]);
        Assert.Equal([_trace.Ends[0], 3], both.Ends);
        Assert.Equal(alone.Embeddings.ToArray(), both.Embeddings.Row(0).ToArray());
        Assert.Equal(_trace.Embeddings.ToArray(), alone.Embeddings.ToArray());
        for (int i = 0; i < 32; i++) Assert.Equal(other.Embeddings.Span[i], both.Embeddings.Row(1)[i], 1e-6f);
    }

    [Fact]
    public void Gradients_reach_the_words_of_texts_that_end_at_different_tokens()
    {
        int[][] texts = [[198, 5, 17, 44, 199], [198, 9, 199, 0, 0]];
        using ClipTextTrace trace = _model.Forward(texts), alone = _model.Forward([texts[1][..3]]);
        float[] together = WordGradient(trace), single = WordGradient(alone);
        int size = 5 * _model.Config.Width;
        for (int i = 0; i < single.Length; i++) Assert.Equal(single[i], together[size + i], 1e-5f);
        Assert.All(together[(size + single.Length)..], v => Assert.Equal(0, v));
    }

    static float[] WordGradient(ClipTextTrace trace)
    {
        float[] found = [];
        Tensor seed = new([1, .. trace.Embeddings.Shape]);
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

    void Refused(string message, params int[][] texts) => Assert.Contains(message, Assert.Throws<ArgumentException>(() => _model.Forward(texts)).Message);

    IEnumerable<int> Blocks => Enumerable.Range(0, Depth);

    static void Sweep(ClipTextTrace trace, Var from, Func<int, AttentionObserver> observer)
    {
        Watch watch = new();
        for (int b = 0; b < trace.Model.Config.Depth; b++) watch.Attention($"blocks.{b}.attn.probs", observer(b));
        Tensor seed = new([1, .. from.Value.Shape]);
        seed.Span.Fill(1);
        trace.Tape.Sweep(from, new Cotangent(seed), watch);
    }

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

    static float[] Flat(double[,] m) => [.. m.Cast<double>().Select(v => (float)v)];

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
