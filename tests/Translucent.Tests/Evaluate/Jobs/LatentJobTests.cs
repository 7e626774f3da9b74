using Translucent.Evaluate.DataSets;
using Translucent.Evaluate.Jobs;
using Translucent.Evaluate.Metrics;
using Translucent.Evaluate.Perturb;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Images;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Tests.Evaluate.Jobs;

/// <summary>ULTra's tests of maps of latent tokens, and maps of classes against masks.</summary>
public class LatentJobTests
{
    static readonly VisionTransformer s_model = RandomViT.Create(new VisionConfig("ViT", 24, 2, 3, 48, 8, 24, 1), classes: 5, seed: 3);

    static readonly Image s_photo = new(24, 24, 3, [.. Enumerable.Range(0, 24 * 24 * 3).Select(i => (byte)(i * 37 % 251))]);

    // the object: the left 16 columns of the upper 12 rows: patches 0 and 1 whole, 3 and 4 half, no others
    static readonly bool[] s_mask = [.. Enumerable.Range(0, 576).Select(i => i / 24 < 12 && i % 24 < 16)];

    static LabelledImage Photo(bool[]? mask = null) => new("photo", () => s_photo) { Mask = mask is null ? null : () => mask };

    [Fact]
    public void Regions_have_equal_area_and_leave_the_own_patch()
    {
        // others: 0, 0.2, 0.6, 1 scaled; two are above 0.5
        TokenRegions regions = TokenRegions.Of([10, 99, 12, 16, 20], own: 1, zeta: 0.5, new SplitMix(1));
        Assert.Equal([3, 4], regions.Positive);
        Assert.Equal([0, 2], regions.Negative);
        Assert.Equal(2, regions.Random.Length);
        Assert.DoesNotContain(1, regions.Random);
        Assert.Equal([4], TokenRegions.Of([10, 99, 12, 16, 20], 1, 0.9, new SplitMix(1)).Positive);
    }

    [Fact]
    public void Regions_are_never_empty_and_never_overlap()
    {
        Assert.Single(TokenRegions.Of([1, 1, 1, 1], 0, 0.5, new SplitMix(1)).Positive); // a constant map
        TokenRegions most = TokenRegions.Of([0, 9, 9, 9, 9, 9], -1, 0.5, new SplitMix(1)); // five of six are above
        Assert.Equal([1, 2, 3], most.Positive);
        Assert.Equal([0, 1, 2], most.Negative);
        Assert.Throws<ArgumentException>(() => TokenRegions.Of([1, 2], 0, 0.5, new SplitMix(1)));
    }

    static LatentSettings Settings(int tokens = 3) => new([2, 3], [TokenFunction.S, TokenFunction.E], [0.3, 0.6], tokens);

    [Fact]
    public void Distances_are_those_of_the_token_when_its_regions_are_masked()
    {
        LatentSettings settings = new([3], [TokenFunction.S], [0.5], Tokens: 9);
        LatentItem item = new LatentRemoval(new ItemPasses(s_model), settings).Of(Photo(), new SweepOptions());
        Assert.Equal(["mask", "noise"], item.Rows.Select(r => r.Change));
        Tensor pixels = s_model.Preprocessor.Apply(s_photo).Reshape(1, 3, 24, 24);
        using Trace trace = s_model.Forward(pixels);
        Tensor maps = Ultra.Explain(trace, 3, tokens: [.. Enumerable.Range(1, 9)]).Maps;
        (double positive, double negative, double wins, double area) = (0, 0, 0, 0);
        for (int t = 0; t < 9; t++)
        {
            TokenRegions regions = TokenRegions.Of(maps.Row(t), t, 0.5, new SplitMix(0));
            (float a, float b) = (Moved(regions.Positive, t), Moved(regions.Negative, t));
            (positive, negative, wins, area) = (positive + a, negative + b, wins + (a > b ? 1 : 0), area + regions.Positive.Length / 9.0);
        }
        LatentRow masked = item.Rows[0];
        Assert.Equal(positive / 9, masked.Positive, 5);
        Assert.Equal(negative / 9, masked.Negative, 5);
        Assert.Equal((wins / 9, area / 9), (masked.Wins, masked.Area));
        Assert.InRange(item.Rows[1].Positive, 1e-6, masked.Positive); // noise of 0.3 is less than taking all away

        float Moved(int[] patches, int token)
        {
            Tensor changed = new(pixels.Shape, pixels.Span);
            foreach (int p in patches)
                for (int i = 0; i < 3 * 64; i++) changed.Span[(i / 64 * 24 + p / 3 * 8 + i % 64 / 8) * 24 + p % 3 * 8 + i % 8] = 0;
            using Trace pass = s_model.Forward(changed);
            ReadOnlySpan<float> before = trace.Value("blocks.1.out").Row(1 + token), after = pass.Value("blocks.1.out").Row(1 + token);
            double sum = 0;
            for (int i = 0; i < before.Length; i++) sum += (before[i] - (double)after[i]) * (before[i] - after[i]);
            return (float)Math.Sqrt(sum);
        }
    }

