// The pull of attention: for every image and head, A once, then target by target G, the observer, and the cotangents of q, k, v.

using Translucent.Tensors;

namespace Translucent.Autodiff.Ops;

/// <summary>Factors on what flows into queries and keys, and into values: 1 for the gradient, others for rules of relevance.</summary>
readonly record struct AttentionShares(float QueriesAndKeys, float Values)
{
    public static AttentionShares Gradient { get; } = new(1, 1);
}

/// <summary>One pull of one <see cref="Attention"/>.</summary>
/// <remarks>
/// A work item is one head of one image and a few of its targets. Above the topmost attention of a sweep only R rows of g per
/// target are not zero; then only those rows of A and G are computed, gq stays sparse, and gk and gv are outer products of them.
/// </remarks>
sealed unsafe class AttentionPull
{
    [ThreadStatic] static PackedOperand? t_values, t_keys, t_queries;

    readonly Attention.Shape _s;
    readonly AttentionShares _shares;
    readonly int _heads, _targets;
    readonly Cotangent _g;
    readonly Tensor _q, _k, _v, _gy;
    readonly AttentionObserver? _observer;
    readonly Walk _walk;
    readonly Call _call;
    readonly Walk.Sink _gq, _gk, _gv;
    readonly OuterProducts? _keys, _values; // in the place of _gk and _gv
    readonly bool _below; // whether anything below this attention is needed
    readonly bool _scores; // whether anything flows into queries and keys

    public AttentionPull(Attention op, Call call, Cotangent g, Walk walk, AttentionShares shares)
    {
        if (op.Mask is { Renormalizes: false })
            throw new InvalidOperationException($"{call.Site ?? "attention"}: keys were taken away after the softmax, so this pass has no derivatives; take them away before it.");
        (_walk, _call, _shares) = (walk, call, shares);
        (_q, _k, _v) = (call.X[0].Value, call.X[1].Value, call.X[2].Value);
        (_heads, _targets, _g, _gy) = (op.Heads, g.Targets, g, g.Values);
        _s = new Attention.Shape(_q, _k, op);
        _observer = walk.Watch.ObserverOf(call.Site);
        _below = call.X.Any(walk.Needs);
        if (!_below) return;
        _scores = shares.QueriesAndKeys != 0;
        if (_scores) _gq = walk.Open(call.X[0], g);
        if (g.Tokens is not null && OuterProducts.Pay(Rows * (2 * _heads + 1), _s.Keys))
        {
            if (_scores) _keys = RentFactors(walk.Arena);
            _values = RentFactors(walk.Arena);
            return;
        }
        if (_scores) _gk = walk.Open(call.X[1], g.Targets, tokens: null);
        _gv = walk.Open(call.X[2], g.Targets, tokens: null);
        if (_shares.Values != 1 && _gv.Accumulate) throw new InvalidOperationException("attention: a rule of shares needs values that nothing else reads.");
    }

    /// <summary>Rows of g per target and image.</summary>
    int Rows => _gy.Shape[2];

    OuterProducts RentFactors(Arena arena) => new(
        arena.Rent(_targets, _s.Images, Rows * _heads, _s.Keys), arena.RentZeroed(_targets, _s.Images, Rows * _heads, _s.Width));

    public void Run()
    {
        _observer?.Begin(new AttentionShape(_targets, _s.Images, _heads, _s.Queries, _s.Keys));
        int pairs = _s.Images * _heads, groups = Math.Clamp(Math.Max(4, 4 * Threads.Count / pairs), 1, _targets);
        int whole = Math.Max(0, pairs - Threads.Count); // the last in groups of targets, so that all threads end together
        Threads.For(whole + (pairs - whole) * groups, item =>
        {
            (int pair, int group) = item < whole ? (item, 0) : (whole + (item - whole) / groups, (item - whole) % groups);
            int parts = item < whole ? 1 : groups, first = (int)((long)_targets * group / parts), end = (int)((long)_targets * (group + 1) / parts);
            if (_g.Tokens is null) Dense(pair / _heads, pair % _heads, first, end);
            else Sparse(pair / _heads, pair % _heads, first, end);
        });
        _observer?.End();
        if (!_below) return;
        Tensor gv = _values?.Rows ?? _gv.Values;
        if (_shares.Values != 1) TensorPrimitives.Multiply(gv.Span, _shares.Values, gv.Span);
        _gq.Dispose();
        _gk.Dispose();
        _gv.Dispose();
        if (_keys is not null) _walk.Give(_call.X[1], _keys);
        if (_values is not null) _walk.Give(_call.X[2], _values);
    }

