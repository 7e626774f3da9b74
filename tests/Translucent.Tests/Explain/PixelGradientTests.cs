using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;
using Translucent.Tests.Autodiff;
using Translucent.Tests.Models;

namespace Translucent.Tests.Explain;

/// <summary>Laws of the methods that go down to the pixels.</summary>
[Collection(nameof(Alone))]
public sealed class PixelGradientTests : IDisposable
{
    readonly VisionTransformer _model = VisionModels.Open(Golden.File("vision/dinov2_reg"));

    public void Dispose() => _model.Dispose();

    Trace Trace(int images = 1, Keep keep = Keep.All) => _model.Forward(Pixels(images), keep);

    static Tensor Pixels(int images)
    {
        Random random = new(11);
        Tensor pixels = new(images, 3, 42, 73); // 3 x 5 patches and three columns of pixels more
        foreach (ref float v in pixels.Span) v = (float)(4 * random.NextDouble() - 2);
        return pixels;
    }

    static float[] All(Trace trace, int[] classes, SweepOptions? options = null) =>
    [
        .. Saliency.Pixels(trace, classes, options: options).Channels.Span, .. GradientTimesInput.Pixels(trace, classes, options: options).Channels.Span,
        .. SmoothGrad.Pixels(trace, classes, samples: 5, options: options).Channels.Span,
        .. IntegratedGradients.Explain(trace, classes, steps: 5, options: options).Maps.Channels.Span,
    ];

    [Theory]
    [InlineData("vision/vit")]
    [InlineData("vision/clip_vision")]
    [InlineData("vision/deit")]
    public void The_gradient_is_the_slope_of_the_score(string name)
    {
        using Fixture f = Fixture.Open(name);
        Tensor direction = new(f.Trace.Pixels.Shape.ToArray()), gradient = Saliency.Pixels(f.Trace, [3]).Channels;
        Random random = new(7); // its own: the tests that share a generator run in an order that depends on where they lie
        foreach (ref float v in direction.Span) v = (float)(4 * random.NextDouble() - 2);
        double expected = Score(2e-4f) - Score(-2e-4f), found = 0;
        for (int i = 0; i < gradient.Length; i++) found += gradient.Span[i] * ((double)Moved(i, 2e-4f) - Moved(i, -2e-4f));
        Assert.Equal(expected, found, 2e-5 * Math.Abs(expected));

        float Moved(int i, float step) => f.Trace.Pixels.Span[i] + step * direction.Span[i];
        double Score(float step)
        {
            Tensor moved = new(f.Trace.Pixels.Shape);
            for (int i = 0; i < moved.Length; i++) moved.Span[i] = Moved(i, step);
            using Trace trace = f.Model.Forward(moved);
            return new PreciseValues(trace.Tape, item: 0)[trace.Tape["logits"]].Row(0)[3];
        }
    }

    [Fact]
    public void Integrated_gradients_of_the_trained_model_add_up()
    {
        using Fixture f = Fixture.Open("trained/cifar10-vit-chelsea");
        double worst = double.MaxValue;
        foreach ((int steps, double tolerance) in (ReadOnlySpan<(int, double)>)[(8, 0.15), (32, 0.005), (128, 0.0005)])
        {
            IntegratedGradientMaps maps = IntegratedGradients.Explain(f.Trace, f.Classes, steps: steps);
            for (int c = 0; c < 2; c++)
                Assert.Equal(maps.Maps.Channels.Span.Slice(c * 3072, 3072).ToArray().Sum(v => (double)v) - maps.Change.Span[c], maps.Gap.Span[c], 1e-6);
            double gap = maps.Gap.ToArray().Max(MathF.Abs);
            Assert.True(gap <= tolerance && gap < worst, $"{steps} steps: a gap of {gap}");
            worst = gap;
        }
    }

