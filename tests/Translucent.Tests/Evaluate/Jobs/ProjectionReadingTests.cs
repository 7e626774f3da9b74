using Translucent.Evaluate.DataSets;
using Translucent.Evaluate.Jobs;
using Translucent.Explain;
using Translucent.Explain.Projection;
using Translucent.Files;
using Translucent.Images;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Tests.Evaluate.Jobs;

/// <summary>Classes read off tokens, by a second way.</summary>
public class ProjectionReadingTests
{
    static readonly VisionTransformer s_model = RandomViT.Create(new VisionConfig("ViT", 24, 2, 3, 48, 8, 24, 1), classes: 5, seed: 3);

    static LabelledImages Data(int first, params int?[] classes) => new("data", ["a", "b", "c", "d", "e"], [.. classes.Select((c, i) => new LabelledImage(
        $"p{first + i}", () => new Image(24, 24, 3, [.. Enumerable.Range(0, 24 * 24 * 3).Select(k => (byte)(k * (37 + 2 * (first + i)) % 251))]), c))]);

    static Tensor Stream(Trace trace, int layer) =>
        layer == 0 ? trace.Tape[trace.Stream.Embed].Value : ClassProjection.Tokens(trace, TokenState.Hidden, layer - 1);

    [Fact]
    public void Layers_are_read_by_class_embeddings_and_by_probes()
    {
        ItemPasses passes = new(s_model);
        IReadOnlyList<LayerProbes> probes = ProjectionProbes.Train(passes, Data(0, 0, 1, 2, 0, 1, 2, 3, 4, 3, 4), new SweepOptions());
        LabelledImage picture = Data(50, 2).Images[0];
        ReadItem item = new ProjectionReading(passes, probes).Of(picture, new SweepOptions());
        using Trace trace = passes.Of(picture, new SweepOptions());
        Assert.Equal((2, trace.Top(1)[0].Index, 6), (item.Class, item.Answer, item.Layers.Count));
        Tensor scores = ClassProjection.Layers(trace);
        for (int l = 0; l < 3; l++)
        {
            float[][] read = [.. Enumerable.Range(0, trace.Tokens).Select(n => scores.Row(l * trace.Tokens + n).ToArray())];
            Same(item.Layers[l], l + 1, probe: false, read);
            Tensor tokens = Stream(trace, l), patches = probes[l].Patches.Scores(tokens);
            Tensor own = probes[l].ClassToken!.Scores(new Tensor([1, tokens.Width], tokens.Row(0)));
            Same(item.Layers[3 + l], l + 1, probe: true, [own.ToArray(), .. Enumerable.Range(1, trace.Tokens - 1).Select(n => patches.Row(n).ToArray())]);
        }
        ReadItem alone = new ProjectionReading(passes, []).Of(picture, new SweepOptions());
        Assert.Equal(item.Layers.Take(3), alone.Layers);

        void Same(ReadLayer found, int layer, bool probe, float[][] read)
        {
            double[] rank = [.. read.Select(row => 1 - row.Where((v, c) => v > row[2] || (v == row[2] && c < 2)).Count() / 5.0)];
            Assert.Equal((layer, probe), (found.Layer, found.Probe));
            Assert.Equal(rank[0], found.ClassToken!.Value, 1e-6);
            Assert.Equal(rank.Skip(1).Average(), found.Patches, 1e-6);
            Assert.Equal(rank.Skip(1).Average(r => r == 1 ? 1.0 : 0), found.Rate, 1e-6);
        }
    }

    /// <summary>The class token of every picture, the penalty that does best on the last fifth, and then all of them.</summary>
    [Fact]
    public void A_probe_is_the_best_of_its_penalties_on_pictures_that_it_has_not_seen()
    {
        ItemPasses passes = new(s_model);
        LabelledImages data = Data(0, 0, 1, 2, 0, 1, 2, 0, 1, 2, 1);
        int[] labels = [.. data.Images.Select(i => i.Class!.Value)];
        Tensor features = new(10, 24);
        for (int i = 0; i < 10; i++)
        {
            using Trace trace = passes.Of(data.Images[i], new SweepOptions());
            Stream(trace, 2).Row(0).CopyTo(features.Row(i));
        }
        Tensor seen = new([8, 24], features.Span[..(8 * 24)]), held = new([2, 24], features.Span[(8 * 24)..]);
        double best = ProjectionProbes.Penalties.OrderByDescending(l2 => LinearProbe.Fit(seen, labels[..8], 5, ProjectionProbes.Options(l2))
            .Accuracy(held, labels[8..])).ThenByDescending(l2 => l2).First();
        LinearProbe expected = LinearProbe.Fit(features, labels, 5, ProjectionProbes.Options(best));
        LinearProbe found = ProjectionProbes.Train(passes, data, new SweepOptions())[2].ClassToken!;
        for (int c = 0; c < 5; c++)
            for (int k = 0; k < 24; k++) Assert.Equal(expected.Weights(c)[k], found.Weights(c)[k], 1e-9);
        Assert.Equal(expected.Bias(1), found.Bias(1), 1e-9);
    }

    /// <summary>A classifier of the mean of its patches.</summary>
    [Fact]
    public void Without_a_class_token_patches_alone_are_read()
    {
        using VisionTransformer model = VisionModels.Open(Golden.File("families/beit"));
        ItemPasses passes = new(model);
        IReadOnlyList<LayerProbes> probes = ProjectionProbes.Train(passes, Data(0, 0, 1, 2, 0, 1, 2, 1), new SweepOptions());
        Assert.All(probes, p => Assert.Null(p.ClassToken));
        ReadItem item = new ProjectionReading(passes, probes).Of(Data(50, 1).Images[0], new SweepOptions());
        Assert.Equal(2 * probes.Count, item.Layers.Count);
        Assert.All(item.Layers, l => Assert.True(l.ClassToken is null && l.Patches is > 0 and <= 1));
    }

    [Fact]
    public void What_cannot_be_read_is_said()
    {
        ItemPasses passes = new(s_model);
        Assert.Contains("4 pictures to train probes on", Assert.Throws<TranslucentException>(() =>
            ProjectionProbes.Train(passes, Data(0, 0, 1, 2, 3), new SweepOptions())).Message);
        Assert.Contains("p4 has no class", Assert.Throws<TranslucentException>(() =>
            ProjectionProbes.Train(passes, Data(0, 0, 1, 2, 3, null), new SweepOptions())).Message);
        Assert.Contains("take fewer with --train-limit", Assert.Throws<TranslucentException>(() =>
            ProjectionProbes.Train(passes, Data(0, 0, 1, 2, 3, 4), new SweepOptions { MemoryBytes = 100 })).Message);
        Assert.Contains("class is not known", Assert.Throws<TranslucentException>(() =>
            new ProjectionReading(passes, []).Of(Data(0, [null]).Images[0], new SweepOptions())).Message);
    }
}
