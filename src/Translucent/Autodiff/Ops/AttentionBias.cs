// What an attention adds to its scores before the softmax: one frozen number for each head, query and key.

namespace Translucent.Autodiff.Ops;

/// <summary>b in A = softmax(scale·q·kᵀ + b).</summary>
/// <remarks>No [H, Q, K] need exist: rows are added where they are used. Frozen like weights, so nothing is pulled into it.</remarks>
abstract class AttentionBias
{
    /// <summary>Refuses an attention of other sizes.</summary>
    /// <exception cref="ArgumentException">It has other heads, queries or keys.</exception>
    internal abstract void Check(int heads, int queries, int keys);

    /// <summary>Adds b[head, query] to scores of the first keys, one or more.</summary>
    internal abstract void AddTo(int head, int query, Span<float> row);

    /// <inheritdoc cref="AddTo(int, int, Span{float})"/>
    internal abstract void AddTo(int head, int query, Span<double> row);
}
