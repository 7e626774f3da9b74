using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;
using Translucent.Tests.Autodiff;

namespace Translucent.Tests.Explain;

/// <summary>Laws of the LRP family, and what it refuses.</summary>
[Collection(nameof(Alone))]
public sealed class LrpTests : IDisposable
{
    readonly VisionTransformer _model = VisionModels.Open(Golden.File("vision/dinov2_reg"));

    public void Dispose() => _model.Dispose();

    Trace Trace(int images = 1, Keep keep = Keep.All) => _model.Forward(Pixels(images), keep);

    static Tensor Pixels(int images)
    {
        Random random = new(5);
        Tensor pixels = new(images, 3, 42, 73); // 3 x 5 patches and three columns of pixels more
        foreach (ref float v in pixels.Span) v = (float)(4 * random.NextDouble() - 2);
        return pixels;
    }

    static float[] All(Trace trace, int[] classes, SweepOptions? options = null) =>
    [
        .. Lrp.Explain(trace, classes, options: options).Tokens.Span, .. Lrp.Explain(trace, classes, LrpVariant.Orig, options: options).Pixels.Span,
        .. Lrp.Attention(trace, classes, options: options).Span, .. TransformerAttribution.Rows(trace, classes, 1, options).Span,
    ];

    [Fact]
    public void Shapes_leave_out_registers_and_pixels_beyond_the_last_patch()
    {
        using Trace trace = Trace(images: 2);
        LrpMaps maps = Lrp.Explain(trace, [1, 2, 3]);
        Assert.Equal([3, 2, 1 + 15], maps.Tokens.Shape);
        Assert.Equal([3, 2, 42, 70], maps.Pixels.Shape);
        Assert.Equal([3, 2, 4, 4, 19, 19], Lrp.Attention(trace, [1, 2, 3]).Shape);
        Assert.Equal([3, 2, 19], TransformerAttribution.Rows(trace, [1, 2, 3]).Shape);
        Assert.Equal([3, 2, 19, 19], TransformerAttribution.Matrices(trace, [1, 2, 3]).Shape);
    }

    [Fact]
    public void Chunks_threads_and_blocks_computed_again_give_the_same_bits() =>
        SameBits.However(keep => Trace(keep: keep), (trace, options) => All(trace, [0, 3, 5], options));

    [Fact]
    public void Images_together_equal_images_one_by_one()
    {
        Tensor pixels = Pixels(2);
        using Trace together = _model.Forward(pixels);
        Tensor tokens = Lrp.Explain(together, [4]).Tokens, rows = TransformerAttribution.Rows(together, [4]);
        for (int b = 0; b < 2; b++)
        {
            using Trace alone = _model.Forward(new Tensor([1, 3, 42, 73], pixels.Span.Slice(b * 3 * 42 * 73, 3 * 42 * 73)));
            Assert.Equal(Lrp.Explain(alone, [4]).Tokens.ToArray(), tokens.Row(b).ToArray());
            Assert.Equal(TransformerAttribution.Rows(alone, [4]).ToArray(), rows.Row(b).ToArray());
        }
    }

    [Fact]
    public void The_row_of_transformer_attribution_is_that_of_the_matrix()
    {
        using Trace trace = Trace();
        Tensor rows = TransformerAttribution.Rows(trace, [4, 6]), matrices = TransformerAttribution.Matrices(trace, [4, 6]);
        for (int t = 0; t < 2; t++) Assert.Equal(matrices.Row(t * trace.Tokens), rows.Row(t));
    }

    [Fact]
    public void Pixels_take_the_relevance_of_the_patches()
    {
        using Trace trace = Trace();
        LrpMaps maps = Lrp.Explain(trace, [2]);
        double scale = maps.Pixels.ToArray().Sum(v => Math.Abs((double)v));
        Assert.Equal(maps.Tokens.Span[1..].ToArray().Sum(v => (double)v), maps.Pixels.ToArray().Sum(v => (double)v), 1e-5 * scale);
    }

    [Fact]
    public void Alpha_two_differs_and_below_one_is_refused()
    {
        using Trace trace = Trace();
        Assert.NotEqual(Lrp.Explain(trace, [2]).Tokens.ToArray(), Lrp.Explain(trace, [2], alpha: 2).Tokens.ToArray());
        foreach (double alpha in (double[])[0.5, double.NaN, double.PositiveInfinity])
            Assert.Contains("expected a number from 1", Assert.Throws<ArgumentOutOfRangeException>(() => Lrp.Explain(trace, [2], alpha: alpha)).Message);
    }

    [Fact]
    public void No_classes_give_empty_results()
    {
        using Trace trace = Trace();
        Assert.Equal([0, 1, 16], Lrp.Explain(trace, []).Tokens.Shape);
        Assert.Equal(0, TransformerAttribution.Rows(trace, []).Length);
    }

    [Fact]
    public void Classes_and_blocks_that_do_not_exist_are_refused()
    {
        using Trace trace = Trace();
        Assert.Contains("class 10: the model has classes 0 to 9", Assert.Throws<ArgumentOutOfRangeException>(() => Lrp.Explain(trace, [10])).Message);
        Assert.Contains("class -1", Assert.Throws<ArgumentOutOfRangeException>(() => TransformerAttribution.Rows(trace, [-1])).Message);
        Assert.Contains("start block 4: the model has blocks 0 to 3",
            Assert.Throws<ArgumentOutOfRangeException>(() => TransformerAttribution.Rows(trace, [1], start: 4)).Message);
    }

    [Fact]
    public void A_model_without_classes_is_refused()
    {
        using VisionTransformer dino = VisionModels.Open(Golden.File("vision/dino"));
        using Trace trace = dino.Forward(new Tensor(1, 3, 32, 32));
        Assert.Contains("no classifier", Assert.Throws<TranslucentException>(() => Lrp.Attention(trace, [0])).Message);
    }

    [Theory, InlineData(Keep.All), InlineData(Keep.Boundaries)]
    public void SwiGlu_is_refused(Keep keep)
    {
        static Linear Layer(int ins, int outs) => new(new Matrix(OpCase.Random(outs, ins), outs, ins));
        LayerNorm norm = new(OpCase.Random(8), OpCase.Random(8), 1e-6f);
        EncoderBlock block = new("blocks.0", 2)
        {
            Norm1 = norm,
            Query = Layer(8, 8),
            Key = Layer(8, 8),
            Value = Layer(8, 8),
            Output = Layer(8, 8),
            Norm2 = norm,
            Up = Layer(8, 32),
            Gate = new Gate(Activation.Silu),
            Down = Layer(16, 8),
        };
        PatchEmbedding embedding = new(4, OpCase.Random(5, 8), 1) { Projection = Layer(48, 8), Prefix = OpCase.Random(1, 8) };
        using VisionTransformer model = new(new VisionConfig("DINOv2", 8, 1, 2, 16, 4, 8, 1), embedding, [block], norm)
        {
            Preprocessor = _model.Preprocessor,
            Head = ClassHead.OnClassToken(Layer(8, 3)),
        };
        using Trace trace = model.Forward(new Tensor(1, 3, 8, 8), keep);
        Assert.Contains("no rule is defined for the operation Gate", Assert.Throws<TranslucentException>(() => Lrp.Explain(trace, [0])).Message);
    }

    [Fact]
    public void It_stops_when_asked()
    {
        using Trace trace = Trace();
        Assert.Throws<OperationCanceledException>(() => Lrp.Explain(trace, [1], options: new SweepOptions { Stop = new CancellationToken(canceled: true) }));
    }
}
