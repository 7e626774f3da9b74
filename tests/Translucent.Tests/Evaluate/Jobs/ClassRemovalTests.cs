using System.Numerics.Tensors;
using Translucent.Evaluate.DataSets;
using Translucent.Evaluate.Jobs;
using Translucent.Evaluate.Perturb;
using Translucent.Explain;
using Translucent.Images;
using Translucent.Models;
using Tensor = Translucent.Tensors.Tensor;

namespace Translucent.Tests.Evaluate.Jobs;

/// <summary>The perturbation test of Chefer, Gur and Wolf.</summary>
public class ClassRemovalTests
{
    static readonly VisionTransformer s_model = RandomViT.Create(new VisionConfig("ViT", 24, 2, 3, 48, 8, 24, 1), classes: 5, seed: 3);

    static readonly Image s_photo = new(24, 24, 3, [.. Enumerable.Range(0, 24 * 24 * 3).Select(i => (byte)(i * 37 % 251))]);

    static LabelledImage Photo(int? label = null) => new("photo", () => s_photo, label);

    [Theory]
    [InlineData(50176, 0.1, 5017)] // 224 x 224: 5017.6
    [InlineData(50176, 0.3, 15052)]
    [InlineData(1024, 0.9, 921)]
    [InlineData(10, 0.7, 7)]
    public void Shares_are_rounded_down(int pixels, double share, int count) => Assert.Equal(count, PixelRemoval.Count(pixels, share));

    [Fact]
    public void Orders_begin_with_the_most_or_least_relevant_and_equals_with_the_first()
    {
        Tensor map = new([2, 2], [1f, 3f, float.NaN, 3f]);
        Assert.Equal([1, 3, 0, 2], PixelOrder.Of(map, 2, 2, positive: true).Pixels);
        Assert.Equal([2, 0, 1, 3], PixelOrder.Of(map, 2, 2, positive: false).Pixels);
    }

    [Fact]
    public void A_map_of_patches_is_enlarged_bilinearly()
    {
        // 1 x 2 patches of 2 x 2 pixels: 0, 0.25, 0.75, 1 across, twice
        Assert.Equal([3, 7, 2, 6, 1, 5, 0, 4], PixelOrder.Of(new Tensor([1, 2], [0f, 1f]), 2, 4, positive: true).Pixels);
    }

    [Fact]
    public void Removed_pixels_are_black_before_normalisation()
    {
        Tensor pixels = s_model.Preprocessor.Apply(s_photo);
        using Trace trace = s_model.Forward(pixels.Reshape(1, 3, 24, 24));
        int[] order = [.. Enumerable.Range(0, 576)];
        Tensor found = PixelRemoval.Probabilities(trace, [new PixelOrder(order)], new SweepOptions());
        Assert.Equal([9, 5], found.Shape);

        byte[] half = [.. s_photo.Pixels];
        half.AsSpan(0, 288 * 3).Clear(); // the fifth step: half of the photograph black
        Tensor black = s_model.Preprocessor.Apply(new Image(24, 24, 3, half));
        using Trace expected = s_model.Forward(black.Reshape(1, 3, 24, 24));
        Assert.Equal(expected.Probabilities().ToArray(), found.Row(4).ToArray());
    }

    [Fact]
    public void An_image_says_what_the_model_says_at_every_step_of_every_order()
    {
        ClassMethod gae = ClassMethods.Named("gae"), raw = ClassMethods.Named("raw");
        Tensor pixels = s_model.Preprocessor.Apply(s_photo);
        using Trace trace = s_model.Forward(pixels.Reshape(1, 3, 24, 24));
        float[] p = trace.Probabilities().ToArray();
        int answer = TensorPrimitives.IndexOfMax<float>(p), label = (answer + 1) % 5;
        RemovalItem item = new ClassRemoval(new ItemPasses(s_model), [gae, raw]).Of(Photo(label), new SweepOptions());
        Assert.Equal((answer, label, p[answer], p[label]), (item.Answer, item.Label, item.AnswerP, item.LabelP));
        Assert.Equal(["gae", "raw", "random"], item.Methods.Select(m => m.Method));

        Tensor maps = gae.Explain(trace, [answer, label]).Maps, one = raw.Explain(trace, [answer]).Maps;
        void Same(RemovalCurve? found, Tensor map, bool positive, int cls)
        {
            Tensor scores = PixelRemoval.Probabilities(trace, [PixelOrder.Of(map, 24, 24, positive)], new SweepOptions());
            Assert.Equal([.. Enumerable.Range(0, 9).Select(s => scores.Row(s)[cls])], found!.P);
            Assert.Equal(string.Concat(Enumerable.Range(0, 9).Select(s => TensorPrimitives.IndexOfMax<float>(scores.Row(s)) == label ? 1 : 0)), found.Right);
        }
        Same(item.Methods[0].Positive, maps[0, 0], true, answer);
        Same(item.Methods[0].Negative, maps[0, 0], false, answer);
        Same(item.Methods[0].TruePositive, maps[1, 0], true, label);
        Same(item.Methods[0].TrueNegative, maps[1, 0], false, label);
        Same(item.Methods[1].TruePositive, one[0, 0], true, label); // the same order for every class
    }

    [Fact]
    public void Where_the_answer_is_true_or_the_truth_unknown_one_class_is_explained()
    {
        ClassRemoval removal = new(new ItemPasses(s_model), [ClassMethods.Named("gae")]);
        RemovalItem unknown = removal.Of(Photo(), new SweepOptions()), right = removal.Of(Photo(unknown.Answer), new SweepOptions());
        Assert.Null(unknown.Label);
        Assert.Null(right.Methods[0].TruePositive);
        Assert.Equal(unknown.Methods[0].Positive.Right, right.Methods[0].Positive.Right);
    }

