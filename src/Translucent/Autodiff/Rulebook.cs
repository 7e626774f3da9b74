// Relevance propagation as a second column of the table of operations: operation type -> rule that replaces its pull.
// After zennit's composites (github.com/chr5tphr/zennit) and the gradient x input form of Achtibat et al. 2024 (arXiv:2402.05602).

using Translucent.Files;
using Translucent.Tensors;

namespace Translucent.Autodiff;

/// <summary>What replaces the pull of an operation.</summary>
delegate void Rule(Call call, Cotangent g, Walk walk);

/// <summary>What replaces the pull of an operation in float64, where relevance itself may be carried instead of a gradient.</summary>
/// <param name="call">The application.</param>
/// <param name="r">[T·rows of the output, width of the output], target after target; not to be changed.</param>
/// <returns>One of the same form for every input; null where nothing flows.</returns>
delegate PreciseMatrix?[] PreciseRule(PreciseCall call, PreciseMatrix r);

/// <summary>What the uses of a value pass down to it together: from the value [rows, width] and each use's part [T·rows, width].</summary>
delegate PreciseMatrix PreciseJoin(Compute compute, PreciseMatrix x, IReadOnlyList<PreciseMatrix> parts);

/// <summary>A propagation scheme: rules by type of operation; operations without one keep their pull.</summary>
/// <param name="complete">The name of the scheme, when it must have a rule for every operation because it does not carry gradients; else null.</param>
sealed class Rulebook(string? complete = null)
{
    readonly Dictionary<Type, Func<Op, Rule>> _rules = [];
    readonly Dictionary<Type, Func<Op, PreciseRule>> _precise = [];

    /// <summary>The gradient.</summary>
    public static Rulebook Gradient { get; } = new();

    /// <summary>How parts of several uses are joined in float64; by default they add up, as gradients do.</summary>
    public PreciseJoin Join { get; init; } = Sum;

    /// <summary>Replaces the pull of all operations of a type by the rule that <paramref name="rule"/> names on them.</summary>
    public Rulebook On<T>(Func<T, Rule> rule) where T : Op
    {
        _rules[typeof(T)] = op => rule((T)op);
        return this;
    }

    /// <summary>Replaces the float64 pull of all operations of a type by the rule that <paramref name="rule"/> names on them.</summary>
    public Rulebook On<T>(Func<T, PreciseRule> rule) where T : Op
    {
        _precise[typeof(T)] = op => rule((T)op);
        return this;
    }

    /// <summary>The rule for an operation: its own pull, unless the scheme says otherwise.</summary>
    public Rule For(Op op) => _rules.TryGetValue(op.GetType(), out Func<Op, Rule>? rule) ? rule(op) : op.Pull;

    /// <summary>Whether the scheme, which must have a rule in float64 for every operation, has one for this.</summary>
    public bool Knows(Op op) => complete is null || _precise.ContainsKey(op.GetType());

    /// <summary>The float64 rule for an operation: its own pull, unless the scheme says otherwise.</summary>
    /// <exception cref="TranslucentException">The scheme must have a rule and has none.</exception>
    public PreciseRule PreciseFor(Op op) =>
        _precise.TryGetValue(op.GetType(), out Func<Op, PreciseRule>? rule) ? rule(op)
        : complete is null ? op.PrecisePull
        : throw new TranslucentException($"{complete}: no rule is defined for the operation {op.GetType().Name}; "
            + "explain this model with another method"
            + (op is Ops.Gate or Ops.Product ? $" ({op.GetType().Name} belongs to SwiGLU feed-forward layers)." : "."));

    static PreciseMatrix Sum(Compute compute, PreciseMatrix x, IReadOnlyList<PreciseMatrix> parts) =>
        PreciseMatrix.Map(compute, parts[0].Rows, x.Width, (row, into) =>
        {
            into.Clear();
            foreach (PreciseMatrix part in parts) TensorPrimitives.Add(into, part.Row(row), into);
        });
}
