// Relevance propagation as a second column of the table of operations: operation type -> rule that replaces its pull.
// After zennit's composites (github.com/chr5tphr/zennit) and the gradient x input form of Achtibat et al. 2024 (arXiv:2402.05602).

namespace Translucent.Autodiff;

/// <summary>What replaces the pull of an operation.</summary>
delegate void Rule(Call call, Cotangent g, Walk walk);

/// <summary>A propagation scheme: rules by type of operation; operations without one keep their pull.</summary>
sealed class Rulebook
{
    readonly Dictionary<Type, Func<Op, Rule>> _rules = [];

    /// <summary>Replaces the pull of all operations of a type by the rule that <paramref name="rule"/> names on them.</summary>
    public Rulebook On<T>(Func<T, Rule> rule) where T : Op
    {
        _rules[typeof(T)] = op => rule((T)op);
        return this;
    }

    /// <summary>The rule for an operation: its own pull, unless the scheme says otherwise.</summary>
    public Rule For(Op op) => _rules.TryGetValue(op.GetType(), out Func<Op, Rule>? rule) ? rule(op) : op.Pull;
}
