// Detected objects as what is explained: the number of a class, or a side of the box, in one slot of a detector's decoder.

using Translucent.Autodiff;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>Which number of a slot is explained.</summary>
public enum DetectionScalar
{
    /// <summary>The score of a class before softmax; what the public code of GAE differentiates.</summary>
    Logit,

    /// <summary>The softmax probability of a class among all classes and "no object".</summary>
    Probability,

    /// <summary>The box's centre from the left, in shares of the image.</summary>
    CenterX,

    /// <summary>The box's centre from the top.</summary>
    CenterY,

    /// <summary>The box's width.</summary>
    Width,

    /// <summary>The box's height.</summary>
    Height,
}

/// <summary>One slot, and a class in it, or two classes compared; a box's numbers have no class.</summary>
/// <param name="Query">The slot, from 0.</param>
/// <param name="Class">The class, from 0; the last is "no object".</param>
/// <param name="Against">The class that it is held against; null for none.</param>
/// <param name="Comparison">How.</param>
public readonly record struct DetectionTarget(int Query, int Class, int? Against = null, ClassComparison Comparison = ClassComparison.Difference);

/// <summary>Slots of a detector, the same for every item of a batch; each explained by its own row.</summary>
/// <param name="targets">The slots and classes.</param>
/// <param name="scalar">Which number of them.</param>
public sealed class DetectionTargets(IReadOnlyList<DetectionTarget> targets, DetectionScalar scalar = DetectionScalar.Logit) : Targets
{
    const int BoxNumbers = 4;

    /// <summary>Objects that were found, by the class that they were found as.</summary>
    /// <param name="found">The objects.</param>
    /// <param name="scalar">The logit of the class, or its probability.</param>
    public static DetectionTargets Of(IEnumerable<Detection> found, DetectionScalar scalar = DetectionScalar.Logit) =>
        new([.. found.Select(d => new DetectionTarget(d.Query, d.Class))], scalar);

    /// <summary>The slots and classes.</summary>
    public IReadOnlyList<DetectionTarget> All => targets;

    /// <summary>Which number of them.</summary>
    public DetectionScalar Scalar => scalar;

    /// <inheritdoc/>
    public override int Count => targets.Count;

    internal override BoundTargets Bind(Trace trace)
    {
        ObjectReadout objects = trace.Objects
            ?? throw new TranslucentException($"{trace.Model.Family}: finds no objects; explain classes or latent tokens instead.");
        bool ofClass = scalar is DetectionScalar.Logit or DetectionScalar.Probability;
        foreach (DetectionTarget t in targets)
        {
            if (t.Query < 0 || t.Query >= objects.Stream.Length)
                throw new ArgumentOutOfRangeException(nameof(targets), $"query {t.Query}: the model has queries 0 to {objects.Stream.Length - 1}.");
            foreach (int c in ofClass ? t.Against is { } other ? (int[])[t.Class, other] : [t.Class] : [])
                if (c < 0 || c > objects.Classes)
                    throw new ArgumentOutOfRangeException(
                        nameof(targets), $"class {c}: the model has classes 0 to {objects.Classes - 1}, and {objects.Classes} for no object.");
        }
        Var from = ofClass ? objects.ScoresVar : objects.BoxesVar;
        return new BoundTargets(trace, Count, from, (first, count) => Seed(trace, from.Value, ofClass, first, count), objects.Stream,
            (target, _) => targets[target].Query);
    }

    Cotangent Seed(Trace trace, Tensor values, bool ofClass, int first, int count)
    {
        int items = trace.Batch, slots = values.Shape[1];
        Tensor seed = trace.Tape.Arena.RentZeroed(count, items, 1, ofClass ? values.Width : BoxNumbers);
        ClassTargets classes = new((IReadOnlyList<ClassTarget>)[], scalar == DetectionScalar.Probability ? ClassScalar.Probability : ClassScalar.Logit);
        float[] row = new float[values.Width];
        for (int i = 0; i < seed.Rows; i++)
        {
            DetectionTarget t = targets[first + i / items];
            if (!ofClass)
            {
                seed.Row(i)[scalar - DetectionScalar.CenterX] = 1;
                continue;
            }
            values.Row(i % items * slots + t.Query).CopyTo(row);
            if (scalar == DetectionScalar.Probability) Kernels.Softmax(row, 1);
            classes.Slope(new ClassTarget(t.Class, t.Against, t.Comparison), row, seed.Row(i));
        }
        return new Cotangent(seed, [.. Enumerable.Range(first, count).Select(t => targets[t].Query)]);
    }
}
