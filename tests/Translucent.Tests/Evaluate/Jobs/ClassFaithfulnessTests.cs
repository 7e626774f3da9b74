using Translucent.Evaluate.DataSets;
using Translucent.Evaluate.Jobs;
using Translucent.Evaluate.Metrics;
using Translucent.Evaluate.Perturb;
using Translucent.Evaluate.Trust;
using Translucent.Explain;
using Translucent.Images;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Tests.Evaluate.Jobs;

/// <summary>What peers measure of class maps, each by hand or by a second, slow way.</summary>
public class ClassFaithfulnessTests
{
    static readonly VisionTransformer s_model = RandomViT.Create(new VisionConfig("ViT", 24, 2, 3, 48, 8, 24, 1), classes: 5, seed: 3);

    static readonly Image s_photo = new(24, 24, 3, [.. Enumerable.Range(0, 24 * 24 * 3).Select(i => (byte)(i * 37 % 251))]);

    static LabelledImage Photo => new("photo", () => s_photo);

    static ClassFaithfulness Of(params string[] methods) => new(new ItemPasses(s_model), [.. methods.Select(ClassMethods.Named)]);

    [Fact]
    public void Infidelity_by_hand()
    {
        // promises 1, 2; changes 2, 2: the best factor is 6/5; errors 0.8^2, 0.4^2
        Infidelity found = Infidelity.Of([1, 2], [2, 2]);
        Assert.Equal((0.64 + 0.16) / 2, found.Value, 12);
        Assert.Equal(0.8 / 8, found.Unexplained, 12);
        Assert.Equal(new Infidelity(0, 0), Infidelity.Of([3, -6], [1, -2])); // maps have no scale
        Assert.Equal(new Infidelity(2.5, 1), Infidelity.Of([0, 0], [1, 2]));
        Assert.True(double.IsNaN(Infidelity.Of([1], [0]).Unexplained));
        Assert.Throws<ArgumentException>(() => Infidelity.Of([1], []));
    }

    static FaithfulMethod Method(double coherency = 0.8, double complexity = 0.25, float least = 0.9f) =>
        new("gae", [0.1f, 0.2f, 0.3f, 0.4f, 0.5f], [0, 0, 0, 0, 0.6f], [.. Enumerable.Repeat(0.5f, 9)], [.. Enumerable.Repeat(least, 9)], 1, complexity,
            Coherency: coherency);

    [Fact]
    public void Scores_of_an_image_by_hand()
    {
        Assert.Equal(1.5 / 6, ClassFaithfulnessResults.Aopc(Method().Comprehensiveness), 6);
        Assert.Equal(0.1, ClassFaithfulnessResults.Aopc(Method().Sufficiency), 6);
        Assert.Equal(0.2, ClassFaithfulnessResults.Road(Method(), [0, 4]), 6);
        Assert.Equal(3 / (1 / 0.8 + 1 / 0.75 + 1 / 0.4), ClassFaithfulnessResults.Arcc(Method())!.Value, 5);
        Assert.Equal(0, ClassFaithfulnessResults.Arcc(Method(least: 0.4f))); // below zero is cut
        Assert.Null(ClassFaithfulnessResults.Arcc(Method() with { Coherency = null }));
    }

    [Fact]
    public void Patches_that_are_gone_are_zero_in_the_prepared_input()
    {
        FaithfulItem item = Of("gae").Of(Photo, new SweepOptions());
        Tensor pixels = s_model.Preprocessor.Apply(s_photo).Reshape(1, 3, 24, 24);
        using Trace trace = s_model.Forward(pixels);
        int[] order = PatchOrder.Of(ClassMethods.Named("gae").Explain(trace, [item.Answer]).Maps.Span);
        float P(params int[] gone)
        {
            Tensor changed = new(pixels.Shape, pixels.Span);
            foreach (int p in gone)
                for (int i = 0; i < 3 * 64; i++) changed.Span[(i / 64 * 24 + p / 3 * 8 + i % 64 / 8) * 24 + p % 3 * 8 + i % 8] = 0;
            using Trace pass = s_model.Forward(changed);
            return pass.Probabilities().Span[item.Answer];
        }
        int[] counts = [1, 1, 1, 2, 5]; // of 9 patches: 1, 5, 10, 20, 50 %, rounded up
        for (int k = 0; k < 5; k++)
        {
            Assert.Equal(item.P - P(order[..counts[k]]), item.Methods[0].Comprehensiveness[k], 6);
            Assert.Equal(item.P - P(order[counts[k]..]), item.Methods[0].Sufficiency[k], 6);
        }
    }

    [Fact]
    public void Pixels_that_are_removed_are_imputed_in_the_order_of_the_map()
    {
        FaithfulItem item = Of("gae").Of(Photo, new SweepOptions());
        Tensor pixels = s_model.Preprocessor.Apply(s_photo).Reshape(1, 3, 24, 24);
        using Trace trace = s_model.Forward(pixels);
        Tensor map = ClassMethods.Named("gae").Explain(trace, [item.Answer]).Maps[0, 0];
        FaithfulMethod gae = item.Methods[0];
        foreach ((bool most, IReadOnlyList<float> found) in ((bool, IReadOnlyList<float>)[])[(true, gae.MostFirst), (false, gae.LeastFirst)])
        {
            int[] order = PixelOrder.Of(map, 24, 24, most).Pixels;
            Tensor filled = new(pixels.Shape, pixels.Span);
            HashSet<int> gone = [.. order.Take(288)];
            LinearImputation.Fill(filled.Span, 24, 24, [.. Enumerable.Range(0, 576).Select(gone.Contains)], noise: 0, seed: 0);
            using Trace pass = s_model.Forward(filled);
            Assert.Equal(pass.Probabilities().Span[item.Answer], found[4], 3); // but for the noise of 0.01
        }
    }

    [Fact]
    public void Every_score_is_within_its_range()
    {
        FaithfulItem item = Of("gae", "gradient_x_input").Of(Photo, new SweepOptions());
        Assert.All(item.Methods, m => Assert.InRange(m.Sensitivity!.Value, 1e-6, 1));
        Assert.All(item.Methods, m => Assert.InRange(m.Complexity, 0, 1));
        Assert.All(item.Methods, m => Assert.InRange(m.Coherency!.Value, 0, 1));
        Assert.All(item.Methods, m => Assert.InRange(m.Unexplained!.Value, 0, 1));
    }

    [Fact]
    public void Batches_and_other_methods_change_no_bit()
    {
        string whole = Of("gae").Measure(Photo, new SweepOptions());
        Assert.Equal(whole, Of("gae").Measure(Photo, new SweepOptions { Chunk = 1 }));
        Assert.Equal(whole, Of("gae").Measure(Photo, new SweepOptions { MemoryBytes = 50_000 }));
        Assert.StartsWith(whole[..^2], Of("gae", "raw").Measure(Photo, new SweepOptions()));
    }
}
