using System.Text.Json;
using Translucent.Evaluate.DataSets;
using Translucent.Images;
using Translucent.Pictures;
using Translucent.Tensors;

namespace Translucent.Tests.Models;

/// <summary>
/// Scenes of Shapes that the shipped models were not trained on, and what is compared with what other programs made of them: those under samples/shapes, or
/// those
/// in the folder that TRANSLUCENT_SHAPES_HELD_OUT names.
/// </summary>
static class HeldOutShapes
{
    static readonly string s_folder = Environment.GetEnvironmentVariable("TRANSLUCENT_SHAPES_HELD_OUT") is { Length: > 0 } folder ? folder
        : Samples.File("shapes");

    public static CocoInstances Truth { get; } = CocoInstances.Read(Path.Combine(s_folder, "instances.json"));

    public static ILookup<long, (string Question, string Answer)> Questions { get; } = File.ReadLines(Path.Combine(s_folder, "questions.jsonl")).Select(line =>
    {
        using JsonDocument json = JsonDocument.Parse(line);
        JsonElement q = json.RootElement;
        return (Scene: q.GetProperty("scene").GetInt64(), Question: q.GetProperty("question").GetString()!, Answer: q.GetProperty("answer").GetString()!);
    }).ToLookup(q => q.Scene, q => (q.Question, q.Answer));

    public static Image Picture(CocoImage image) => ImageFile.Read(Path.Combine(s_folder, "images", image.FileName));

    /// <summary>Holds a tensor to one that was computed in float64, as a share of its largest value.</summary>
    public static void Near(Tensor expected, Tensor found)
    {
        Assert.Equal(expected.Length, found.Length);
        double largest = expected.Span.ToArray().Max(Math.Abs);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected.Span[i], found.Span[i], 2e-5 * largest); // 30 layers of float32
    }
}
