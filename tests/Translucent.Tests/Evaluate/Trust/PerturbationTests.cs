using FsCheck;
using FsCheck.Fluent;
using Translucent.Evaluate.Trust;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;
using Translucent.Tests.Models;

namespace Translucent.Tests.Evaluate.Trust;

/// <summary>Deletion and insertion on a linear model, where every number can be worked out by hand, and on golden models.</summary>
public class PerturbationTests
{
    static readonly float[] s_shares = [0.2f, 0.4f, 0.1f, 0.3f];

    [Fact]
    public void Curves_of_a_linear_model_are_those_worked_out_by_hand()
    {
        PerturbationTest test = Linear(s_shares, new PerturbationSettings());
        (PerturbationResult deletion, PerturbationResult insertion) = test.Of(new Tensor([1, 4], s_shares), [0])[0];
        Same([0, 0.25, 0.5, 0.75, 1], deletion.Curve.Fractions);
        Same([1, 0.6, 0.3, 0.1, 0], deletion.Curve.Probabilities);
        Same([0, 0.4, 0.7, 0.9, 1], insertion.Curve.Probabilities);
        Assert.Equal(0.375, deletion.Auc, 1e-6);  // (1.6 + 0.9 + 0.4 + 0.1) / 8
        Assert.Equal(0.625, insertion.Auc, 1e-6); // (0.4 + 1.1 + 1.6 + 1.9) / 8
        (deletion, _) = test.Of(new Tensor([1, 4], s_shares), [1])[0];
        Assert.Equal(0.625, deletion.Auc, 1e-6); // the other class gains what this one loses
    }

    /// <summary>Deletion ends at what deleted patches become, insertion begins at what patches are inserted into, also where these differ.</summary>
    [Theory]
    [InlineData(Baseline.Black, Baseline.Blur)]
    [InlineData(Baseline.Blur, Baseline.Mean)]
    public void Curves_meet_the_baseline_of_their_own(Baseline deleted, Baseline inserted)
    {
        using Fixture f = Fixture.Open("vision/vit");
        int cls = f.Classes[0];
        PerturbationTest test = new(f.Trace, new PerturbationSettings { Deletion = deleted, Insertion = inserted, RandomOrders = 2 });
        (PerturbationResult deletion, PerturbationResult insertion) = test.Of(new Tensor(1, f.Trace.Grid.Count), [cls])[0];
        Assert.Equal(Probability(deleted), deletion.Curve.Probabilities[^1], 1e-6);
        Assert.Equal(Probability(inserted), insertion.Curve.Probabilities[0], 1e-6);
        Assert.NotEqual(Probability(deleted), Probability(inserted), 1e-4);

        double Probability(Baseline kind)
        {
            Tensor pixels = Baselines.Of(kind, f.Trace.Pixels, f.Model.Preprocessor.Black, f.Trace.Grid.Patch);
            using Trace empty = f.Model.Forward(pixels);
            return empty.Probabilities().Row(0)[cls];
        }
    }

    [Fact]
    public void The_order_of_exact_effects_beats_every_random_order_and_its_inverse_none()
    {
        float[] effects = [.. Enumerable.Range(0, 36).Select(i => (float)(1 + i * 29 % 36) / 666)], inverse = [.. effects.Select(e => -e)];
        PerturbationTest test = Linear(effects, new PerturbationSettings { Steps = 12, RandomOrders = 20 });
        var results = test.Of(new Tensor([2, 36], [.. effects, .. inverse]), [0, 0]);
        foreach (PerturbationResult good in (PerturbationResult[])[results[0].Deletion, results[0].Insertion])
        {
            Assert.Equal(1, good.Beats);
            Assert.True(good.Z > 3, $"{good.Z}");
            Assert.Equal(0.5, good.RandomMean, 0.05);
        }
        foreach (PerturbationResult bad in (PerturbationResult[])[results[1].Deletion, results[1].Insertion])
        {
            Assert.Equal(0, bad.Beats);
            Assert.True(bad.Z < -3, $"{bad.Z}");
        }
        Assert.True(results[0].Deletion.Auc < results[1].Deletion.Auc);
    }

    [Fact]
    public void The_area_of_a_constant_curve_is_its_height() => Check.QuickThrowOnFailure(Prop.ForAll(
        Gen.Choose(1, 40).Zip(Gen.Choose(0, 1000)).ToArbitrary(), x =>
        {
            double height = x.Item2 / 1000.0;
            PerturbationCurve flat = new([.. Enumerable.Range(0, x.Item1 + 1).Select(i => (double)i / x.Item1)], [.. Enumerable.Repeat(height, x.Item1 + 1)]);
            return Math.Abs(flat.Auc - height) < 1e-12;
        }));

