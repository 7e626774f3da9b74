using Translucent.Autodiff.Ops;
using Translucent.Explain.Projection;
using Translucent.Tensors;
using Translucent.Tests.Models;

namespace Translucent.Tests.Explain;

/// <summary>Layers as key-value memories: their contributions add up to what the layer does, and agreement counts what it says.</summary>
public class ProjectionMemoryTests
{
    public static TheoryData<string> Names => Fixture.Names;

    [Theory, MemberData(nameof(Names))]
    public void Contributions_of_all_memories_and_the_bias_are_the_projection_of_the_layer(string name)
    {
        using Fixture f = Fixture.Open(name);
        foreach (TokenState layer in (TokenState[])[TokenState.Attention, TokenState.Mlp])
            foreach (bool patches in (bool[])[false, true])
            {
                const int block = 1;
                Memories memories = Memories.Of(f.Trace, layer, block, patches);
                Tensor k = memories.Coefficients(f.Trace), output = ClassProjection.Tokens(f.Trace, layer, block), e = f.Model.Head!.Embeddings(patches);
                Linear last = layer == TokenState.Mlp ? f.Model.Blocks[block].Down : f.Model.Blocks[block].Output;
                Assert.Equal((last.Weight.Columns, last.Weight.Columns), (memories.Count, k.Width));
                int cls = f.Classes[1], token = f.Trace.Tokens - 1;
                double bias = 0, expected = 0, found = 0, scale = 0;
                for (int d = 0; d < e.Width; d++)
                {
                    bias += (double)e.Row(cls)[d] * last.Bias!.Span[d] * (last.Scale?.Span[d] ?? 1);
                    expected += (double)e.Row(cls)[d] * output.Row(token)[d];
                    scale += Math.Abs((double)e.Row(cls)[d] * output.Row(token)[d]);
                }
                Memory[] all = memories.Strongest(k.Row(token), cls, memories.Count);
                foreach (Memory m in all) found += (double)m.Coefficient * m.Score;
                Assert.Equal(expected, found + bias, 1e-5 * scale);
                Assert.Equal(all.Select(m => m.Contribution), all.Select(m => m.Contribution).OrderDescending());
                Assert.All(all, m => Assert.Equal(Enumerable.Range(0, e.Rows).MaxBy(c => m.Coefficient * memories.Scores.Row(c)[m.Index]), m.Class));
                // called the other way, it pushes another class
                if (layer == TokenState.Attention) Assert.Contains(all, m => m.Coefficient < 0 && m.Class != memories.ClassOf(m.Index));
            }
    }

    [Theory]
    [InlineData("vision/vit")]
    [InlineData("vision/dinov2")]
    public void Agreement_is_the_cosine_of_class_embedding_and_memory(string name)
    {
        using Fixture f = Fixture.Open(name);
        Memories memories = Memories.Of(f.Trace, TokenState.Mlp, 3);
        Linear last = f.Model.Blocks[3].Down;
        Tensor e = f.Model.Head!.Embeddings(patches: false), w = last.Weight.ToTensor();
        foreach ((int c, int j) in ((int, int)[])[(0, 0), (3, 17), (9, 5)])
        {
            double dot = 0, length = 0, norm = 0;
            for (int d = 0; d < e.Width; d++)
            {
                double value = w.Row(d)[j] * (double)(last.Scale?.Span[d] ?? 1);
                dot += e.Row(c)[d] * value;
                length += value * value;
                norm += (double)e.Row(c)[d] * e.Row(c)[d];
            }
            Assert.Equal(dot, memories.Scores.Row(c)[j], 1e-6);
            Assert.Equal(dot / Math.Sqrt(length * norm), memories.Agreement.Row(c)[j], 1e-6);
        }
    }

