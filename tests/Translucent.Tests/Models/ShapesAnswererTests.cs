using Translucent.Autodiff;
using Translucent.Checkpoints;
using Translucent.Evaluate.DataSets;
using Translucent.Models;
using Translucent.Tensors;
using Translucent.Text;

namespace Translucent.Tests.Models;

/// <summary>The small LXMERT that is shipped computes what PyTorch computed from the same file, and answers as its card promises.</summary>
public sealed class ShapesAnswererTests : IDisposable
{
    readonly Detr _detector = Detr.Open(Samples.Model("shapes-detr"));
    readonly Lxmert _answerer = Lxmert.Open(Samples.Model("shapes-lxmert"));
    readonly Tokenizer _tokenizer = Tokenizer.Open(Samples.Model("shapes-lxmert"));

    public void Dispose()
    {
        _detector.Dispose();
        _answerer.Dispose();
    }

    [Theory, InlineData(0), InlineData(1)]
    public void Tokens_and_answers_are_those_of_the_golden_file(int question)
    {
        using Safetensors golden = Safetensors.Open(Golden.File("trained/shapes/lxmert.safetensors"));
        int[] ids = [.. golden[$"{question}.ids"].ToInt64s().Select(n => (int)n)];
        Assert.Equal(ids, _tokenizer.Encode(golden.Metadata[$"{question}.question"]).Ids);
        using Trace trace = _answerer.Forward([new Question(ids, golden[$"{question}.features"].ToTensor(), golden[$"{question}.boxes"].ToTensor())]);
        HeldOutShapes.Near(golden[$"{question}.logits"].ToTensor(), trace.Logits);
    }

    [Fact]
    public void Questions_about_pictures_are_answered()
    {
        (int right, int asked) = (0, 0);
        foreach (CocoImage image in HeldOutShapes.Truth.Images)
        {
            using Trace seen = _detector.Forward(HeldOutShapes.Picture(image), Keep.Boundaries);
            (Tensor features, Tensor boxes) = Regions(seen);
            foreach ((string text, string expected) in HeldOutShapes.Questions[image.Id])
            {
                using Trace trace = _answerer.Forward([new Question([.. _tokenizer.Encode(text).Ids], features, boxes)], Keep.Boundaries);
                asked++;
                if (trace.Top()[0].Label == expected) right++;
            }
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{right} of {asked} questions");
        Assert.InRange((double)right / asked, 0.8, 1);
    }

    /// <summary>The decoder's states of detections above 0.5, or of the best one, and the edges of their boxes.</summary>
    static (Tensor Features, Tensor Boxes) Regions(Trace seen)
    {
        IReadOnlyList<Detection> all = seen.Objects!.All();
        Detection[] kept = [.. all.Where(d => d.Score > 0.5).DefaultIfEmpty(all.MaxBy(d => d.Score)!)];
        Tensor states = seen.Tape["decoder"].Value, features = new(kept.Length, states.Width), boxes = new(kept.Length, 4);
        for (int i = 0; i < kept.Length; i++)
        {
            states.Row(kept[i].Query).CopyTo(features.Row(i));
            (double left, double top, double right, double bottom) = kept[i].Box.On(1, 1);
            double[] edges = [left, top, right, bottom];
            for (int e = 0; e < 4; e++) boxes.Row(i)[e] = (float)Math.Clamp(edges[e], 0, 1);
        }
        return (features, boxes);
    }
}
