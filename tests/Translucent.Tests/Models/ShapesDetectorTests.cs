using Translucent.Autodiff;
using Translucent.Checkpoints;
using Translucent.Evaluate.DataSets;
using Translucent.Evaluate.Metrics;
using Translucent.Models;
using Translucent.Pictures;

namespace Translucent.Tests.Models;

/// <summary>The small DETR that is shipped computes what PyTorch computed from the same file, and finds what its card promises.</summary>
public sealed class ShapesDetectorTests : IDisposable
{
    readonly Detr _detector = Detr.Open(Samples.Model("shapes-detr"));

    public void Dispose() => _detector.Dispose();

    [Theory, InlineData(0, 5), InlineData(1, 6)]
    public void Scores_boxes_and_states_are_those_of_the_golden_file(int at, int scene)
    {
        using Safetensors golden = Safetensors.Open(Golden.File("trained/shapes/detr.safetensors"));
        using Trace trace = _detector.Forward(ImageFile.Read(Samples.File($"shapes/images/{scene:d6}.png")));
        HeldOutShapes.Near(golden["logits"].ToTensor()[at], trace.Objects!.Scores);
        HeldOutShapes.Near(golden["boxes"].ToTensor()[at], trace.Objects.Boxes);
        HeldOutShapes.Near(golden["states"].ToTensor()[at], trace.Tape["decoder"].Value);
    }

    [Fact]
    public void Objects_are_found()
    {
        List<CocoDetection> found = [];
        foreach (CocoImage image in HeldOutShapes.Truth.Images)
        {
            using Trace trace = _detector.Forward(HeldOutShapes.Picture(image), Keep.Boundaries);
            foreach (Detection d in trace.Objects!.All())
            {
                (double left, double top, double right, double bottom) = d.Box.On(image.Width, image.Height);
                int category = HeldOutShapes.Truth.Categories.Single(c => c.Name == d.Label).Id;
                found.Add(new CocoDetection(image.Id, category, d.Score, (left, top, right - left, bottom - top)));
            }
        }
        CocoEvaluation e = CocoEvaluation.Of(HeldOutShapes.Truth, found, CocoRegion.Box);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{HeldOutShapes.Truth.Images.Count} scenes: AP50 {e.AveragePrecision(threshold: 0.5):f4}, AP75 {e.AveragePrecision(threshold: 0.75):f4}, AP "
                + $"{e.AveragePrecision():f4}");
        Assert.InRange(e.AveragePrecision(threshold: 0.5), 0.85, 1);
    }
}
