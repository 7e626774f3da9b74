using Translucent.Autodiff;
using Translucent.Checkpoints;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Tests.Explain;

/// <summary>Laws of LeGrad.</summary>
[Collection(nameof(Alone))]
public sealed class LeGradTests : IDisposable
{
    readonly VisionTransformer _model = VisionModels.Open(Golden.File("vision/dinov2_reg"));
    readonly TempFolder _folder = new();

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    static Tensor Pixels(int images)
    {
        Random random = new(13);
        Tensor pixels = new(images, 3, 42, 70);
        foreach (ref float v in pixels.Span) v = (float)(4 * random.NextDouble() - 2);
        return pixels;
    }

    static float[] All(Trace trace, int[] classes, SweepOptions? options = null) =>
    [
        .. LeGrad.Rows(trace, classes, options: options).Span, .. LeGrad.Rows(trace, classes, LeGradPooling.Own, options: options).Span,
        .. LeGrad.Rows(trace, new(classes, ClassScalar.Probability), options: options).Span,
    ];

    /// <summary>With the head's own pooling, block b of the model is the last block of the model that ends there.</summary>
    [Theory, InlineData(1), InlineData(3), InlineData(4)]
    public void A_block_equals_the_last_block_of_the_model_cut_off_behind_it(int depth)
    {
        using VisionTransformer cut = VisionModels.Open(CutOff(depth));
        using Trace whole = _model.Forward(Pixels(1)), trace = cut.Forward(Pixels(1));
        AttentionRecorder recorder = new();
        ClassTargets targets = new([2, 9]);
        trace.Tape.Sweep(trace.Tape["logits"], targets.Bind(trace).Seed(0, 2), new Watch().Attention($"blocks.{depth - 1}.attn.probs", recorder));

        Tensor g = recorder.Gradient!, blocks = LeGrad.Blocks(whole, [2, 9], LeGradPooling.Own);
        int n = trace.Tokens, heads = _model.Config.Heads;
        for (int t = 0; t < 2; t++)
        {
            float[] row = blocks.Row((depth - 1) * 2 + t).ToArray();
            for (int j = 0; j < n; j++)
            {
                double sum = 0;
                for (int i = 0; i < heads * n; i++) sum += Math.Max(0, g.Row(t * heads * n + i)[j]);
                Assert.Equal(sum / (heads * n), row[j], 1e-6 * row.Max());
            }
        }
    }

    string CutOff(int depth)
    {
        using Safetensors source = Safetensors.Open(Golden.File("vision/dinov2_reg/model.safetensors"));
        Safetensors.Write(_folder["model.safetensors"], source.Tensors.Where(t => !Enumerable.Range(depth, 4).Any(b => t.Name.Contains($"layer.{b}."))));
        string config = File.ReadAllText(Golden.File("vision/dinov2_reg/config.json"));
        string shorter = config.Replace("\"num_hidden_layers\": 4", $"\"num_hidden_layers\": {depth}");
        Assert.True(depth == 4 || shorter != config);
        File.WriteAllText(_folder["config.json"], shorter);
        return _folder.Path;
    }

    [Fact]
    public void Rows_are_the_mean_of_the_blocks_from_start_on()
    {
        using Trace trace = _model.Forward(Pixels(2));
        Tensor blocks = LeGrad.Blocks(trace, [1, 2, 3]), rows = LeGrad.Rows(trace, [1, 2, 3], start: 2);
        Assert.Equal([4, 3, 2, 19], blocks.Shape);
        Assert.Equal([3, 2, 19], rows.Shape);
        for (int i = 0; i < rows.Length; i++) Assert.Equal((blocks.Span[2 * rows.Length + i] + blocks.Span[3 * rows.Length + i]) / 2, rows.Span[i]);
        Assert.All(rows.ToArray(), v => Assert.True(v >= 0));
    }

    [Fact]
    public void Chunks_threads_and_blocks_computed_again_give_the_same_bits() =>
        SameBits.However(keep => _model.Forward(Pixels(2), keep), (trace, options) => All(trace, [0, 3, 5], options));

    [Fact]
    public void Classes_and_images_together_equal_them_one_by_one()
    {
        Tensor pixels = Pixels(2);
        using Trace together = _model.Forward(pixels);
        float[] all = All(together, [6, 1]);
        for (int b = 0; b < 2; b++)
        {
            using Trace alone = _model.Forward(new Tensor([1, 3, 42, 70], pixels.Span.Slice(b * pixels.Length / 2, pixels.Length / 2)));
            for (int t = 0; t < 2; t++)
            {
                float[] one = All(alone, [t == 0 ? 6 : 1]);
                for (int form = 0; form < 3; form++) Assert.Equal(one.AsSpan(form * 19, 19), all.AsSpan(((form * 2 + t) * 2 + b) * 19, 19));
            }
        }
    }

    [Fact]
    public void Memory_stays_flat()
    {
        Arena arena = new();
        long steady = 0;
        for (int i = 0; i < 40; i++)
        {
            using Trace trace = _model.Forward(Pixels(1), Keep.All, arena);
            LeGrad.Rows(trace, [i % 10, 3]);
            if (i == 5) steady = arena.Bytes;
        }
        Assert.Equal(steady, arena.Bytes);
    }

    [Fact]
    public void Wrong_requests_name_what_is_possible()
    {
        using Trace trace = _model.Forward(Pixels(1));
        Assert.Contains("blocks 0 to 3", Assert.Throws<ArgumentOutOfRangeException>(() => LeGrad.Rows(trace, [1], start: 4)).Message);
        Assert.Contains("classes 0 to 9", Assert.Throws<ArgumentOutOfRangeException>(() => LeGrad.Rows(trace, [10])).Message);
        Assert.Throws<OperationCanceledException>(() => LeGrad.Rows(trace, [1], options: new SweepOptions { Stop = new CancellationToken(canceled: true) }));
        using VisionTransformer dino = VisionModels.Open(Golden.File("vision/dino"));
        using Trace headless = dino.Forward(new Tensor(1, 3, 32, 32));
        Assert.Contains("no classifier", Assert.Throws<TranslucentException>(() => LeGrad.Rows(headless, [0])).Message);
    }
}
