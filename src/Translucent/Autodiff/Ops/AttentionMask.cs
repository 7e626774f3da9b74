// Which keys a query of an attention does not see: for asking what a model makes of its tokens when they cannot look at each other.

using Translucent.Tensors;

namespace Translucent.Autodiff.Ops;

/// <summary>Takes keys away from the queries of an attention, in every head alike; what is taken away has probability exactly 0.</summary>
/// <remarks>
/// Before the softmax (the default) a row still sums to 1: the query attends to what is left as if the rest did not exist. After the
/// softmax the other probabilities stay as they are and the row sums to less; a pass with such a mask has no derivatives.
/// </remarks>
public sealed class AttentionMask
{
    readonly int _queries, _keys;
    readonly bool[] _removed; // [Q, K]

    /// <summary>A mask for <paramref name="queries"/> × <paramref name="keys"/> tokens.</summary>
    /// <param name="queries">Q, how many queries.</param>
    /// <param name="keys">K, how many keys.</param>
    /// <param name="removes">Whether query q loses key k: (q, k) from 0.</param>
    /// <param name="renormalize">Whether the keys go before the softmax; otherwise after it.</param>
    /// <exception cref="ArgumentException">A query would lose all keys before the softmax, which then has no value.</exception>
    public AttentionMask(int queries, int keys, Func<int, int, bool> removes, bool renormalize = true)
    {
        (_queries, _keys, Renormalizes) = (queries, keys, renormalize);
        _removed = new bool[checked(queries * keys)];
        for (int q = 0; q < queries; q++)
        {
            for (int k = 0; k < keys; k++) _removed[q * keys + k] = removes(q, k);
            if (renormalize && !_removed.AsSpan(q * keys, keys).Contains(false))
                throw new ArgumentException($"attention mask: query {q} loses all {keys} keys, expected one or more to be left.");
        }
    }

    /// <summary>Whether the keys go before the softmax, so that rows sum to 1.</summary>
    public bool Renormalizes { get; }

    /// <summary>Whether query <paramref name="query"/> does not see key <paramref name="key"/>.</summary>
    public bool Removes(int query, int key) => _removed[query * _keys + key];

    internal void Check(int queries, int keys)
    {
        if (queries != _queries || keys != _keys)
            throw new ArgumentException($"attention mask: made for {_queries} queries and {_keys} keys, but there are {queries} and {keys}.");
    }

    /// <summary>row = softmax(scale·row) without the keys that <paramref name="query"/> loses, in place.</summary>
    internal void Softmax(int query, Span<float> row, float scale)
    {
        ReadOnlySpan<bool> removed = _removed.AsSpan(query * _keys, _keys);
        if (!Renormalizes) Kernels.Softmax(row, scale);
        for (int k = 0; k < row.Length; k++)
            if (removed[k]) row[k] = Renormalizes ? float.NegativeInfinity : 0;
        if (Renormalizes) Kernels.Softmax(row, scale);
    }
}
