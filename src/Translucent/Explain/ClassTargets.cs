// Class scores as what is explained: one class, or one class against another.

using System.Collections;
using System.Runtime.CompilerServices;
using Translucent.Autodiff;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>Which number of a class is explained.</summary>
public enum ClassScalar
{
    /// <summary>Its score before softmax; what the public code of most methods differentiates.</summary>
    Logit,

    /// <summary>Its probability: softmax, or sigmoid where labels are independent; the value itself of a regression. Not proportional to the logit: maps
    /// differ, and vanish for a very sure model.</summary>
    Probability,
}

/// <summary>How a class is held against another.</summary>
public enum ClassComparison
{
    /// <summary>z − z′.</summary>
    Difference,

    /// <summary>z / z′. Its derivatives grow without bound where z′ is near zero; those of (z − z′)/z′ are the same.</summary>
    Ratio,
}

/// <summary>The number of one class, or, to ask "why this rather than that?", that of two classes compared.</summary>
/// <param name="Class">Index of the class, from 0.</param>
/// <param name="Against">Index of the class that it is held against; null for none.</param>
/// <param name="Comparison">How.</param>
public readonly record struct ClassTarget(int Class, int? Against = null, ClassComparison Comparison = ClassComparison.Difference)
{
    /// <summary>A class by itself.</summary>
    public static implicit operator ClassTarget(int index) => new(index);
}

/// <summary>Class scores, the same for every item; explained by the row of the token from which scores are read, or by the mean row of those that are
/// averaged.</summary>
/// <remarks>Where every target is a class by itself, its indices are enough: <c>Gae.Rows(trace, [281, 207])</c>.</remarks>
/// <param name="targets">The classes, or pairs of classes.</param>
/// <param name="scalar">Logit or probability.</param>
[CollectionBuilder(typeof(ClassTargets), nameof(Of))]
public sealed class ClassTargets(IReadOnlyList<ClassTarget> targets, ClassScalar scalar = ClassScalar.Logit) : Targets, IReadOnlyList<ClassTarget>
{
    /// <summary>Classes by themselves.</summary>
    /// <param name="classes">Class indices, from 0.</param>
    /// <param name="scalar">Logit or probability.</param>
    public ClassTargets(IEnumerable<int> classes, ClassScalar scalar = ClassScalar.Logit) : this([.. classes.Select(c => new ClassTarget(c))], scalar)
    {
    }

    /// <summary>Logits of classes.</summary>
    /// <param name="targets">Classes, by index from 0, or differences of two.</param>
    public static ClassTargets Of(ReadOnlySpan<ClassTarget> targets) => new(targets.ToArray());

    /// <summary>Logits of classes by themselves.</summary>
    public static implicit operator ClassTargets(int[] classes) => new(classes);

    /// <summary>Logit or probability.</summary>
    public ClassScalar Scalar => scalar;

    /// <inheritdoc/>
    public override int Count => targets.Count;

    /// <inheritdoc/>
    public ClassTarget this[int index] => targets[index];

    /// <inheritdoc/>
    public IEnumerator<ClassTarget> GetEnumerator() => targets.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal override BoundTargets Bind(Trace trace)
    {
        Readout readout = trace.Scored;
        foreach (int c in targets.SelectMany(t => t.Against is { } other ? (int[])[t.Class, other] : [t.Class]))
            if (c < 0 || c >= readout.Classes)
                throw new ArgumentOutOfRangeException(nameof(targets), $"class {c}: the model has classes 0 to {readout.Classes - 1}.");
        Var scores = readout.Scores;
        return new BoundTargets(trace, Count, scores, (first, count) => Seed(scores.Value, readout.Meaning, trace.Tape.Arena, first, count), readout.Stream,
            (_, item) => readout.Tokens[item])
        {
            Several = readout.Averaged is { } averaged ? (_, _) => averaged : null,
            Through = readout.Pooling,
            Value = (t, item) => Number(scores.Value.Row(item), readout.Meaning, targets[t]),
        };
    }

    double Number(ReadOnlySpan<float> logits, ScoreMeaning meaning, ClassTarget target)
    {
        float[] z = logits.ToArray();
        if (scalar == ClassScalar.Probability) meaning.Apply(z);
        double own = z[target.Class];
        return target.Against is not { } other ? own : target.Comparison == ClassComparison.Difference ? own - z[other] : own / z[other];
    }

    /// <summary>As <see cref="Bind"/>, for methods that hand the logit itself down, not its derivative.</summary>
    /// <exception cref="ArgumentException">The targets are probabilities, or ratios.</exception>
    internal BoundTargets BindLogits(Trace trace)
    {
        if (scalar != ClassScalar.Logit)
            throw new ArgumentException("targets: probabilities; this method hands logits down, so give it logits.", nameof(targets));
        if (targets.Any(t => t is { Against: not null, Comparison: ClassComparison.Ratio }))
            throw new ArgumentException("targets: a ratio of classes; this method hands logits down, so give it classes or their differences.",
                nameof(targets));
        return Bind(trace);
    }

    /// <summary>The derivatives of targets first .. first + count with respect to some scores [B, Classes].</summary>
    internal Cotangent Seed(Tensor scores, ScoreMeaning meaning, Arena arena, int first, int count)
    {
        int items = scores.Rows;
        Tensor seed = arena.RentZeroed(count, items, scores.Width);
        float[] values = new float[scores.Width];
        for (int b = 0; b < items; b++)
        {
            scores.Row(b).CopyTo(values);
            if (scalar == ClassScalar.Probability) meaning.Apply(values);
            for (int t = 0; t < count; t++) Slope(targets[first + t], values, seed.Row(t * items + b), meaning);
        }
        return new Cotangent(seed);
    }

    /// <summary>The derivative of a target, a function of the numbers <paramref name="values"/> of the classes, with respect to the logits.</summary>
    internal void Slope(ClassTarget target, ReadOnlySpan<float> values, Span<float> slope, ScoreMeaning meaning = ScoreMeaning.OneOf)
    {
        if (target.Against is not { } other) Add(target.Class, 1, values, slope, meaning);
        else if (target.Comparison == ClassComparison.Difference)
        {
            Add(target.Class, 1, values, slope, meaning);
            Add(other, -1, values, slope, meaning);
        }
        else
        {
            Add(target.Class, 1 / values[other], values, slope, meaning);
            Add(other, -values[target.Class] / (values[other] * values[other]), values, slope, meaning);
        }
    }

    /// <summary>Adds f·δ_c, or for probabilities f·∂p_c/∂z: of softmax f·p_c (δ_c − p), of sigmoids f·p_c (1 − p_c) δ_c.</summary>
    void Add(int c, float factor, ReadOnlySpan<float> p, Span<float> slope, ScoreMeaning meaning)
    {
        if (scalar == ClassScalar.Logit) slope[c] += factor;
        else
            for (int i = 0; i < p.Length; i++) slope[i] += factor * meaning.Slope(p, c, i);
    }
}
