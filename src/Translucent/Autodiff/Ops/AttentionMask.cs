// Which keys a query of an attention does not see: what is later in a text, what only fills up a batch, or what an experiment takes away.

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
    readonly bool[]? _removed;  // [items, Q, K], or [Q, K] for all items
    readonly int? _offset;      // causal: query q sees keys 0 .. q + offset
    readonly int[]? _lengths;   // item b sees keys 0 .. lengths[b] - 1

    /// <summary>A mask for <paramref name="queries"/> × <paramref name="keys"/> tokens.</summary>
    /// <param name="queries">Q, how many queries.</param>
    /// <param name="keys">K, how many keys.</param>
    /// <param name="removes">Whether query q loses key k: (q, k) from 0.</param>
    /// <param name="renormalize">Whether the keys go before the softmax; otherwise after it.</param>
    /// <exception cref="ArgumentException">A query would lose all keys before the softmax, which then has no value.</exception>
    public AttentionMask(int queries, int keys, Func<int, int, bool> removes, bool renormalize = true)
        : this(1, queries, keys, (_, q, k) => removes(q, k), renormalize) { }

    /// <summary>A mask of its own for every item of a batch.</summary>
    /// <param name="items">B, how many items.</param>
    /// <param name="queries">Q, how many queries.</param>
    /// <param name="keys">K, how many keys.</param>
    /// <param name="removes">Whether query q of item b loses key k: (b, q, k) from 0.</param>
    /// <param name="renormalize">Whether the keys go before the softmax; otherwise after it.</param>
    /// <exception cref="ArgumentException">A query would lose all keys before the softmax, which then has no value.</exception>
    public AttentionMask(int items, int queries, int keys, Func<int, int, int, bool> removes, bool renormalize = true)
    {
        (_queries, _keys, Renormalizes) = (queries, keys, renormalize);
        _removed = new bool[checked(items * queries * keys)];
        for (int row = 0; row < items * queries; row++)
        {
            for (int k = 0; k < keys; k++) _removed[row * keys + k] = removes(row / queries, row % queries, k);
            if (renormalize && !_removed.AsSpan(row * keys, keys).Contains(false))
                throw new ArgumentException($"attention mask: query {row % queries} loses all {keys} keys, expected one or more to be left.");
        }
    }

    AttentionMask(int? offset, int[]? lengths)
    {
        if (offset < 0) throw new ArgumentException($"attention mask: offset {offset}, expected 0 or more, so that every query sees a key.");
        if (lengths?.Any(n => n < 1) == true) throw new ArgumentException($"attention mask: lengths {string.Join(", ", lengths)}, expected 1 or more each.");
        (_offset, _lengths, Renormalizes) = (offset, lengths, true);
    }

    /// <summary>Query q sees keys 0 .. q + <paramref name="offset"/>: itself and what is before it. Behind keys of earlier passes, the offset is their
    /// number.</summary>
    /// <param name="offset">How many keys come before the first query.</param>
    /// <param name="lengths">[B], how many keys of each item of a batch are real, the others filling it up; all when null.</param>
    /// <exception cref="ArgumentException">A query would see no key.</exception>
    public static AttentionMask Causal(int offset = 0, IReadOnlyList<int>? lengths = null) => new(offset, lengths is null ? null : [.. lengths]);

    /// <summary>Every query of item b sees keys 0 .. lengths[b] - 1; the others only fill up the batch.</summary>
    /// <param name="lengths">[B], each at least 1.</param>
    /// <exception cref="ArgumentException">A length is below 1.</exception>
    public static AttentionMask Lengths(IReadOnlyList<int> lengths) => new(offset: null, [.. lengths]);

    /// <summary>Whether the keys go before the softmax, so that rows sum to 1.</summary>
    public bool Renormalizes { get; }

    /// <summary>Whether query <paramref name="query"/> of an item does not see key <paramref name="key"/>.</summary>
    /// <param name="query">Index of the query, from 0.</param>
    /// <param name="key">Index of the key, from 0.</param>
    /// <param name="item">Item of the batch, from 0.</param>
    public bool Removes(int query, int key, int item = 0) => key >= Seen(item, query, int.MaxValue) || (_removed is not null && Row(item, query)[key]);

    internal void Check(int items, int queries, int keys)
    {
        if (_removed is not null && (queries != _queries || keys != _keys))
            throw new ArgumentException($"attention mask: made for {_queries} queries and {_keys} keys, but there are {queries} and {keys}.");
        int made = _lengths?.Length ?? (_removed is null || _removed.Length == _queries * _keys ? items : _removed.Length / (_queries * _keys));
        if (made != items) throw new ArgumentException($"attention mask: made for {made} items, but there are {items}.");
        if (_lengths?.Any(n => n > keys) == true)
            throw new ArgumentException($"attention mask: lengths {string.Join(", ", _lengths)}, but there are {keys} keys.");
    }

    /// <summary>How many keys there are up to the last that <paramref name="query"/> or one before it may see: beyond, nothing needs to be computed.</summary>
    internal int Seen(int item, int query, int keys)
    {
        if (_offset is { } offset) keys = Math.Min(keys, query + offset + 1);
        return _lengths is null ? keys : Math.Min(keys, _lengths[item]);
    }

    /// <summary>row = softmax(scale·row) without the keys that <paramref name="query"/> loses, in place.</summary>
    internal void Softmax(int item, int query, Span<float> row, float scale)
    {
        int seen = Seen(item, query, row.Length);
        row[seen..].Clear();
        row = row[..seen];
        if (!Renormalizes) Kernels.Softmax(row, scale);
        Remove(item, query, row, Renormalizes ? float.NegativeInfinity : 0);
        if (Renormalizes) Kernels.Softmax(row, scale);
    }

    /// <summary>Sets what <paramref name="query"/> loses one by one to a value.</summary>
    internal void Remove<T>(int item, int query, Span<T> row, T value)
    {
        if (_removed is null) return;
        ReadOnlySpan<bool> removed = Row(item, query);
        for (int k = 0; k < row.Length; k++)
            if (removed[k]) row[k] = value;
    }

    ReadOnlySpan<bool> Row(int item, int query) => _removed.AsSpan(((_removed!.Length == _queries * _keys ? 0 : item) * _queries + query) * _keys, _keys);
}