    [Fact]
    public void Memory_and_batches_change_no_bit()
    {
        ClassRemoval removal = new(new ItemPasses(s_model), [ClassMethods.Named("gae"), ClassMethods.Named("gradcam")]);
        string whole = removal.Measure(Photo(2), new SweepOptions());
        Assert.Equal(whole, removal.Measure(Photo(2), new SweepOptions { Chunk = 1 }));
        Assert.Equal(whole, removal.Measure(Photo(2), new SweepOptions { MemoryBytes = 50_000 }));
    }

    [Fact]
    public void Results_are_accuracies_and_their_areas_by_hand()
    {
        RemovalCurve Curve(string right, float p) => new(right, [.. Enumerable.Repeat(p, 9)]);
        RemovalItem a = new(0, 0.5f, [new("gae", Curve("111110000", 0.25f), Curve("111111111", 0.5f))], 0, 0.5f);
        RemovalItem b = new(1, 0.8f, [new("gae", Curve("000000000", 0.4f), Curve("000000001", 0.8f), Curve("100000000", 0.1f),
            Curve("000000000", 0.1f))], 0, 0.2f);
        EvaluationResults results = Reduced(a, b);

        double[] areas = [.. results.Tables[0].Rows[0].Values.Select(v => v!.Value)];
        // positive, predicted: accuracies 1/2 (a right, b wrong untouched), then 1/2 five times, then 0: 0.5*0.5 + 0.1*0.25
        Assert.Equal(100 * (0.5 * 0.5 + 0.1 * 0.25), areas[0], 9);
        Assert.Equal(100 * (0.8 * 0.5 + 0.1 * 0.75), areas[1], 9); // 1/2 to 80 %, then 1
        Assert.Equal(100 * (0.1 * 0.75 + 0.1 * 0.75 + 0.3 * 0.5 + 0.1 * 0.25), areas[2], 9); // a as predicted; b once right
        Assert.Equal(100 * 0.45, areas[3], 9);
        Assert.Equal(2, areas[4]);
        // of two images every resample is one, both or the other: the interval goes from 0 of b to the area of a
        Assert.Equal(0, areas[5], 9);
        Assert.Equal(100 * (0.5 + 0.05), areas[6], 9);
        Assert.Equal("The same, only images that are right when untouched", results.Tables[1].Title);
        Assert.Equal(1, results.Tables[1].Rows[0].Values[4]);

        ResultTable probabilities = results.Tables[2];
        Assert.Equal((0.9 * 0.25 + 0.9 * 0.4) / 2, probabilities.Rows[0].Values[0]!.Value, 6); // AOPC: nine of ten steps
        Assert.Equal(Math.Log(0.5), probabilities.Rows[0].Values[1]!.Value, 6);
        Assert.Equal([1, 1], results.Confusions[0].Counts[0]); // both are of class 0; one was taken for 1
        ResultExample best = Assert.Single(results.Examples[0].Images);
        Assert.Equal("b", best.Key);
        Assert.Equal(0.9 * 0.8 - (0.1 * 0.6 + 0.8 * 0.4), best.Value, 6);
        Assert.Equal(["a"], results.Examples[1].Images.Select(e => e.Key));
    }

    [Fact]
    public void Areas_have_intervals_and_methods_are_held_against_the_best_image_by_image()
    {
        RemovalCurve Curve(string right) => new(right, [.. Enumerable.Repeat(0.5f, 9)]);
        RemovalItem Item(string gae, string raw, string low) =>
            new(0, 0.5f, [new("gae", Curve(gae), Curve("111111111")), new("raw", Curve(raw), Curve(low))], 0, 0.5f);
        EvaluationResults results = Reduced(Item("110000000", "111000000", "111111110"), Item("111111000", "111111100", "111111110"));

        ResultTable behind = results.Tables.Single(t => t.Title.StartsWith("How far behind", StringComparison.Ordinal));
        double?[] gae = [.. results.Tables[0].Rows[0].Values.Skip(5)], raw = [.. behind.Rows[1].Values];
        Assert.Equal([25, 65, 90, 90], gae.Take(4).Select(v => Math.Round(v!.Value, 9))); // of two images: that of the one, that of the other
        Assert.Equal([10, 10, 10, 5, 5, 5], raw.Take(6).Select(v => Math.Round(v!.Value, 9))); // behind by as much in both images
        Assert.Equal(["positive, predicted class: gae", "negative, predicted class: gae"],
            [behind.Columns[0], behind.Columns[3]]);
        Assert.All(behind.Rows[0].Values, v => Assert.Equal(0, v));
        ResultTable apart = results.Tables[^1];
        Assert.Equal("Areas and AOPC, less those of gae", apart.Title);
        Assert.Equal([10, 10, 10], apart.Rows[0].Values.Take(3).Select(v => Math.Round(v!.Value, 9))); // raw in the positive test, in both images
    }

    static EvaluationResults Reduced(params RemovalItem[] all)
    {
        using TempFolder folder = new();
        EvaluationPreset preset = EvaluationPresets.CheferPerturbation;
        JobSettings settings = new(preset.Name, "1", new HashedName("m", "a"), new HashedName("d", "b"), all.Length, preset.With(), ["cat", "dog"]);
        using (JobStore store = JobStore.Open(folder.Path, settings, new JobSource("d", "m"), Shard.Whole))
            for (int i = 0; i < all.Length; i++)
                store.Add(i, $"{(char)('a' + i)}", System.Text.Json.JsonSerializer.Serialize(all[i], RemovalJson.Default.RemovalItem));
        return preset.Reduce(settings, JobItems.In(folder.Path, settings), null);
    }
}
