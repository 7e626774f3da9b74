// The pull of an attention for a few rows of every target, which stay few: the sparse sweep (docs/sparse.md). A target's cotangent has rows for
// some tokens alone; after the observer has seen what these rows make of relevance, it is said which rows go on, and only those are computed.

using Translucent.Tensors;

namespace Translucent.Autodiff.Ops;

/// <summary>One pull of one <see cref="Attention"/> over rows S of every target, handing on rows S′.</summary>
/// <remarks>
/// <code>
/// G[s] = g[s]·vᵀ,  dS[s] = A[s] ⊙ (G[s] − ⟨G[s], A[s]⟩)·scale        for s in S
/// gq[s] = dS[s]·k for s in S and S′,   gk[s′] = Σ over s of dS[s, s′]·q[s],   gv[s′] = Σ over s of A[s, s′]·g[s]        for s′ in S′
/// </code>
/// A work item is one head of one image with some targets; every number is summed by one thread in the order of S.
/// </remarks>
sealed unsafe class AttentionRowsPull
{
    const int RowsAtOnce = 96;

    [ThreadStatic] static PackedOperand? t_values, t_keys, t_transposedKeys;

    readonly AttentionPlan _s;
    readonly Call _call;
    readonly Walk _walk;
    readonly Cotangent _g;
    readonly Tensor _q, _k, _v, _gy;
    readonly AttentionObserver? _observer;
    readonly int _targets, _rows;
    readonly bool _below, _own;
    readonly int _stored; // numbers of a row of A and dS that are kept: all, or that of the own key
    readonly Tensor? _gq, _a, _ds; // of rows S: [T, B, R, H·D], and [T, B, H, R, K or 1]

    public AttentionRowsPull(Attention op, Call call, Cotangent g, Walk walk)
    {
        if (op.Mask is { Renormalizes: false }) throw op.NoDerivatives();
        (_call, _walk, _g, _q, _k, _v, _gy) = (call, walk, g, call.X[0].Value, call.X[1].Value, call.X[2].Value, g.Values);
        _s = new AttentionPlan(op, _q, _k, _v, walk.Compute);
        (_targets, _rows) = (g.Targets, _gy.Shape[2]);
        _observer = walk.Watch.ObserverOf(call.Site);
        _below = call.X.Any(walk.Needs);
        _own = walk.Watch.OwnRows && _rows == 1;
        _stored = _own ? 1 : _s.Keys;
        if (!_below) return;
        _gq = walk.Arena.Rent(_gy.Shape);
        _a = walk.Arena.Rent(_targets, _s.Images, _s.Heads, _rows, _stored);
        _ds = walk.Arena.Rent(_a.Shape);
    }

    public void Run()
    {
        _observer?.Begin(new AttentionShape(_targets, _s.Images, _s.Heads, _s.Queries, _s.Keys));
        int pairs = _s.Images * _s.Heads, groups = Math.Clamp(4 * _walk.Compute.Threads / pairs, 1, _targets);
        _walk.Compute.For(pairs * groups, item =>
        {
            int pair = item / groups, group = item % groups;
            Down(pair / _s.Heads, pair % _s.Heads, (int)((long)_targets * group / groups), (int)((long)_targets * (group + 1) / groups));
        });
        _observer?.End();
        if (!_below) return;
        int[] next = _walk.Watch.Narrow?.Invoke(_call.Site ?? "") ?? _g.Tokens!;
        Hand(next);
        _walk.Arena.Return(_a!);
        _walk.Arena.Return(_ds!);
    }

