// A method that explains classes, as a value: what it is called, what it needs, what it costs, and how to run it.

using Translucent.Autodiff;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>What a method says about some classes.</summary>
/// <param name="Maps">[T, B, h, w] on the patch grid, or [T, B, H', W'] in pixels of the model's input for methods that tell pixels apart; in the method's
/// own units. Tokens that are no patches are one row, h = 1.</param>
/// <param name="Tokens">[T, B, N'], relevance of the tokens, the patches last; null for methods whose relevance is on pixels.</param>
public sealed record ClassMaps(Tensor Maps, Tensor? Tokens);

/// <summary>What a method asks of a forward pass.</summary>
[Flags]
public enum MethodNeeds
{
    /// <summary>Any pass.</summary>
    None = 0,

    /// <summary>Class scores.</summary>
    Scores = 1,

    /// <summary>One token stream alone.</summary>
    SingleStream = 2,

    /// <summary>Tokens that are patches of an image.</summary>
    Patches = 4,

    /// <summary>Pixels as input, on which the model can be run again.</summary>
    Pixels = 8,

    /// <summary>One token from which scores are read, or one query that pools the others by attention.</summary>
    OneToken = 16,

    /// <summary>A token in every block from which scores are read.</summary>
    ClassToken = 32,

    /// <summary>Pixels or words, on which the model can be run again.</summary>
    Input = 64,
}

/// <summary>A method that explains classes. <see cref="ClassMethods"/> lists them all.</summary>
/// <param name="Name">Lower case, words joined by underscores; the same in code, on the command line and in file names.</param>
/// <param name="Meaning">What its map shows, in one sentence.</param>
/// <param name="Source">Where it was published.</param>
/// <param name="Compute">The relevance of tokens [T, B, N'] with the patches last, or of pixels [T, B, H', W'].</param>
public sealed record ClassMethod(string Name, string Meaning, string Source, Func<Trace, ClassTargets, SweepOptions, Tensor> Compute)
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

    /// <summary>Whether its sweep can keep a few rows only (<see cref="SweepOptions.Rows"/>); others are exact whatever is asked.</summary>
    public bool MaySweepSparsely { get; init; }

    /// <summary>Whether it can leave out the attention of early blocks (<see cref="SweepOptions.FirstBlock"/>); or reads the last block alone.</summary>
    public bool MayStartAbove { get; init; }

    /// <summary>What it asks of a pass.</summary>
    public MethodNeeds Needs { get; init; } = MethodNeeds.Scores | MethodNeeds.SingleStream;

    /// <summary>How many blocks the model has at least.</summary>
    internal int LeastBlocks { get; init; }

    /// <summary>Whether relevance is handed down by a rule for every operation of the model, so that one without a rule (the gate of SwiGLU) cannot be
    /// passed.</summary>
    public bool PropagatesByRules => Rules is not null;

    /// <summary>The rules by which relevance is handed down, one for every operation of the model; null for methods that need none.</summary>
    internal Rulebook? Rules { get; init; }

    /// <summary>What the relevance of all tokens, or of all pixels, should add up to for every target, except for what biases and positions take; null where
    /// nothing is promised.</summary>
    public Func<Trace, ClassTargets, double[]>? Promised { get; init; }

    /// <summary>Floating-point operations for one image, roughly, given the number of targets.</summary>
    public Func<Trace, int, double> Operations { get; init; } = (trace, count) => Cost.Classes(trace, count);

    /// <summary>Why the method cannot explain a pass, found before any work: one sentence, or null when it can.</summary>
    /// <param name="trace">A forward pass.</param>
    /// <param name="targets">The classes; null to ask about the pass alone.</param>
    public string? Fits(Trace trace, ClassTargets? targets = null)
    {
        if (Needs.HasFlag(MethodNeeds.Scores) && trace.Readout is not { Classes: > 0 })
            return $"it needs class scores, which {trace.Model.Family} does not have here; give classes as target vectors";
        if (trace.Blocks.Count < LeastBlocks) return $"it needs {LeastBlocks} blocks, and this model has {trace.Blocks.Count}";
        if (Needs.HasFlag(MethodNeeds.SingleStream) && trace.Streams.Count != 1)
            return $"it is defined for one token stream, and {trace.Model.Family} has {string.Join(" and ", trace.Streams.Select(s => s.Name))}";
        if (Needs.HasFlag(MethodNeeds.Patches) && trace.Streams.All(s => s.Layout is not PatchGrid))
            return "it needs patches of an image, which this model does not have";
        if (Needs.HasFlag(MethodNeeds.Pixels) && trace.Input is null) return "it needs pixels, which this model does not read";
        if (Needs.HasFlag(MethodNeeds.Input) && trace.Input is null && trace.Text is null)
            return "it needs patches of an image, or the words of a language model, to run the model on others again";
        if ((Needs & (MethodNeeds.OneToken | MethodNeeds.ClassToken)) != 0 && trace.Readout?.Averaged is not null)
            return "it reads the row of one token, such as a class token, and this model averages its patches";
        if (Needs.HasFlag(MethodNeeds.ClassToken) && trace.Readout?.Pooling is not null)
            return "it reads a class token in every block, and this model reads none: its patches are pooled by attention behind the last block";
        if (Rules is not null && WithoutRule(trace, Rules) is { } op) return $"it has no rule for the operation {op}, which this model uses";
        if (targets is null) return null;
        if (!TakesProbabilities && targets.Scalar == ClassScalar.Probability) return "it hands logits down, so it does not explain probabilities";
        if (!TakesDifferences && targets.Any(t => t.Against is not null)) return "it explains single classes only, no differences";
        if (!TakesProbabilities && targets.Any(t => t is { Against: not null, Comparison: ClassComparison.Ratio }))
            return "it hands logits down, so it does not explain ratios";
        return null;
    }

    /// <summary>The first operation of a pass that a rulebook does not know; blocks that were not kept are all like the first.</summary>
    static string? WithoutRule(Trace trace, Rulebook rules)
    {
        string? missing = null;
        void Look(Tape tape) => missing ??= tape.Calls.Select(call => call.Op)
            .FirstOrDefault(op => op is not Recomputed && !rules.Knows(op))?.GetType().Name;
        Look(trace.Tape);
        if (trace.Tape.Keep == Keep.Boundaries) trace.Tape.Within(trace.Blocks[0].Mid, Look);
        return missing;
    }

    /// <summary>Explains classes.</summary>
    /// <param name="trace">A forward pass.</param>
    /// <param name="targets">The classes.</param>
    /// <param name="options">Memory, progress, cancelling.</param>
    /// <exception cref="TranslucentException">The method does not fit the pass or the targets (<see cref="Fits"/>).</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public ClassMaps Explain(Trace trace, ClassTargets targets, SweepOptions? options = null)
    {
        if (Fits(trace, targets) is { } reason) throw new TranslucentException($"{Name}: {reason}.");
        if (Needs.HasFlag(MethodNeeds.Scores)) targets.Bind(trace);
        Tensor relevance = Compute(trace, targets, options ?? new SweepOptions());
        if (relevance.Shape.Length == 4) return new ClassMaps(relevance, null);
        Tensor maps = trace.Stream.Layout is PatchGrid grid ? grid.Map(relevance)
            : relevance.Reshape(relevance.Shape[0], relevance.Shape[1], 1, relevance.Width);
        return new ClassMaps(maps, relevance);
    }
}
