// A method that explains classes, as a value: what it is called, what it can be asked, what it costs, and how to run it.

using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>What a method says about some classes.</summary>
/// <param name="Maps">[T, B, h, w] on the patch grid, or [T, B, H', W'] in pixels of the model's input for methods that tell pixels apart; in the method's own units.</param>
/// <param name="Tokens">[T, B, N'], relevance of the tokens, the patches last; null for methods that speak of pixels.</param>
public sealed record ClassMaps(Tensor Maps, Tensor? Tokens);

/// <summary>A method that explains classes. <see cref="ClassMethods"/> lists them all.</summary>
/// <param name="Name">Lower case, words joined by underscores; the same in code, on the command line and in file names.</param>
/// <param name="Meaning">What its map shows, in one sentence.</param>
/// <param name="Source">Where it was published.</param>
/// <param name="Compute">The relevance of tokens [T, B, N'] with the patches last, or of pixels [T, B, H', W'].</param>
public sealed record ClassMethod(string Name, string Meaning, string Source, Func<VisionTrace, ClassTargets, SweepOptions, Tensor> Compute)
{
    /// <summary>Other names that are understood.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Whether maps of different classes differ; if not, there is one map (T = 1) whatever the targets.</summary>
    public bool TellsClassesApart { get; init; } = true;

    /// <summary>Whether numbers below zero speak against the class.</summary>
    public bool IsSigned { get; init; }

    /// <summary>Whether targets may be probabilities.</summary>
    public bool TakesProbabilities { get; init; } = true;

    /// <summary>Whether a target may be the difference of two classes.</summary>
    public bool TakesDifferences { get; init; } = true;

    /// <summary>Whether relevance is handed down by a rule for every operation of the model, so that one without a rule (the gate of SwiGLU) cannot be passed.</summary>
    public bool PropagatesByRules { get; init; }

    /// <summary>What the relevance of all tokens, or of all pixels, should add up to for every target, except for what biases and positions take; null where nothing is promised.</summary>
    public Func<VisionTrace, ClassTargets, double[]>? Promised { get; init; }

    /// <summary>Floating-point operations, roughly: model, tokens per image, number of targets.</summary>
    public Func<VisionTransformer, int, int, double> Operations { get; init; } = (model, tokens, count) => Cost.Classes(model, 1, tokens, count);

    /// <summary>Explains classes.</summary>
    /// <param name="trace">A forward pass.</param>
    /// <param name="targets">The classes.</param>
    /// <param name="options">Memory, progress, cancelling.</param>
    /// <exception cref="ArgumentException">A target is not one that the method can explain.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    /// <exception cref="InvalidOperationException">The model has no classes, or something the method cannot pass.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public ClassMaps Explain(VisionTrace trace, ClassTargets targets, SweepOptions? options = null)
    {
        Tensor relevance = Compute(trace, targets.For(trace), options ?? new SweepOptions());
        return relevance.Shape.Length == 4 ? new ClassMaps(relevance, null) : new ClassMaps(Patches(trace, relevance), relevance);
    }

    /// <summary>The last n entries of every row on the patch grid.</summary>
    static Tensor Patches(VisionTrace trace, Tensor rows)
    {
        int n = trace.Patches;
        Tensor maps = new([.. rows.Shape[..^1], trace.GridRows, trace.GridColumns]);
        for (int r = 0; r < rows.Rows; r++) rows.Row(r)[^n..].CopyTo(maps.Span.Slice(r * n, n));
        return maps;
    }
}
