// A number that others have published about a checkpoint, with how it is computed here (docs/verify.md).

using Translucent.Files;
using Translucent.Tensors;

namespace Translucent.Verify;

/// <summary>Published numbers of one output of one model on one input.</summary>
sealed class PublishedFact
{
    readonly Func<PublishedRun, Tensor> _compute;

    /// <param name="model">org/name.</param>
    /// <param name="name">The output, as in "logits"; a model has each once for an input.</param>
    /// <param name="input">What the model reads.</param>
    /// <param name="shape">Of the whole output.</param>
    /// <param name="corner">Shape of the published numbers: the first ones along the last axes, of the first item.</param>
    /// <param name="expected">The published numbers.</param>
    /// <param name="absolute">How far one may be off.</param>
    /// <param name="relative">Beside that, as a share of the number.</param>
    /// <param name="source">Where they stand.</param>
    /// <param name="compute">The whole output.</param>
    internal PublishedFact(
        string model, string name, PublishedInput input, int[] shape, int[] corner, double[] expected, double absolute, double relative, string source,
        Func<PublishedRun, Tensor> compute)
    {
        (Model, Name, Input, Shape, Corner) = (model, name, input, shape, corner);
        (Expected, Absolute, Relative, Source, _compute) = (expected, absolute, relative, source, compute);
        if (corner.Aggregate(1, (a, b) => a * b) != expected.Length || corner.Length > shape.Length)
            throw new ArgumentException($"{model}, {name}: {expected.Length} numbers, expected [{string.Join(", ", corner)}].");
    }

    /// <summary>The model, org/name.</summary>
    public string Model { get; }

    /// <summary>The output.</summary>
    public string Name { get; }

    /// <summary>What the model reads, in words.</summary>
    public string InputName => Input.Words;

    /// <summary>Whether that is the picture that the user has to bring.</summary>
    public bool NeedsPicture => Input.NeedsPicture;

    /// <summary>The published numbers.</summary>
    public IReadOnlyList<double> Expected { get; }

    /// <summary>How far a number may be off, beside <see cref="Relative"/> of it.</summary>
    public double Absolute { get; }

    /// <summary>The share of a number by which it may be off.</summary>
    public double Relative { get; }

    /// <summary>Where the numbers were published.</summary>
    public string Source { get; }

    /// <summary>Which part of the output they are, as in "logits[0, :3]".</summary>
    public string Part
    {
        get
        {
            int items = Shape.Length - Corner.Length;
            return $"{Name}[{string.Join(", ", Enumerable.Repeat("0", items).Concat(Corner.Select((n, i) => n == Shape[items + i] ? ":" : $":{n}")))}]";
        }
    }

    internal PublishedInput Input { get; }

    internal int[] Shape { get; }

    internal int[] Corner { get; }

    /// <summary>Computes and compares. Difference and tolerance are those of the number that is furthest off for what it may be.</summary>
    internal GoldenResult Compare(PublishedRun run)
    {
        double scale = Expected.Max(Math.Abs);
        try
        {
            Tensor found = _compute(run);
            if (!found.Shape.SequenceEqual(Shape))
                throw new TranslucentException($"is [{string.Join(", ", Shape)}] in {Model}, found {found}; the model is another one");
            (double difference, double allowed) = (0, Absolute);
            for (int i = 0; i < Expected.Count; i++)
            {
                float value = found.Span[Index(i)];
                if (!float.IsFinite(value)) throw new TranslucentException($"found {value}, expected {Expected[i]}");
                double off = Math.Abs(value - Expected[i]), may = Absolute + Relative * Math.Abs(Expected[i]);
                if (off * allowed > difference * may) (difference, allowed) = (off, may);
            }
            GoldenVerdict verdict = difference <= allowed ? GoldenVerdict.Pass : GoldenVerdict.Off;
            return new GoldenResult(Part, Shape, verdict, difference, difference / scale, allowed / scale);
        }
        catch (TranslucentException e)
        {
            return new GoldenResult(Part, Shape, GoldenVerdict.Failed, double.NaN, double.NaN, Absolute / scale, e.Message);
        }
    }

    /// <summary>Where published number i lies in the whole output.</summary>
    int Index(int i)
    {
        int index = 0, step = 1;
        for (int axis = Corner.Length - 1; axis >= 0; axis--)
        {
            index += i % Corner[axis] * step;
            i /= Corner[axis];
            step *= Shape[Shape.Length - Corner.Length + axis];
        }
        return index;
    }
}
