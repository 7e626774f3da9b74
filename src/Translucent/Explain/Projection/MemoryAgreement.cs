// Whether the memories that tokens call are those of the class (Vilas et al. 2023, arXiv:2310.18969, section 4: key-value agreement
// rate and key-value composition).

using Translucent.Tensors;

namespace Translucent.Explain.Projection;

/// <summary>Compares the k memories that a token calls most strongly with what memories stand for.</summary>
/// <remarks>Strength is the coefficient with its sign, as in the public code, which also takes k = 5.</remarks>
static class MemoryAgreement
{
    /// <summary>k of the paper.</summary>
    public const int DefaultCount = 5;

    /// <summary>Whether any of the k memories that each token calls most is among the k that push the class most: [B·N].</summary>
    /// <param name="memories">The memories of a layer.</param>
    /// <param name="coefficients">[B, N, Count], as <see cref="Memories.Coefficients"/> gives them.</param>
    /// <param name="cls">The class.</param>
    /// <param name="count">k.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class, or fewer memories.</exception>
    public static bool[] WithClass(Memories memories, Tensor coefficients, int cls, int count = DefaultCount)
    {
        HashSet<int> top = [.. memories.Top(cls, count)];
        return PerToken(coefficients, count, (_, called) => called.Any(top.Contains));
    }

    /// <summary>The paper's key-value agreement rate, the share of tokens for which <see cref="WithClass"/> holds: from 0 to 1.</summary>
    /// <inheritdoc cref="WithClass"/>
    public static double Rate(Memories memories, Tensor coefficients, int cls, int count = DefaultCount) =>
        WithClass(memories, coefficients, cls, count).Average(agrees => agrees ? 1.0 : 0.0);

    /// <summary>Whether any of the k memories that each token calls most stands for the class that the whole layer gives the token: [B·N].</summary>
    /// <remarks>Where it does not, the layer composes its answer out of memories of other classes.</remarks>
    /// <param name="memories">The memories of a layer.</param>
    /// <param name="coefficients">[B, N, Count].</param>
    /// <param name="predicted">[B·N], the class of every token in the projection of what the layer adds (<see cref="Identifiability.Predicted"/>).</param>
    /// <param name="count">k.</param>
    /// <exception cref="ArgumentException">There is not one class for every token.</exception>
    public static bool[] WithPrediction(Memories memories, Tensor coefficients, IReadOnlyList<int> predicted, int count = DefaultCount)
    {
        if (predicted.Count != coefficients.Rows)
            throw new ArgumentException($"predicted: {predicted.Count} classes, expected {coefficients.Rows}, one for every token.");
        return PerToken(coefficients, count, (token, called) => called.Any(j => memories.ClassOf(j) == predicted[token]));
    }

    static bool[] PerToken(Tensor coefficients, int count, Func<int, int[], bool> holds)
    {
        bool[] all = new bool[coefficients.Rows];
        Compute.Default.For(all.Length, token => all[token] = holds(token, Memories.Largest(coefficients.Row(token), count)));
        return all;
    }
}
