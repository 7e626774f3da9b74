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

    /// <summary>Its softmax probability. Not proportional to the logit: maps differ, and vanish for a very sure model.</summary>
    Probability,
}

/// <summary>The number of one class, or, to ask "why this rather than that?", the difference of two.</summary>
/// <param name="Class">Index of the class, from 0.</param>
/// <param name="Against">Index of the class whose number is taken away; null for none.</param>
public readonly record struct ClassTarget(int Class, int? Against = null)
{
    /// <summary>A class by itself.</summary>
    public static implicit operator ClassTarget(int index) => new(index);
}

/// <summary>Class scores, the same for every image; explained by the row of the class token.</summary>
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
    public override string Site => "logits";

    /// <inheritdoc/>
    public override int Blocks(VisionTrace trace) => trace.Model.Config.Depth;

    /// <inheritdoc/>
    public override int Token(int target) => 0;

    /// <inheritdoc/>
    public IEnumerator<ClassTarget> GetEnumerator() => targets.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal override Cotangent Seed(VisionTrace trace, int first, int count)
    {
        int images = trace.Images;
        Tensor seed = trace.Tape.Arena.RentZeroed(count, images, trace.Model.Classes);
        Tensor? probabilities = scalar == ClassScalar.Probability ? trace.Probabilities() : null;
        for (int t = 0; t < count; t++)
            for (int b = 0; b < images; b++)
                Slope(targets[first + t], probabilities is null ? default : probabilities.Row(b), seed.Row(t * images + b));
        return new Cotangent(seed);
    }

    /// <summary>The derivative of a target with respect to the logits; of the probability when there are probabilities.</summary>
    static void Slope(ClassTarget target, ReadOnlySpan<float> p, Span<float> slope)
    {
        Add(target.Class, 1, p, slope);
        if (target.Against is { } other) Add(other, -1, p, slope);
    }

    /// <summary>Adds ±δ_c, or ±p_c (δ_c − p).</summary>
    static void Add(int c, float sign, ReadOnlySpan<float> p, Span<float> slope)
    {
        if (p.IsEmpty) slope[c] += sign;
        else
            for (int i = 0; i < p.Length; i++) slope[i] += sign * p[c] * ((i == c ? 1 : 0) - p[i]);
    }

    /// <summary>Checks the classes against a model.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    /// <exception cref="InvalidOperationException">The model has no classes.</exception>
    internal ClassTargets For(VisionTrace trace)
    {
        _ = trace.Logits;
        foreach (int c in targets.SelectMany(t => t.Against is { } other ? (int[])[t.Class, other] : [t.Class]))
            if (c < 0 || c >= trace.Model.Classes)
                throw new ArgumentOutOfRangeException(nameof(trace), $"class {c}: the model has classes 0 to {trace.Model.Classes - 1}.");
        return this;
    }

    /// <summary>The same for methods that hand the logit itself down, not its derivative.</summary>
    /// <inheritdoc cref="For"/>
    /// <exception cref="ArgumentException">The targets are probabilities.</exception>
    internal ClassTargets ForLogits(VisionTrace trace) => scalar == ClassScalar.Logit ? For(trace)
        : throw new ArgumentException("targets: probabilities; this method hands logits down, so give it logits.");
}