    /// <summary>Every query has a cotangent: tiles of queries, each tile for all targets of the item.</summary>
    void Dense(int image, int head, int firstTarget, int endTarget)
    {
        int keys = _s.Keys, depth = _s.Depth, width = _s.Width;
        PackedOperand transposedKeys = Attention.PackKeys(_s, _k, image, head), values = PackHead(image, head);
        float* a = Scratch.Floats(0, Attention.QueryBlock * keys), g = Scratch.Floats(1, Attention.QueryBlock * keys);
        for (int first = 0; first < _s.Queries; first += Attention.QueryBlock)
        {
            int rows = Math.Min(Attention.QueryBlock, _s.Queries - first);
            Attention.Probabilities(_s, transposedKeys, _q, image, head, first, rows, a);
            PackedOperand queries = t_queries ??= new();
            if (_scores) queries.Pack(rows, depth, new Operand(_s.QueryPointer(_q, image, head, first), width));
            for (int t = firstTarget; t < endTarget; t++)
            {
                float* gy = _s.QueryPointer(_gy, t * _s.Images + image, head, first);
                bool later = first > 0;
                if (_below)
                    Gemm.MultiplySerial(keys, depth, rows, new Operand(a, keys).Transposed, new Operand(gy, width), KeyPointer(_gv, t, image, head), width, later || _gv.Accumulate);
                if (!_scores && _observer is null) continue;
                Gemm.MultiplySerial(rows, keys, depth, new Operand(gy, width), values, g, keys, accumulate: false);
                Observe(t, image, head, first, rows, a, g);
                if (!_scores) continue;
                for (int r = 0; r < rows; r++) Kernels.PullSoftmax(a + (long)r * keys, g + (long)r * keys, keys, _s.Scale * _shares.QueriesAndKeys);
                Gemm.MultiplySerial(rows, depth, keys, new Operand(g, keys), t_keys!, _s.QueryPointer(_gq.Values, t * _s.Images + image, head, first), width, _gq.Accumulate);
                Gemm.MultiplySerial(keys, depth, rows, new Operand(g, keys).Transposed, queries, KeyPointer(_gk, t, image, head), width, later || _gk.Accumulate);
            }
        }
    }

    /// <summary>R queries per target have a cotangent: their rows only.</summary>
    void Sparse(int image, int head, int firstTarget, int endTarget)
    {
        int keys = _s.Keys, depth = _s.Depth, width = _s.Width, rows = Rows;
        PackedOperand transposedKeys = Attention.PackKeys(_s, _k, image, head), values = PackHead(image, head);
        float* a = Scratch.Floats(0, keys), g = Scratch.Floats(1, keys);
        for (int t = firstTarget; t < endTarget; t++)
            for (int j = 0; j < rows; j++)
            {
                int query = _g.Tokens![t * rows + j];
                long row = ((long)t * _s.Images + image) * rows + j;
                float* gy = _gy.Pointer + row * width + head * depth;
                Attention.Probabilities(_s, transposedKeys, _q, image, head, query, 1, a);
                if (_values is not null) Keep(_values, (int)row * _heads + head, a, gy);
                else if (_below) Outer(a, gy, KeyPointer(_gv, t, image, head), j > 0 || _gv.Accumulate);
                if (!_scores && _observer is null) continue;
                Gemm.MultiplySerial(1, keys, depth, new Operand(gy, width), values, g, keys, accumulate: false);
                Observe(t, image, head, query, 1, a, g);
                if (!_scores) continue;
                Kernels.PullSoftmax(a, g, keys, _s.Scale * _shares.QueriesAndKeys);
                Gemm.MultiplySerial(1, depth, keys, new Operand(g, keys), t_keys!, _gq.Values.Pointer + row * width + head * depth, width, _gq.Accumulate);
                if (_keys is not null) Keep(_keys, (int)row * _heads + head, g, _s.QueryPointer(_q, image, head, query));
                else Outer(g, _s.QueryPointer(_q, image, head, query), KeyPointer(_gk, t, image, head), j > 0 || _gk.Accumulate);
            }
    }

    /// <summary>Product number <paramref name="at"/> is column ⊗ row, which lies in the columns of its head.</summary>
    void Keep(OuterProducts into, int at, float* column, float* row)
    {
        new ReadOnlySpan<float>(column, _s.Keys).CopyTo(into.Columns.Row(at));
        new ReadOnlySpan<float>(row, _s.Depth).CopyTo(into.Rows.Row(at)[(at % _heads * _s.Depth)..]);
    }

    /// <summary>into [K, D] (+)= column ⊗ row.</summary>
    void Outer(float* column, float* row, float* into, bool accumulate)
    {
        ReadOnlySpan<float> values = new(row, _s.Depth);
        for (int i = 0; i < _s.Keys; i++)
        {
            Span<float> target = new(into + (long)i * _s.Width, _s.Depth);
            if (accumulate) TensorPrimitives.MultiplyAdd(values, column[i], target, target);
            else TensorPrimitives.Multiply(values, column[i], target);
        }
    }

    void Observe(int target, int image, int head, int first, int rows, float* a, float* g) => _observer?.Tile(new AttentionTile
    {
        Target = target,
        Image = image,
        Head = head,
        FirstQuery = first,
        Keys = _s.Keys,
        Probabilities = new ReadOnlySpan<float>(a, rows * _s.Keys),
        Gradient = new ReadOnlySpan<float>(g, rows * _s.Keys),
    });

    /// <summary>vᵀ of the head, and k beside it if it will be needed.</summary>
    PackedOperand PackHead(int image, int head)
    {
        PackedOperand values = t_values ??= new();
        values.Pack(_s.Depth, _s.Keys, _s.KeyRows(_v, image, head).Transposed);
        if (_scores) (t_keys ??= new()).Pack(_s.Keys, _s.Depth, _s.KeyRows(_k, image, head));
        return values;
    }

    float* KeyPointer(Walk.Sink into, int target, int image, int head) =>
        into.Values.Pointer + ((long)target * _s.Images + image) * _s.Keys * _s.Width + head * _s.Depth;
}