    /// <summary>The scores of CLIP are those of an image embedding of length 1: E·x / |projection·x| is the score of a token without normalisation.</summary>
    [Fact]
    public void The_class_embeddings_of_clip_give_its_cosines()
    {
        using Fixture f = Fixture.Open("vision/clip_vision");
        Tensor x = ClassProjection.Tokens(f.Trace, TokenState.Hidden, 2), scores = ClassProjection.Scores(f.Trace, normalize: false),
            e = f.Model.Head!.Embeddings(patches: false);
        Tensor projection = ((Linear)f.Model.Head.Token[0]).Weight.ToTensor();
        for (int token = 0; token < f.Trace.Tokens; token++)
        {
            double length = Math.Sqrt(Enumerable.Range(0, projection.Rows).Sum(r => Math.Pow(Dot(projection.Row(r), x.Row(token)), 2)));
            for (int c = 0; c < e.Rows; c++)
                Assert.Equal(scores.Row(2 * f.Trace.Tokens + token)[c], Dot(e.Row(c), x.Row(token)) / length, 1e-4);
        }
    }

    [Fact]
    public void Agreement_with_class_and_prediction_equals_a_plain_count()
    {
        using Fixture f = Fixture.Open("trained/cifar10-vit-chelsea");
        int cls = f.Classes[0], depth = f.Model.Config.Depth, block = depth - 1;
        foreach (TokenState layer in (TokenState[])[TokenState.Attention, TokenState.Mlp])
        {
            Memories memories = Memories.Of(f.Trace, layer, block);
            Tensor k = memories.Coefficients(f.Trace), scores = ClassProjection.Scores(f.Trace, layer);
            int[] predicted = Identifiability.Predicted(scores)[(block * f.Trace.Tokens)..];
            bool[] withClass = MemoryAgreement.WithClass(memories, k, cls, 5), withPrediction = MemoryAgreement.WithPrediction(memories, k, predicted, 5);
            int[] top = Plain(memories.Scores.Row(cls).ToArray());
            Assert.Equal(top, memories.Top(cls, 5));
            for (int token = 0; token < f.Trace.Tokens; token++)
            {
                int[] called = Plain(k.Row(token).ToArray());
                Assert.Equal(called.Intersect(top).Any(), withClass[token]);
                Assert.Equal(called.Any(j => Enumerable.Range(0, f.Model.Classes).MaxBy(c => memories.Scores.Row(c)[j]) == predicted[token]),
                    withPrediction[token]);
            }
            Assert.Equal(withClass.Count(a => a) / (double)f.Trace.Tokens, MemoryAgreement.Rate(memories, k, cls, 5), 1e-12);
        }
        static int[] Plain(float[] x) => [.. x.Select((v, j) => (v, j)).OrderBy(p => -p.v).ThenBy(p => p.j).Take(5).Select(p => p.j)];
    }

    [Fact]
    public void Wrong_requests_name_what_is_possible()
    {
        using Fixture f = Fixture.Open("vision/vit");
        Memories memories = Memories.Of(f.Trace, TokenState.Attention, 0);
        Assert.Contains("expected Attention or Mlp", Assert.Throws<ArgumentException>(() => Memories.Of(f.Trace, TokenState.Hidden, 0)).Message);
        Assert.Contains("blocks 0 to 3", Assert.Throws<ArgumentOutOfRangeException>(() => Memories.Of(f.Trace, TokenState.Mlp, -1)).Message);
        Assert.Contains("classes 0 to 9", Assert.Throws<ArgumentOutOfRangeException>(() => memories.Top(10, 5)).Message);
        Assert.Contains("expected 1 to 32", Assert.Throws<ArgumentOutOfRangeException>(() => memories.Top(1, 33)).Message);
        Assert.Contains("expected 32", Assert.Throws<ArgumentException>(() => memories.Strongest(new float[31], 1, 5)).Message);
        Assert.Contains("expected 17", Assert.Throws<ArgumentException>(() => MemoryAgreement.WithPrediction(memories, memories.Coefficients(f.Trace), [1]))
            .Message);
    }

    static double Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += (double)a[i] * b[i];
        return sum;
    }
}