    [Fact]
    public void A_model_that_never_changes_its_mind_says_nothing_about_maps()
    {
        PerturbationTest test = new(new MaskedImages(new Tensor(1, 3, 2, 2), new Tensor(1, 3, 2, 2), new Tensor(1, 3, 2, 2), 1, 1, images =>
        {
            Tensor p = new(images.Shape[0], 1);
            p.Span.Fill(0.25f);
            return p;
        }), new PerturbationSettings());
        PerturbationResult deletion = test.Of(new Tensor(1, 4), [0])[0].Deletion;
        Assert.Equal((0.25, 0.25, 0.0), (deletion.Auc, deletion.RandomMean, deletion.RandomDeviation));
        Assert.Equal(double.NaN, deletion.Z);
        Assert.Equal(0.5, deletion.Beats);
    }

    /// <summary>Patches of 2 x 2 pixels in an image of ones: 7 where they are deleted, 5 where they are not inserted yet.</summary>
    [Theory]
    [InlineData(false, "", "1111 1111 1111 1111")]
    [InlineData(false, "1", "1177 1177 1111 1111")]
    [InlineData(false, "0 3", "7711 7711 1177 1177")]
    [InlineData(true, "", "5555 5555 5555 5555")]
    [InlineData(true, "2", "5555 5555 1155 1155")]
    [InlineData(true, "0 1 2 3", "1111 1111 1111 1111")]
    public void Patches_are_changed_where_they_lie_in_every_channel(bool insertion, string patches, string drawn)
    {
        static Tensor Of(float value)
        {
            Tensor all = new(1, 3, 4, 4);
            all.Span.Fill(value);
            return all;
        }
        MaskedImages images = new(Of(1), Of(7), Of(5), patch: 2, bytesPerImage: 1, drawing => drawing.Reshape(drawing.Shape[0], 48));
        int[] changed = [.. patches.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(p => p[0] - '0')];
        Tensor pixels = images.Probabilities([new PatchMask([], false), new PatchMask(changed, insertion)], new SweepOptions(), 0);
        string expected = drawn.Replace(" ", "");
        Assert.Equal(expected + expected + expected, string.Concat(pixels.Row(1).ToArray()));
    }

    [Fact]
    public void What_float32_rounds_is_no_deviation()
    {
        static PerturbationCurve Flat(double height) => new([0, 1], [height, height]);
        PerturbationResult rounded = new(Flat(0.8000001), [Flat(0.8), Flat(0.8 + 6e-8), Flat(0.8 - 6e-8)], LowIsGood: false);
        PerturbationResult small = new(Flat(8.1e-5), [Flat(8e-5), Flat(8e-5 + 6e-9), Flat(8e-5 - 6e-9)], LowIsGood: false);
        Assert.True(rounded.RandomDeviation > 0 && double.IsNaN(rounded.Z), $"{rounded.Z}");
        Assert.True(small.Z > 100, $"{small.Z}"); // unlikely classes have small areas
    }

    [Fact]
    public void Equal_patches_go_in_the_order_of_the_image() => Assert.Equal([1, 4, 0, 2, 5, 3], PatchOrder.Of([0, 7, 0, float.NaN, 7, -1]));

    [Fact]
    public void Steps_are_evenly_spread_and_reach_both_ends() => Check.QuickThrowOnFailure(Prop.ForAll(
        Gen.Choose(1, 300).Zip(Gen.Choose(1, 300)).Where(x => x.Item2 <= x.Item1).ToArbitrary(), x =>
        {
            int[] counts = PatchOrder.Counts(x.Item1, x.Item2), steps = [.. counts.Skip(1).Zip(counts, (b, a) => b - a)];
            return counts[0] == 0 && counts[^1] == x.Item1 && counts.Length == x.Item2 + 1 && steps.Min() >= 1 && steps.Max() - steps.Min() <= 1;
        }));