    [Fact]
    public void Integrated_gradients_of_a_linear_model_are_the_gradient_times_the_difference()
    {
        using VisionTransformer model = Linear();
        using Trace trace = model.Forward(OpCase.Random(2, 3, 8, 8));
        foreach (Tensor baseline in (Tensor[])[OpCase.Random(1, 3, 8, 8), OpCase.Random(2, 3, 8, 8)])
        {
            IntegratedGradientMaps maps = IntegratedGradients.Explain(trace, [0, 2], baseline, steps: 3);
            Tensor gradient = Saliency.Pixels(trace, [0, 2]).Channels;
            for (int i = 0; i < gradient.Length; i++)
            {
                int pixel = i % trace.Pixels.Length;
                float expected = gradient.Span[i] * (trace.Pixels.Span[pixel] - baseline.Span[pixel % baseline.Length]);
                Assert.Equal(expected, maps.Maps.Channels.Span[i], 1e-4f);
            }
            Assert.All(maps.Gap.ToArray(), gap => Assert.Equal(0, gap, 1e-3f));
        }
    }

    /// <summary>No blocks, and a normalisation whose denominator does not depend on its input.</summary>
    VisionTransformer Linear()
    {
        static Linear Layer(int ins, int outs) => new(new Matrix(OpCase.Random(outs, ins), outs, ins), OpCase.Random(outs));
        Tensor weight = new(8);
        weight.Span.Fill(1e6f);
        PatchEmbedding embedding = new(4, OpCase.Random(5, 8), 1) { Projection = Layer(48, 8), Prefix = OpCase.Random(1, 8) };
        ClassHead head = ClassHead.OnClassAndMean(Layer(16, 3), 1);
        return new VisionTransformer(new VisionConfig("linear", 8, 0, 2, 16, 4, 8, 1), embedding, [], new LayerNorm(weight, new Tensor(8), 1e12f))
        {
            Preprocessor = _model.Preprocessor,
            Head = head,
        };
    }

    [Fact]
    public void The_default_baseline_is_black()
    {
        using Fixture f = Fixture.Open("trained/cifar10-vit-chelsea");
        Tensor black = IntegratedGradients.Black(f.Trace);
        Assert.Equal(f.Model.Preprocessor.Apply(new Translucent.Images.Image(32, 32, 3, new byte[3072])).ToArray(), black.ToArray());
        Assert.Equal(IntegratedGradients.Explain(f.Trace, [3], black, steps: 2).Maps.Channels.ToArray(),
            IntegratedGradients.Explain(f.Trace, [3], steps: 2).Maps.Channels.ToArray());
    }

    [Fact]
    public void SmoothGrad_without_noise_is_the_gradient_bit_for_bit()
    {
        using Trace trace = Trace(images: 2);
        Assert.Equal(Saliency.Pixels(trace, [1, 4]).Channels.ToArray(), SmoothGrad.Pixels(trace, [1, 4], samples: 7, noise: 0).Channels.ToArray());
    }

    [Fact]
    public void Noise_follows_the_seed()
    {
        using Trace trace = Trace();
        float[] one = SmoothGrad.Pixels(trace, [1], samples: 2, seed: 1).Channels.ToArray();
        Assert.Equal(one, SmoothGrad.Pixels(trace, [1], samples: 2, seed: 1).Channels.ToArray());
        Assert.NotEqual(one, SmoothGrad.Pixels(trace, [1], samples: 2, seed: 2).Channels.ToArray());
    }

    [Fact]
    public void Chunks_threads_and_blocks_computed_again_give_the_same_bits() =>
        SameBits.However(keep => Trace(images: 2, keep), (trace, options) => All(trace, [0, 3, 5], options));

    [Fact]
    public void Classes_and_images_together_equal_them_one_by_one()
    {
        Tensor pixels = Pixels(2);
        using Trace together = _model.Forward(pixels);
        int[] classes = [6, 1];
        float[] all = All(together, classes);
        int size = pixels.Length / 2;
        for (int b = 0; b < 2; b++)
        {
            using Trace alone = _model.Forward(new Tensor([1, 3, 42, 73], pixels.Span.Slice(b * size, size)));
            for (int t = 0; t < 2; t++)
            {
                float[] one = All(alone, [classes[t]]);
                for (int method = 0; method < 4; method++)
                    Assert.Equal(one.AsSpan(method * size, size), all.AsSpan(((method * 2 + t) * 2 + b) * size, size));
            }
        }
    }

