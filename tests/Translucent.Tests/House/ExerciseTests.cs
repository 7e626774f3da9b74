using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Checkpoints;
using Translucent.Explain;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Tests.House;

/// <summary>The exercise of CONTRIBUTING.md: a method in one file and one line of the table explains images and texts.</summary>
public class ExerciseTests
{
    [Fact]
    public void The_page_shows_the_code_that_runs()
    {
        string[] blocks = [.. new Markdown("CONTRIBUTING.md").Blocks.Where(b => b.Language == "csharp").Select(b => b.Text)];
        Assert.Equal(2, blocks.Length);
        Assert.Equal(Between("// exercise", "// end of exercise"), blocks[0]);
        Assert.Equal(Between("// line", "// end of line"), blocks[1]);
    }

    [Fact]
    public void It_explains_an_image()
    {
        using VisionTransformer model = VisionModels.Open(Golden.File("vision/vit"));
        Tensor pixels = new(2, 3, 40, 32);
        Random random = new(5);
        foreach (ref float v in pixels.Span) v = (float)(4 * random.NextDouble() - 2);
        using Trace trace = model.Forward(pixels);
        ClassMaps found = ExerciseTable.Method.Explain(trace, [1, 2]);
        Assert.Equal([2, 2, trace.Grid.Rows, trace.Grid.Columns], found.Maps.Shape);
        Check(trace, found, [1, 2]);
    }

    [Fact]
    public void It_explains_a_text()
    {
        using Safetensors input = Safetensors.Open(Golden.File("language/clip_text/input.safetensors"));
        using ClipText tower = ClipText.Open(Golden.File("language/clip_text")), model = tower.WithImages(input["image_embeds"].ToTensor().Reshape(1, 32));
        using Trace trace = model.Forward([[.. input["input_ids"].ToInt64s().Select(id => (int)id)]]);
        ClassMaps found = ExerciseTable.Method.Explain(trace, [0]);
        Assert.Equal([1, 1, 1, trace.Tokens], found.Maps.Shape);
        Check(trace, found, [0]);
    }

    /// <summary>Against A and G of the last attention, recorded whole.</summary>
    static void Check(Trace trace, ClassMaps found, ClassTargets targets)
    {
        AttentionStep last = trace.Steps[^1];
        AttentionRecorder recorder = new();
        BoundTargets bound = targets.Bind(trace);
        trace.Tape.Sweep(bound.From, bound.Seed(0, targets.Count), new Watch().Attention(last.Site, recorder));
        for (int b = 0; b < trace.Batch; b++)
        {
            Tensor a = new(0);
            trace.Tape.WithAttention(last.Site, call => a = Attention.Probabilities(call, b)); // [H, N, N]
            for (int t = 0; t < targets.Count; t++)
            {
                int token = bound.Token(t, b);
                for (int key = 0; key < trace.Tokens; key++)
                {
                    double mean = Enumerable.Range(0, last.Heads).Average(h =>
                        Math.Abs((double)recorder.Gradient![t, b, h, token, key].Span[0] * a[h, token, key].Span[0]));
                    Assert.Equal(mean, found.Tokens![t, b, key].Span[0], 1e-5 * Math.Max(mean, 1e-3));
                }
            }
        }
        Assert.True(found.Tokens!.Span.ContainsAnyExcept(0f));
    }

    static string Between(string first, string end)
    {
        string[] lines = Repository.Text("tests/Translucent.Tests/House/ExerciseMethod.cs").Split('\n');
        int start = Array.FindIndex(lines, l => l.Trim() == first);
        string indent = lines[start][..lines[start].IndexOf('/')];
        string[] between = lines[(start + 1)..Array.FindIndex(lines, l => l.Trim() == end)];
        return string.Concat(between.Select(l => (l.StartsWith(indent, StringComparison.Ordinal) ? l[indent.Length..] : l) + "\n"));
    }
}