    [Theory]
    [InlineData("vision/clip_vision")]
    [InlineData("vision/dinov2_reg")]
    public void Batches_and_company_change_no_bit_and_the_seed_decides_about_the_rest(string name)
    {
        using Fixture f = Fixture.Open(name);
        PerturbationSettings settings = new() { Steps = 4, RandomOrders = 2 };
        Tensor maps = PatchMaps.Of(f.Trace, RawAttention.Rows(f.Trace)), both = new([2, maps.Width], [.. maps.ToArray(), .. maps.ToArray().Select(x => -x)]);
        int cls = f.Classes[0];
        double[] Areas(Tensor of, PerturbationSettings s, SweepOptions? options = null) =>
            [.. new PerturbationTest(f.Trace, s).Of(of, [.. Enumerable.Repeat(cls, of.Rows)], options)
                .SelectMany(r => new[] { r.Deletion.Auc, r.Deletion.RandomMean, r.Insertion.Auc, r.Insertion.RandomMean }).Take(4)];
        double[] expected = Areas(maps, settings);
        Assert.Equal(expected, Areas(maps, settings, new SweepOptions { Chunk = 1 }));
        Assert.Equal(expected, Areas(both, settings, new SweepOptions { Chunk = 5 }));
        Assert.Equal(expected, Areas(maps, settings, new SweepOptions { MemoryBytes = 1 }));
        double[] other = Areas(maps, settings with { Seed = 1 });
        Assert.Equal((expected[0], expected[2]), (other[0], other[2]));
        Assert.NotEqual((expected[1], expected[3]), (other[1], other[3]));
    }

    [Fact]
    public void The_first_point_is_the_image_itself_and_progress_counts_images()
    {
        using Fixture f = Fixture.Open("vision/vit");
        List<int> seen = [];
        PerturbationTest test = new(f.Trace, new PerturbationSettings { Steps = 3, RandomOrders = 2, Deletion = Baseline.Black, Insertion = Baseline.Black });
        (PerturbationResult deletion, PerturbationResult insertion) = test.Of(
            new Tensor(1, f.Trace.Grid.Count), [f.Classes[0]], new SweepOptions { Chunk = 3, Progress = new Seen(seen) })[0];
        double p = f.Trace.Probabilities().Span[f.Classes[0]];
        Assert.Equal((p, p), (deletion.Curve.Probabilities[0], insertion.Curve.Probabilities[^1]));
        Assert.Equal(deletion.Curve.Probabilities[^1], insertion.Curve.Probabilities[0]);
        Assert.Equal(test.Passes.Once + test.Passes.PerMap, seen[^1]);
        Assert.Equal(seen.Order(), seen);
    }

    [Fact]
    public void Misuse_is_told()
    {
        using Fixture f = Fixture.Open("vision/vit");
        PerturbationTest test = new(f.Trace);
        Assert.Throws<ArgumentException>(() => test.Of(new Tensor(1, 3), [0]));
        Assert.Throws<ArgumentException>(() => test.Of(new Tensor(2, f.Trace.Grid.Count), [0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => test.Of(new Tensor(1, f.Trace.Grid.Count), [f.Model.Classes]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PerturbationTest(f.Trace, new PerturbationSettings { RandomOrders = 1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PerturbationTest(f.Trace, new PerturbationSettings { Steps = 0 }));
        Assert.Throws<OperationCanceledException>(
            () => test.Of(new Tensor(1, f.Trace.Grid.Count), [0], new SweepOptions { Stop = new CancellationToken(true) }));
        Tensor pair = new([2, .. f.Trace.Pixels.Shape[1..]], [.. f.Trace.Pixels.ToArray(), .. f.Trace.Pixels.ToArray()]);
        using Trace two = f.Model.Forward(pair);
        Assert.Throws<ArgumentException>(() => new PerturbationTest(two));
    }

    /// <summary>A model whose first class has the sum of the patches' effects as its probability; an image of ones, zeros behind it.</summary>
    static PerturbationTest Linear(float[] effects, PerturbationSettings settings)
    {
        int side = (int)Math.Sqrt(effects.Length);
        Tensor image = new(1, 3, side, side), nothing = new(image.Shape);
        image.Span.Fill(1);
        return new PerturbationTest(new MaskedImages(image, nothing, nothing, patch: 1, bytesPerImage: 1, images =>
        {
            Tensor p = new(images.Shape[0], 2);
            for (int b = 0; b < images.Shape[0]; b++)
            {
                float sum = 0;
                for (int i = 0; i < effects.Length; i++) sum += effects[i] * images.Span[b * image.Length + i];
                (p.Row(b)[0], p.Row(b)[1]) = (sum, 1 - sum);
            }
            return p;
        }), settings);
    }

    static void Same(IEnumerable<double> expected, IEnumerable<double> found) => Assert.All(expected.Zip(found), p => Assert.Equal(p.First, p.Second, 1e-6));

    sealed class Seen(List<int> list) : IProgress<int>
    {
        public void Report(int value) => list.Add(value);
    }
}
