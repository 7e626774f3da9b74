// A number that others have published about a checkpoint, with how it is computed here (docs/verify.md).

using System.Security.Cryptography;
using System.Text;
using Translucent.Files;
using Translucent.Tensors;

namespace Translucent.Verify;

/// <summary>Published numbers of one output of one model on one input.</summary>
sealed class PublishedFact
{
    readonly Func<PublishedRun, Tensor> _compute;
    readonly string? _text;
    readonly Func<PublishedRun, string>? _say;

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

    PublishedFact(string model, string name, string text, string source, Func<PublishedRun, string> say)
        : this(model, name, new PublishedInput("texts", false, _ => throw new InvalidOperationException()), [text.Length], [text.Length],
            [.. text.Select(c => (double)c)], 0, 0, source, _ => throw new InvalidOperationException()) => (_text, _say) = (text, say);

    /// <summary>A text that a model says.</summary>
    /// <param name="model">org/name.</param>
    /// <param name="name">Which text.</param>
    /// <param name="text">The published text, or sha256: and the hash of it.</param>
    /// <param name="source">Where it stands.</param>
    /// <param name="say">What the model says.</param>
    internal static PublishedFact OfText(string model, string name, string text, string source, Func<PublishedRun, string> say) =>
        new(model, name, text, source, say);

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
            if (_say is not null) return Name;
            if (From is not null) return $"{Name}[0, {string.Join(", ", Corner.Select((n, i) => $"{From[i]}:{From[i] + n}"))}]";
            return $"{Name}[{string.Join(", ", Enumerable.Repeat("0", items).Concat(Corner.Select((n, i) => n == Shape[items + i] ? ":" : $":{n}")))}]";
        }
    }

    internal PublishedInput Input { get; }

    /// <summary>Where the published numbers begin along the last axes; at the first when null.</summary>
    internal int[]? From { get; init; }

    internal int[] Shape { get; }

    internal int[] Corner { get; }

    /// <summary>Computes and compares. Difference and tolerance are those of the number that is furthest off for what it may be.</summary>
    internal GoldenResult Compare(PublishedRun run)
    {
        double scale = Expected.Max(Math.Abs);
        if (scale == 0) scale = 1;
        try
        {
            if (_say is not null) return Said(_say(run));
            Tensor found = _compute(run);
            if (!found.Shape.SequenceEqual(Shape))
                throw new TranslucentException($"is [{string.Join(", ", Shape)}] in {Model}, found {found}; the model is another one");
            (double difference, double allowed, double worst) = (0, Absolute, 0);
            for (int i = 0; i < Expected.Count; i++)
            {
                float value = found.Span[Index(i)];
                if (!float.IsFinite(value)) throw new TranslucentException($"found {value}, expected {Expected[i]}");
                double off = Math.Abs(value - Expected[i]), may = Absolute + Relative * Math.Abs(Expected[i]);
                double share = off == 0 ? 0 : off / may; // infinite where a number has to be equal and is not
                if (share > worst) (difference, allowed, worst) = (off, may, share);
            }
            GoldenVerdict verdict = difference <= allowed ? GoldenVerdict.Pass : GoldenVerdict.Off;
            return new GoldenResult(Part, Shape, verdict, difference, difference / scale, allowed / scale);
        }
        catch (TranslucentException e)
        {
            return new GoldenResult(Part, Shape, GoldenVerdict.Failed, double.NaN, double.NaN, Absolute / scale, e.Message);
        }
    }

    /// <summary>A text is the published one or another; there is no nearly.</summary>
    GoldenResult Said(string text)
    {
        const string Hash = "sha256:";
        bool same = _text!.StartsWith(Hash, StringComparison.Ordinal)
            ? Hash + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))) == _text : text == _text;
        int common = text.Zip(_text).TakeWhile(pair => pair.First == pair.Second).Count();
        return same ? new GoldenResult(Name, [text.Length], GoldenVerdict.Pass, 0, 0, 0)
            : new GoldenResult(Name, [text.Length], GoldenVerdict.Off, double.NaN, double.NaN, 0, _text.StartsWith(Hash, StringComparison.Ordinal)
                ? "says another text than the published one"
                : $"says {Describe.Name(text[common..Math.Min(text.Length, common + 40)])} behind {common} characters that are right");
    }

    /// <summary>Where published number i lies in the whole output.</summary>
    int Index(int i)
    {
        int index = 0, step = 1;
        for (int axis = Corner.Length - 1; axis >= 0; axis--)
        {
            index += (i % Corner[axis] + (From is null ? 0 : From[axis])) * step;
            i /= Corner[axis];
            step *= Shape[Shape.Length - Corner.Length + axis];
        }
        return index;
    }
}
