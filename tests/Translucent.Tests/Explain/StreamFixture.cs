using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Tests.Explain;

/// <summary>The small detector and the small model that answers questions, whose goldens are in the repository, with inputs of their own.</summary>
sealed class StreamFixture : IDisposable
{
    public Detr Detector { get; } = Detr.Open(Golden.File("multimodal/detr"));

    public Lxmert Answering { get; } = Lxmert.Open(Golden.File("multimodal/lxmert"));

    /// <summary>A random image, prepared.</summary>
    public static Tensor Image(int seed, int height = 64, int width = 80)
    {
        Random random = new(seed);
        Tensor pixels = new(3, height, width);
        foreach (ref float v in pixels.Span) v = (float)(4 * random.NextDouble() - 2);
        return pixels;
    }

    /// <summary>A random question of some tokens about some regions.</summary>
    public Question Question(int seed, int tokens = 6, int regions = 5)
    {
        Random random = new(seed);
        Tensor features = new(regions, Answering.Config.Features), boxes = new(regions, 4);
        foreach (ref float v in features.Span) v = (float)(2 * random.NextDouble());
        foreach (ref float v in boxes.Span) v = (float)random.NextDouble();
        return new Question([.. Enumerable.Range(0, tokens).Select(_ => random.Next(Answering.Config.Vocabulary))], features, boxes);
    }

    /// <summary>Three images or three questions at once, or one of them.</summary>
    public Trace Forward(string model, params int[] seeds) => model == "detr"
        ? Detector.Forward([.. seeds.Select(s => Image(s))]) : Answering.Forward([.. seeds.Select(s => Question(s))]);

    /// <summary>Two targets that every method can take: classes in two slots, or two answers.</summary>
    public static Targets Targets(string model) => model == "detr"
        ? new DetectionTargets([new DetectionTarget(1, 3), new DetectionTarget(5, 0)]) : new ClassTargets([2, 6]);

    /// <summary>One of them.</summary>
    public static Targets Target(string model, int index) => model == "detr"
        ? new DetectionTargets([((DetectionTargets)Targets(model)).All[index]]) : new ClassTargets([((ClassTargets)Targets(model))[index].Class]);

    /// <summary>Every method with every model that it fits.</summary>
    public static TheoryData<string, string> Pairs
    {
        get
        {
            using StreamFixture fixture = new();
            TheoryData<string, string> pairs = [];
            foreach (string model in (string[])["detr", "lxmert"])
            {
                using Trace trace = fixture.Forward(model, 1);
                foreach (StreamMethod method in StreamMethods.All.Where(m => m.Fits(trace, Targets(model)) is null)) pairs.Add(model, method.Name);
            }
            return pairs;
        }
    }

    public void Dispose()
    {
        Detector.Dispose();
        Answering.Dispose();
    }
}
