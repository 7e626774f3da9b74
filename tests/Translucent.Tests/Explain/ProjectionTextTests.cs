using Translucent.Checkpoints;
using Translucent.Explain.Projection;
using Translucent.Models;
using Translucent.Tensors;
using Translucent.Tests.Models;
using Translucent.Tests.Reference;
using Translucent.Text;

namespace Translucent.Tests.Explain;

/// <summary>Class-embedding projection on texts against a slow float64 reference.</summary>
public sealed class ProjectionTextTests : IDisposable
{
    const double Tolerance = 2e-5; // of the largest value

    static readonly string[] s_classes = ["a cat", "a dog", "the old bridge over the river", "snow"], s_templates = ["a photo of {}.", "{}", "{} in the rain"];

    readonly TempFolder _temp = new();
    readonly Safetensors _weights;
    readonly VisionTransformer _images;
    readonly Trace _trace;
    readonly PlainClip _plain;

    public ProjectionTextTests()
    {
        string folder = ClipFolder.Small().Write(_temp["clip"]);
        _weights = Safetensors.Open(Path.Combine(folder, "model.safetensors"));
        _images = VisionModels.Open(folder);
        Tensor pixels = new(1, 3, 32, 32);
        Random random = new(5);
        foreach (ref float v in pixels.Span) v = random.NextSingle() - 0.5f;
        _trace = _images.WithTexts(folder, new ClassTexts(s_classes, s_templates)).Forward(pixels);

        using ClipText tower = ClipText.Open(folder);
        Tokenizer tokenizer = Tokenizer.Open(folder);
        double[] Embedding(string prompt)
        {
            using Trace text = tower.Forward([[.. tokenizer.Encode(prompt).Ids]]);
            return [.. ClipText.Embeddings(text).ToArray().Select(v => (double)v)];
        }
        _plain = new PlainClip(_weights, [.. s_classes.Select(c => PlainClip.Mean([.. s_templates.Select(t => Embedding(t.Replace("{}", c)))]))]);
    }

    [Theory]
    [InlineData(TokenState.Hidden)]
    [InlineData(TokenState.Attention)]
    [InlineData(TokenState.Mlp)]
    public void Every_token_of_every_block_has_the_scores_of_the_reference(TokenState state)
    {
        Tensor scores = ClassProjection.Scores(_trace, state); // [L, 1, N, Classes]
        Same([.. Tokens(state).SelectMany(_plain.Scores)], scores.Span);
    }

    [Fact]
    public void The_embedding_and_the_logits_are_the_ends_of_it()
    {
        Tensor layers = ClassProjection.Layers(_trace), embed = _trace.Tape["embed"].Value;
        Same([.. Enumerable.Range(0, _trace.Tokens).SelectMany(i => _plain.Scores(embed.Row(i).ToArray()))], layers.Span[..(_trace.Tokens * s_classes.Length)]);
        Same(_plain.Scores(_trace.Tape["blocks.2.out"].Value.Row(0).ToArray()), _trace.Logits.Span);
    }

    [Fact]
    public void Tokens_stand_for_the_texts_that_the_reference_ranks_first()
    {
        double[][] scores = [.. Tokens(TokenState.Hidden).Select(_plain.Scores)];
        Tensor all = ClassProjection.Scores(_trace);
        for (int c = 0; c < s_classes.Length; c++)
        {
            Assert.Equal(scores.Select(s => (float)PlainClip.Identifiability(s, c)), Identifiability.Of(all, c).ToArray());
            for (int block = 0; block < 3; block++)
            {
                double rate = scores.Skip(block * _trace.Tokens + 1).Take(_trace.Grid.Count).Average(s => s.Max() == s[c] ? 1.0 : 0);
                Assert.Equal(rate, Identifiability.Rate(all, c, _trace.Grid.Prefix).Span[block], 1e-6);
            }
        }
    }

    [Theory]
    [InlineData(TokenState.Attention, "self_attn.out_proj")]
    [InlineData(TokenState.Mlp, "mlp.fc2")]
    public void Memories_push_texts_as_in_the_reference(TokenState layer, string matrix)
    {
        for (int block = 0; block < 3; block++)
            Same([.. _plain.ScoresOfColumns(_weights[$"vision_model.encoder.layers.{block}.{matrix}.weight"].ToDoubles()).SelectMany(row => row)],
                Memories.Of(_trace, layer, block).Scores.Span);
    }

    IEnumerable<float[]> Tokens(TokenState state) =>
        Enumerable.Range(0, 3).Select(block => ClassProjection.Tokens(_trace, state, block))
            .SelectMany(t => Enumerable.Range(0, t.Rows).Select(row => t.Row(row).ToArray()));

    static void Same(double[] expected, ReadOnlySpan<float> found)
    {
        Assert.Equal(expected.Length, found.Length);
        double scale = expected.Max(Math.Abs);
        for (int i = 0; i < found.Length; i++) Assert.Equal(expected[i], found[i], Tolerance * scale);
    }

    public void Dispose()
    {
        _trace.Dispose();
        _images.Dispose();
        _weights.Dispose();
        _temp.Dispose();
    }
}
