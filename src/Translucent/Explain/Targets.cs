// What is explained: scalars at a site of the forward pass, many at once.

using Translucent.Autodiff;
using Translucent.Files;
using Translucent.Models;

namespace Translucent.Explain;

/// <summary>T scalars, each a function of the value at one site, for every item of a batch.</summary>
public abstract class Targets
{
    private protected Targets()
    {
    }

    /// <summary>T.</summary>
    public abstract int Count { get; }

    /// <summary>Checks the targets against a forward pass and says where on it they are.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class, layer or token.</exception>
    /// <exception cref="ArgumentException">Something does not fit the pass.</exception>
    /// <exception cref="TranslucentException">The model has nothing of the kind.</exception>
    internal abstract BoundTargets Bind(Trace trace);
}

/// <summary>Targets on one forward pass.</summary>
/// <param name="Trace">The pass.</param>
/// <param name="Count">T.</param>
/// <param name="From">The value that the scalars are functions of.</param>
/// <param name="Seed">(first, count): the derivatives of targets first .. first + count with respect to that value.</param>
/// <param name="Stream">The stream in which relevance rows start.</param>
/// <param name="Token">(target, item): the token whose row of the relevance matrix explains the target.</param>
sealed record BoundTargets(Trace Trace, int Count, Var From, Func<int, int, Cotangent> Seed, TokenStream Stream, Func<int, int, int> Token)
{
    /// <summary>What was bound, for methods that bind it to other passes too; null otherwise.</summary>
    public Targets? Of { get; init; }

    /// <summary>(target, item): the tokens whose rows, averaged, explain the target, where it is not one token's; null where it is always <see
    /// cref="Token"/>.</summary>
    public Func<int, int, IReadOnlyList<int>>? Several { get; init; }

    /// <summary>The attention by which the target's own token, the only one of its stream, reads <see cref="Stream"/>: relevance starts there, and enters the
    /// stream through it; null where it starts in the stream.</summary>
    public TokenBlock? Through { get; init; }

    /// <summary>(target, item): the scalar itself, where it is known without another pass; else null.</summary>
    public Func<int, int, double>? Value { get; init; }

    /// <summary>The tokens whose rows, averaged, explain a target.</summary>
    public IReadOnlyList<int> Tokens(int target, int item) => Several?.Invoke(target, item) ?? [Token(target, item)];

    /// <summary>What the rows of a target begin with: one at its token, or shares of one at several; added to <paramref name="row"/>.</summary>
    public void Start(int target, int item, Span<float> row)
    {
        IReadOnlyList<int> tokens = Tokens(target, item);
        foreach (int token in tokens) row[token] += 1f / tokens.Count;
    }
}
