using Translucent.Explain;
using Translucent.Images;
using Translucent.Models;
using Translucent.Segment;
using Translucent.Tensors;
using Translucent.Tests.Models;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Translucent.Tests.Segment;

/// <summary>The loss of ULTra_W, what it is made of, and that learning lowers it.</summary>
public class WTrainingTests
{
    [Fact]
    public void The_gradient_is_that_of_the_loss()
    {
        float[] theta = [0.3f, -1.2f, 0.7f], difference = [2f, 0.5f, -1f], gradient = new float[3];
        double loss = SelfConsistency.Add(theta, difference, gradient);
        double length = Math.Sqrt(0.09 + 1.44 + 0.49);
        Assert.Equal(Math.Pow((0.6 - 0.6 - 0.7) / length, 2), loss, 1e-6);
        for (int i = 0; i < 3; i++)
        {
            double At(float h)
            {
                float[] moved = [.. theta];
                moved[i] += h;
                return SelfConsistency.Add(moved, difference, new float[3]);
            }
            Assert.Equal((At(1e-3f) - At(-1e-3f)) / 2e-3, gradient[i], 1e-4);
        }
    }

    [Fact]
    public void Learning_turns_w_away_from_what_changes()
    {
        // the first token changes along the first axis alone, the second along none
        Tensor difference = new([2, 3], [1, 0, 0, 0, 0, 0]);
        WTraining learned = WTraining.Of(8, _ => difference, new WTrainingSettings(Batch: 2, Epochs: 50, Rate: 0.05, Seed: 1));
        Assert.Equal(200, learned.Losses.Count);
        Assert.Equal(1 / 3.0, learned.Losses[0], 1e-6); // S: every axis the same
        Assert.True(learned.Losses[^1] < 1e-4);
        Assert.Equal(learned.Losses[0], learned.Before, 1e-9);
        Assert.InRange(learned.After, 0, learned.Losses[^1] + 1e-9);
        Assert.InRange(Math.Abs(learned.W.Row(0)[0]), 0, 0.02);
        Assert.All(learned.W.Row(1).ToArray(), w => Assert.Equal(1 / Math.Sqrt(3), w, 1e-6));
        Assert.Equal(1, TensorPrimitives.Norm<float>(learned.W.Row(0)), 1e-5);
    }

    [Fact]
    public void The_first_step_is_adams()
    {
        Tensor difference = new([1, 2], [1, 0]);
        float[] gradient = new float[2], theta = [(float)Math.Sqrt(0.5), (float)Math.Sqrt(0.5)];
        SelfConsistency.Add(theta, difference.Row(0), gradient);
        float[] moved = [.. theta.Zip(gradient, (t, g) => t - 0.1f * Math.Sign(g))]; // the first step has the length of the rate, whatever the gradient
        double length = Math.Sqrt(moved[0] * moved[0] + moved[1] * moved[1]);
        WTraining learned = WTraining.Of(1, _ => difference, new WTrainingSettings(1, 1, 0.1, 0));
        Assert.Equal([moved[0] / length, moved[1] / length], learned.W.ToArray().Select(w => (double)w), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Theory]
    [InlineData("Mask", 1)]
    [InlineData("Noise", 0.3)]
    public void Only_what_lies_outside_a_segment_is_changed(string name, double strength)
    {
        Perturbation kind = Enum.Parse<Perturbation>(name);
        using Fixture fixture = Fixture.Open("vision/vit");
        Trace trace = fixture.Trace;
        InputGeometry geometry = new(trace.Pixels.Width, trace.Pixels.Shape[2], trace.Pixels.Width, trace.Pixels.Shape[2], 0, 0, trace.Pixels.Width,
            trace.Pixels.Shape[2]);
        SegmentSettings settings = SegmentSettings.Default(trace.Blocks.Count + 1) with { Clusters = 3 };
        Tensor differences = WDifferences.Of(trace, geometry, settings, kind, strength, seed: 7, new SweepOptions());
        Assert.Equal([trace.Tokens, trace.Blocks[^1].Width], differences.Shape);
        for (int token = 0; token < trace.Grid.Prefix; token++) Assert.All(differences.Row(token).ToArray(), d => Assert.Equal(0, d));
        Assert.All(Enumerable.Range(trace.Grid.Prefix, trace.Grid.Count), token => Assert.True(TensorPrimitives.Norm<float>(differences.Row(token)) > 0));
        Tensor again = WDifferences.Of(trace, geometry, settings, kind, strength, seed: 7, new SweepOptions { Chunk = 1 });
        Assert.Equal(differences.ToArray(), again.ToArray());
        Tensor none = WDifferences.Of(trace, geometry, settings with { Clusters = 1 }, kind, strength, seed: 7, new SweepOptions());
        Assert.All(none.ToArray(), d => Assert.Equal(0, d));
    }

    [Fact]
    public void A_token_is_compared_under_the_change_outside_its_own_segment()
    {
        using Fixture fixture = Fixture.Open("vision/vit");
        Trace trace = fixture.Trace;
        (int side, int patch) = (trace.Pixels.Width, trace.Grid.Patch);
        InputGeometry geometry = new(side, side, side, side, 0, 0, side, side);
        SegmentSettings settings = SegmentSettings.Default(trace.Blocks.Count + 1) with { Clusters = 2 };
        int[] segments = ClusterMaps.LabelMap(Segmentation.Of(trace, geometry, settings).Scaled);
        Tensor masked = new(trace.Pixels.Shape, trace.Pixels.Span); // by hand: all patches outside the segment of the first patch
        for (int i = 0; i < masked.Length; i++)
            if (segments[i / side % side / patch * trace.Grid.Columns + i % side / patch] != segments[0]) masked.Span[i] = 0;
        using Trace other = fixture.Model.Forward(masked);
        string site = trace.Blocks[^1].Out;
        Tensor z = trace.Value(site), changed = other.Value(site), differences = WDifferences.Of(trace, geometry, settings, Perturbation.Mask, 1, 0,
            new SweepOptions());
        int token = trace.Grid.Prefix;
        for (int c = 0; c < z.Width; c++) Assert.Equal(z.Row(token)[c] - changed.Row(token)[c], differences.Row(token)[c], 1e-5);
    }
}