    /// <summary>Copies of an image see what the trace saw: without keys to look at, patches have no way to the class token.</summary>
    [Fact]
    public void A_mask_of_the_trace_holds_for_copies_too()
    {
        using VisionTransformer model = VisionModels.Open(Golden.File("vision/vit"));
        AttentionMask alone = new(17, 17, (query, key) => query != key);
        using Trace trace = model.Forward(OpCase.Random(1, 3, 32, 32), Keep.All, new Arena(), alone);
        Assert.All(SmoothGrad.Pixels(trace, [1], samples: 2).Channels.ToArray(), v => Assert.Equal(0, v));
    }

    [Fact]
    public void Maps_are_reduced_to_pixels_and_patches()
    {
        using Trace trace = Trace(images: 2);
        PixelMaps maps = Saliency.Pixels(trace, [2, 7]);
        Assert.Equal([2, 2, 3, 42, 73], maps.Channels.Shape);
        Tensor sum = maps.Sum(), largest = maps.Largest(), patches = trace.Grid.Sums(sum);
        Assert.Equal([2, 2, 42, 73], sum.Shape);
        Assert.Equal([2, 2, 3, 5], patches.Shape);
        int plane = 42 * 73, map = 3, y = 20, x = 31;
        float[] channels = [.. Enumerable.Range(0, 3).Select(c => maps.Channels.Span[(3 * map + c) * plane + y * 73 + x])];
        Assert.Equal(channels[0] + channels[1] + channels[2], sum.Span[map * plane + y * 73 + x]);
        Assert.Equal(channels.Max(MathF.Abs), largest.Span[map * plane + y * 73 + x]);
        double patch = Enumerable.Range(14, 14)
            .SelectMany(row => Enumerable.Range(28, 14), (row, column) => (double)sum.Span[map * plane + row * 73 + column]).Sum();
        Assert.Equal(patch, patches.Span[map * 15 + 5 + 2], 1e-5 * largest.ToArray().Max());
        Assert.Equal(0, sum.Span[map * plane + y * 73 + 72]); // beyond the last whole patch
        Assert.Contains("at least 42 x 70", Assert.Throws<ArgumentException>(() => trace.Grid.Sums(new Tensor(1, 42, 69))).Message);
    }

    [Fact]
    public void Relevance_of_patches_is_that_of_their_pixels()
    {
        using Trace trace = Trace();
        LrpMaps maps = Lrp.Explain(trace, [2]);
        Tensor patches = trace.Grid.Sums(maps.Pixels);
        float scale = patches.ToArray().Max(MathF.Abs);
        for (int i = 0; i < patches.Length; i++) Assert.Equal(maps.Tokens.Span[1 + i], patches.Span[i], 1e-5f * scale);
    }

    [Fact]
    public void Progress_counts_classes_times_copies_and_it_stops_when_asked()
    {
        using Trace trace = Trace();
        List<int> told = [];
        SmoothGrad.Pixels(trace, [1, 2], samples: 4, options: new SweepOptions { MemoryBytes = 1, Progress = new Told(told) });
        Assert.Equal([2, 4, 6, 8], told);
        SweepOptions stopped = new() { Stop = new CancellationToken(canceled: true) };
        Assert.Throws<OperationCanceledException>(() => IntegratedGradients.Explain(trace, [1], options: stopped));
        Assert.Throws<OperationCanceledException>(() => Saliency.Pixels(trace, [1], options: stopped));
    }

    sealed class Told(List<int> into) : IProgress<int>
    {
        public void Report(int value) => into.Add(value);
    }

    [Fact]
    public void Wrong_requests_name_what_is_possible()
    {
        using Trace trace = Trace();
        Assert.Contains("classes 0 to 9", Assert.Throws<ArgumentOutOfRangeException>(() => Saliency.Pixels(trace, [10])).Message);
        Assert.Contains("classes 0 to 9", Assert.Throws<ArgumentOutOfRangeException>(() => SmoothGrad.Pixels(trace, [-1])).Message);
        Assert.Contains("from 0", Assert.Throws<ArgumentOutOfRangeException>(() => SmoothGrad.Pixels(trace, [1], noise: double.NaN)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => SmoothGrad.Pixels(trace, [1], samples: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => IntegratedGradients.Explain(trace, [1], steps: 0));
        Assert.Contains("expected [1, 3, 42, 73]", Assert.Throws<ArgumentException>(() => IntegratedGradients.Explain(trace, [1], new Tensor(3, 42, 73)))
            .Message);
    }
}
