using Translucent.Autodiff;
using Translucent.Checkpoints;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Images;
using Translucent.Models;
using Translucent.Tensors;
using Translucent.Tests.Explain;

namespace Translucent.Tests.Models;

/// <summary>The detector beyond its goldens: batches of several sizes, what a sweep to the pixels gives, sizes of images.</summary>
public sealed class DetrTests : IDisposable
{
    readonly Detr _model = Detr.Open(Golden.File("multimodal/detr"));

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData("original")]
    [InlineData("Hugging Face ResNet")]
    public void Other_names_give_the_same_bits(string layout)
    {
        using TempFolder folder = new();
        string source = Golden.File("multimodal/detr");
        using (Safetensors file = Safetensors.Open(Path.Combine(source, "model.safetensors")))
        {
            StoredTensor[] renamed = layout == "original" ? OtherLayouts.Detr(file.Tensors) : OtherLayouts.HuggingFaceResNet(file.Tensors);
            Directory.CreateDirectory(folder["m"]);
            SafetensorsWriter.Write(folder["m/model.safetensors"], renamed, metadata: null, new WriteOptions());
        }
        if (layout == "original") File.WriteAllText(folder["m/config.json"], """{"encoder_attention_heads":4,"decoder_attention_heads":4}""");
        else File.Copy(Path.Combine(source, "config.json"), folder["m/config.json"]);
        using Model other = Pretrained.Open(folder["m"]);
        using Trace theirs = ((Detr)other).Forward([StreamFixture.Image(9)]), ours = _model.Forward([StreamFixture.Image(9)]);
        Assert.Equal(ours.Objects!.Scores.ToArray(), theirs.Objects!.Scores.ToArray());
        Assert.Equal(ours.Objects.Boxes.ToArray(), theirs.Objects.Boxes.ToArray());
    }

    [Theory]
    [InlineData("conv2.weight", "conv2.weight")]
    [InlineData("encoder.layers.1.fc1.bias", "fc1.bias")]
    [InlineData("layer3.0.conv1.weight", "layer3.0")]
    public void A_checkpoint_without_a_tensor_is_refused_by_its_name(string end, string named)
    {
        using TempFolder folder = new();
        string source = Golden.File("multimodal/detr");
        using (Safetensors file = Safetensors.Open(Path.Combine(source, "model.safetensors")))
        {
            StoredTensor lost = file.Tensors.First(t => t.Name.EndsWith(end, StringComparison.Ordinal));
            Directory.CreateDirectory(folder["m"]);
            SafetensorsWriter.Write(folder["m/model.safetensors"], file.Tensors.Where(t => t != lost), metadata: null, new WriteOptions());
        }
        File.Copy(Path.Combine(source, "config.json"), folder["m/config.json"]);
        Assert.Contains(named, Assert.Throws<TranslucentException>(() => Detr.Open(folder["m"])).Message, StringComparison.Ordinal);
    }

    /// <summary>An image on a larger canvas is what it is alone on that canvas, whatever else is in the batch; filling is never seen.</summary>
    [Fact]
    public void Images_of_different_sizes_run_in_one_batch()
    {
        Tensor small = StreamFixture.Image(1, 64, 80), large = StreamFixture.Image(2, 96, 100);
        using Trace both = _model.Forward([small, large]);
        using Trace alone = _model.Forward(PaddedImages.Of([small, new Tensor(3, 96, 100)]) is var canvas
            ? new PaddedImages(new Tensor([1, 3, 96, 100], canvas.Pixels[0].Span), [(64, 80)]) : null!);
        Assert.Equal(alone.Objects!.Scores.ToArray(), both.Objects!.Scores[0].ToArray(), (a, b) => Math.Abs(a - b) < 1e-5);
        using Trace whole = _model.Forward([large]);
        Assert.Equal(whole.Objects!.Boxes.ToArray(), both.Objects!.Boxes[1].ToArray(), (a, b) => Math.Abs(a - b) < 1e-5);
        Tensor image = StreamMethods.Named("absolute").Explain(both, StreamFixture.Targets("detr"))["image"];
        Assert.Equal((3, 4), (both.Grid.Rows, both.Grid.Columns));
        for (int cell = 0; cell < 12; cell++) // rows 0 and 1, columns 0 to 2 are real in the small image
            Assert.Equal(cell / 4 < 2 && cell % 4 < 4 * 80 / 100 + 1, image[0, 0].Span[cell] > 0 || image[1, 0].Span[cell] > 0);
    }

    [Fact]
    public void The_derivative_of_a_logit_with_respect_to_the_pixels_is_numerical()
    {
        Tensor image = StreamFixture.Image(3), direction = StreamFixture.Image(4);
        Tensor? slope = null;
        using (Trace trace = _model.Forward([image]))
        {
            BoundTargets target = new DetectionTargets([new DetectionTarget(2, 1)]).Bind(trace);
            trace.Tape.Sweep(target.From, target.Seed(0, 1), new Watch().Value("pixels", g => slope = new Tensor(g.Values.Shape, g.Values.Span)));
        }
        double exact = 0;
        for (int i = 0; i < direction.Length; i++) exact += (double)slope!.Span[i] * direction.Span[i];
        double At(double h)
        {
            Tensor moved = new(image.Shape, image.Span);
            for (int i = 0; i < moved.Length; i++) moved.Span[i] += (float)(h * direction.Span[i]);
            using Trace trace = _model.Forward([moved]);
            return trace.Objects!.Scores.Row(2)[1];
        }
        const double Step = 1e-4; // small enough to cross few corners of max(0, ·)
        Assert.Equal((At(Step) - At(-Step)) / (2 * Step), exact, 2e-2 * Math.Max(0.1, Math.Abs(exact)));
    }

    [Theory]
    [InlineData(640, 480, 1066, 800)]
    [InlineData(480, 640, 800, 1066)]
    [InlineData(2000, 500, 1333, 333)]
    [InlineData(500, 2000, 333, 1333)]
    [InlineData(800, 900, 800, 900)]
    [InlineData(1333, 600, 1333, 600)]
    public void Sizes_are_those_of_the_image_processor(int width, int height, int toWidth, int toHeight) =>
        Assert.Equal((toWidth, toHeight), PreprocessorFamilies.Detr.Resize!.Value.For(width, height));

    [Fact]
    public void Detections_are_named_scored_and_placed()
    {
        using Trace trace = _model.Forward([StreamFixture.Image(5)]);
        IReadOnlyList<Detection> all = trace.Objects!.All(), found = trace.Objects.Found(0.3);
        Assert.Equal(7, all.Count);
        Assert.All(all, d => Assert.InRange(d.Box.Width, 0f, 1f));
        Assert.Equal(all.Where(d => d.Score > 0.3).Select(d => d.Query).OrderByDescending(q => all[q].Score), found.Select(d => d.Query));
        Assert.All(all, d => Assert.Equal($"class_{d.Class}", d.Label));
        Assert.Throws<ArgumentOutOfRangeException>(() => trace.Objects.All(1));
        Assert.Throws<TranslucentException>(() => _model.Forward([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => StreamMethods.Named("positive").Explain(trace, new DetectionTargets([new DetectionTarget(7, 0)])));
        Assert.Throws<ArgumentOutOfRangeException>(() => StreamMethods.Named("positive").Explain(trace, new DetectionTargets([new DetectionTarget(0, 6)])));
    }
}