    /// <summary>A, G and what follows for the rows of some targets of one head, a block of rows at a time.</summary>
    void Down(int image, int head, int firstTarget, int endTarget)
    {
        int keys = _s.Keys, depth = _s.Depth, width = _s.Width;
        PackedOperand transposedKeys = t_transposedKeys ??= new(), values = t_values ??= new(), keyRows = t_keys ??= new();
        transposedKeys.Pack(depth, keys, _s.KeyRows(_k, image, head).Transposed, _s.Kernel);
        values.Pack(depth, keys, _s.KeyRows(_v, image, head).Transposed, _s.Kernel);
        if (_below) keyRows.Pack(keys, depth, _s.KeyRows(_k, image, head), _s.Kernel);
        int each = Math.Max(1, RowsAtOnce / _rows); // targets at once
        float* q = Scratch.Floats(0, each * _rows * depth), gy = Scratch.Floats(1, each * _rows * depth), a = Scratch.Floats(2, each * _rows * keys),
            g = Scratch.Floats(3, each * _rows * keys), gq = Scratch.Floats(4, each * _rows * depth);
        for (int first = firstTarget; first < endTarget; first += each)
        {
            int targets = Math.Min(each, endTarget - first), rows = targets * _rows;
            for (int r = 0; r < rows; r++)
            {
                (int t, int j) = (first + r / _rows, r % _rows);
                new ReadOnlySpan<float>(_s.QueryPointer(_q, image, head, _g.Tokens![t * _rows + j]), depth).CopyTo(new Span<float>(q + r * depth, depth));
                new ReadOnlySpan<float>(_gy.Pointer + ((long)(t * _s.Images + image) * _rows + j) * width + head * depth, depth)
                    .CopyTo(new Span<float>(gy + r * depth, depth));
            }
            Gemm.MultiplySerial(rows, keys, depth, new Operand(q, depth), transposedKeys, a, keys, accumulate: false);
            for (int r = 0; r < rows; r++)
                _s.Softmax(new Span<float>(a + (long)r * keys, keys), image, head, _g.Tokens![(first + r / _rows) * _rows + r % _rows]);
            Gemm.MultiplySerial(rows, keys, depth, new Operand(gy, depth), values, g, keys, accumulate: false);
            for (int r = 0; r < rows && _observer is not null; r++)
                _observer.Tile(new AttentionTile
                {
                    Target = first + r / _rows,
                    Image = image,
                    Head = head,
                    FirstQuery = _g.Tokens![(first + r / _rows) * _rows + r % _rows],
                    Keys = keys,
                    Probabilities = new ReadOnlySpan<float>(a + (long)r * keys, keys),
                    Gradient = new ReadOnlySpan<float>(g + (long)r * keys, keys),
                });
            if (!_below) continue;
            for (int r = 0; r < rows; r++) Kernels.PullSoftmax(a + (long)r * keys, g + (long)r * keys, keys, _s.Scale);
            Gemm.MultiplySerial(rows, depth, keys, new Operand(g, keys), keyRows, gq, depth, accumulate: false);
            for (int r = 0; r < rows; r++)
            {
                long row = (long)((first + r / _rows) * _s.Images + image) * _rows + r % _rows,
                    kept = ((long)((first + r / _rows) * _s.Images + image) * _s.Heads + head) * _rows + r % _rows;
                new ReadOnlySpan<float>(gq + r * depth, depth).CopyTo(new Span<float>(_gq!.Pointer + row * width + head * depth, depth));
                int from = _own ? _g.Tokens![first + r] : 0;
                new ReadOnlySpan<float>(a + (long)r * keys + from, _stored).CopyTo(new Span<float>(_a!.Pointer + kept * _stored, _stored));
                new ReadOnlySpan<float>(g + (long)r * keys + from, _stored).CopyTo(new Span<float>(_ds!.Pointer + kept * _stored, _stored));
            }
        }
    }

    /// <summary>Hands on rows S′ of queries, keys and values.</summary>
    void Hand(int[] next)
    {
        int count = next.Length / _targets, width = _s.Width, depth = _s.Depth;
        Tensor gq = _walk.Arena.RentZeroed(_targets, _s.Images, count, width), gk = _walk.Arena.RentZeroed(_targets, _s.Images, count, _s.KeyWidth),
            gv = _walk.Arena.RentZeroed(gk.Shape);
        _walk.Compute.For(_targets * _s.Images, item =>
        {
            (int t, int image) = (item / _s.Images, item % _s.Images);
            ReadOnlySpan<int> from = _g.Tokens.AsSpan(t * _rows, _rows);
            for (int n = 0; n < count; n++)
            {
                int token = next[t * count + n], own = from.IndexOf(token);
                if (own >= 0) _gq!.Row(item * _rows + own).CopyTo(gq.Row(item * count + n));
                for (int head = 0; head < _s.Heads; head++)
                    for (int j = 0; j < _rows; j++)
                    {
                        long entry = (((long)item * _s.Heads + head) * _rows + j) * _stored + (_own ? 0 : token);
                        int at = head / _s.Group * depth; // of the keys that the head reads
                        Span<float> key = gk.Row(item * count + n).Slice(at, depth), value = gv.Row(item * count + n).Slice(at, depth);
                        TensorPrimitives.MultiplyAdd(new ReadOnlySpan<float>(_s.QueryPointer(_q, image, head, from[j]), depth), _ds!.Pointer[entry], key, key);
                        TensorPrimitives.MultiplyAdd(_gy.Row(item * _rows + j).Slice(head * depth, depth), _a!.Pointer[entry], value, value);
                    }
            }
        });
        _walk.Arena.Return(_gq!);
        _walk.Give(_call.X[0], new Cotangent(gq, next));
        _walk.Give(_call.X[1], new Cotangent(gk, next));
        _walk.Give(_call.X[2], new Cotangent(gv, next));
    }
}
