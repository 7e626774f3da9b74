// A propagation scheme as a table: operation type -> rule. Relevance itself is carried, not a gradient that is multiplied at the end.

using Translucent.Tensors;

namespace Translucent.Autodiff.Precise;

/// <summary>Hands the relevance of an output down to the inputs.</summary>
/// <param name="call">The application.</param>
/// <param name="relevance">[T·rows of the output, width of the output], target after target; not to be changed.</param>
/// <returns>The relevance of every input, of the same form; nothing when what is below does not matter.</returns>
delegate PreciseMatrix[] RelevanceRule(RelevanceCall call, PreciseMatrix relevance);

/// <summary>What a rule sees of one application.</summary>
/// <param name="Op">The operation.</param>
/// <param name="X">Its inputs.</param>
/// <param name="Y">Its output.</param>
/// <param name="Targets">T.</param>
/// <param name="ReadsPatches">Whether its input is the patches of the image.</param>
/// <param name="Site">The name of the attention probabilities inside it, or null.</param>
/// <param name="Watch">Whom to tell about relevance that is not that of an input.</param>
sealed record RelevanceCall(Op Op, PreciseMatrix[] X, PreciseMatrix Y, int Targets, bool ReadsPatches, string? Site, RelevanceWatch Watch);

/// <summary>Rules by operation type.</summary>
sealed class RelevanceRulebook
{
    readonly Dictionary<Type, RelevanceRule> _rules = [];

    /// <summary>What the uses of a value hand down to it together: from the value and each use's part.</summary>
    public Func<PreciseMatrix, IReadOnlyList<PreciseMatrix>, PreciseMatrix> Join { get; init; } = StableRatio.Clone;

    public RelevanceRulebook On<TOp>(Func<TOp, RelevanceCall, PreciseMatrix, PreciseMatrix[]> rule) where TOp : Op
    {
        _rules[typeof(TOp)] = (call, r) => rule((TOp)call.Op, call, r);
        return this;
    }

    /// <summary>Whether there is a rule for an operation.</summary>
    public bool Knows(Op op) => _rules.ContainsKey(op.GetType());

    /// <summary>The rule for an operation.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public RelevanceRule Of(Op op) => _rules.TryGetValue(op.GetType(), out RelevanceRule? rule) ? rule
        : throw new InvalidOperationException($"LRP: no rule is defined for the operation {op.GetType().Name}; explain this model with another method{(op is Ops.Gate ? " (Gate belongs to SwiGLU feed-forward layers)" : "")}.");
}

/// <summary>Relevance that a walk tells about on its way down.</summary>
sealed class RelevanceWatch
{
    /// <summary>Told the relevance of the probabilities A of every attention: site, and [T·H·Q, K].</summary>
    public Action<string, PreciseMatrix>? Attention { get; init; }

    /// <summary>Told the relevance of the tokens before positions are added, without registers: [T·(k + n), C].</summary>
    public Action<PreciseMatrix>? Tokens { get; init; }

    /// <summary>Asked before each operation.</summary>
    public CancellationToken Stop { get; set; }
}