    [Fact]
    public void Batches_change_no_bit_and_seeds_do()
    {
        string Measured(SweepOptions options, ulong seed = 0) =>
            new LatentRemoval(new ItemPasses(s_model), Settings() with { Seed = seed }).Measure(Photo(), options);
        string whole = Measured(new SweepOptions());
        Assert.Equal(whole, Measured(new SweepOptions { Chunk = 1 }));
        Assert.Equal(whole, Measured(new SweepOptions { MemoryBytes = 50_000 }));
        Assert.NotEqual(whole, Measured(new SweepOptions(), seed: 1));
    }

    [Fact]
    public void Every_layer_function_and_threshold_has_two_rows()
    {
        LatentItem item = new LatentRemoval(new ItemPasses(s_model), Settings()).Of(Photo(), new SweepOptions());
        Assert.Equal(16, item.Rows.Count);
        Assert.Equal(16, item.Rows.DistinctBy(r => (r.Layer, r.Function, r.Zeta, r.Change)).Count());
        Assert.All(item.Rows, r => Assert.True(r.Area <= 0.5 && r.Positive > 0 && r.Random > 0));
    }

    [Fact]
    public void The_patches_of_an_object_are_covered_by_half_or_the_one_that_is_covered_most()
    {
        Assert.Equal([true, true, false], ObjectSelection.Patches([0.5, 0.9, 0.49]));
        Assert.Equal([false, true, false], ObjectSelection.Patches([0.1, 0.2, 0.2]));
        Assert.Throws<TranslucentException>(() => ObjectSelection.Patches([0, 0]));
    }

    [Fact]
    public void Intersection_over_union_by_hand()
    {
        Assert.Equal(1.0 / 3, ObjectSelection.IoU([0.6f, 0.5f, 0.9f, 0], 0.5, [true, true, false, false])); // what equals the threshold is not above
        Assert.Equal(0, ObjectSelection.IoU([0, 0], 0.5, [false, false]));
        Assert.Equal(1, ObjectSelection.IoU([1, 0], 0.5, [true, false]));
    }

    [Fact]
    public void The_tokens_of_the_object_are_explained_together_and_each()
    {
        SelectionItem item = new ObjectSelection(new ItemPasses(s_model), [3], [TokenFunction.S]).Of(Photo(s_mask), new SweepOptions());
        Assert.Equal((4, 4 / 9.0), (item.Tokens, item.Share));
        using Trace trace = s_model.Forward(s_model.Preprocessor.Apply(s_photo).Reshape(1, 3, 24, 24));
        Tensor maps = Ultra.Explain(trace, 3, tokens: [1, 2, 4, 5]).Maps;
        bool[] truth = [true, true, false, true, true, false, false, false, false];
        float[][] scaled = [.. Enumerable.Range(0, 4).Select(t => Scaled(maps.Row(t).ToArray()))];
        float[] mean = Scaled([.. Enumerable.Range(0, 9).Select(p => scaled.Sum(m => m[p]))]);
        for (int i = 0; i < 19; i++)
        {
            Assert.Equal(ObjectSelection.IoU(mean, ObjectSelection.Thresholds[i], truth), item.Rows[0].Together[i], 2);
            Assert.Equal(scaled.Average(m => ObjectSelection.IoU(m, ObjectSelection.Thresholds[i], truth)), item.Rows[0].Each[i], 2);
        }

        static float[] Scaled(float[] map) => [.. map.Select(v => (v - map.Min()) / (map.Max() - map.Min()))];
    }

    [Fact]
    public void Localisation_holds_maps_against_the_mask_on_the_input()
    {
        ClassMethod gae = ClassMethods.Named("gae");
        LocalisationItem item = new Localisation(new ItemPasses(s_model), [gae]).Of(Photo(s_mask), new SweepOptions());
        using Trace trace = s_model.Forward(s_model.Preprocessor.Apply(s_photo).Reshape(1, 3, 24, 24));
        Tensor map = Interpolate.Maps(gae.Explain(trace, [item.Answer]).Maps[0, 0], 24, 24);
        MaskAgreement expected = MaskAgreement.Of(map.Span, [.. s_mask.Select(m => m ? (sbyte)1 : (sbyte)0)])!;
        FoundMask found = Assert.Single(item.Predicted);
        Assert.Equal((expected.Both.Object, expected.Precision, expected.Hit, expected.Rank), (found.Both[0], found.Precision, found.Hit, found.Rank));
        Assert.Equal(192, found.Object[0]);
        Assert.Empty(item.True);
        Assert.Throws<TranslucentException>(() => new Localisation(new ItemPasses(s_model), [gae]).Of(Photo(), new SweepOptions()));
    }
}
