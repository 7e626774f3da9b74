// Goldens of masks of maps over detected objects (docs/multimodal.md).

using Translucent.Explain;
using Translucent.Files;
using Translucent.Segment;
using Translucent.Tensors;

namespace Translucent.Verify;

/// <summary>Levels, Otsu's threshold, masks at the size of the input and of a photograph.</summary>
static class StreamMaskGoldens
{
    const string Method = "t#\\.mask\\.([a-z_]+)";

    public static readonly GoldenEntry[] Entries =
    [
        new($"{Method}\\.bytes", (run, m) => Numbers(OtsuThreshold.Levels(Map(run, m).Span), [run.Trace.Grid.Count])) { WholeNumbers = 1 },
        new($"{Method}\\.otsu", (run, m) => new Tensor([], [OtsuThreshold.Of(OtsuThreshold.Levels(Map(run, m).Span))])),
        new($"{Method}\\.(x1\\.0|x0\\.3|x1\\.0\\.half)", (run, m) => Mask(run, m, null)),
        new($"{Method}\\.(x1\\.0)\\.orig_size", (run, m) => Mask(run, m, Size(run, m))),
    ];

    static Tensor Map(GoldenRun run, GoldenMatch m)
    {
        if (m.Word == "odam") return Odam.Rows(run.Trace, run.StreamTarget(m.Number, DetectionScalar.Probability), options: run.Options);
        string name = m.Word == "gae" ? "gae_public" : m.Word;
        StreamMethod method = StreamMethods.All.FirstOrDefault(one => one.Name == name || one.Aliases.Contains(name))
            ?? throw new TranslucentException($"no method {name}");
        return method.Explain(run.Trace, run.StreamTarget(m.Number), run.Options)["image"];
    }

    static Tensor Mask(GoldenRun run, GoldenMatch m, (int Height, int Width)? photo)
    {
        (int Height, int Width) input = (run.Trace.Pixels.Shape[2], run.Trace.Pixels.Width), size = photo ?? input;
        bool[] mask = MapMask.Of(Map(run, m).Span, run.Trace.Grid.Rows, run.Trace.Grid.Columns, input, photo,
            m.Words[1].StartsWith("x0.3", StringComparison.Ordinal) ? MapMask.PaperFactor : 1, m.Words[1].EndsWith("half", StringComparison.Ordinal)
                ? MaskEdge.Half : MaskEdge.Any);
        return Numbers(Array.ConvertAll(mask, inside => inside ? (byte)1 : (byte)0), [size.Height, size.Width]);
    }

    /// <summary>The size of the photograph, which the golden itself says.</summary>
    static (int Height, int Width) Size(GoldenRun run, GoldenMatch m)
    {
        int[] shape = run.GoldenShape($"t{m.Number}.mask.{m.Word}.x1.0.orig_size");
        return shape is [> 0, > 0] ? (shape[0], shape[1])
            : throw new TranslucentException($"t{m.Number}.mask.{m.Word}.x1.0.orig_size: expected [height, width]");
    }

    static Tensor Numbers(byte[] numbers, int[] shape) => new(shape, Array.ConvertAll(numbers, n => (float)n));
}
