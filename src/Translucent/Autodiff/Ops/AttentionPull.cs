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
/// A work item is one head of keys of one image, with the heads that read it, and a few of its targets. Above the topmost attention
/// of a sweep only R rows of g per target are not zero; then only those rows of A and G are computed, gq stays sparse, and gk and gv
/// are outer products of them.
/// </remarks>
sealed unsafe class AttentionPull
{
    [ThreadStatic] static PackedOperand? t_values, t_keys, t_queries, t_transposedKeys;

    readonly AttentionPlan _s;
    readonly AttentionShares _shares;
    readonly int _targets;
    readonly Cotangent _g;
    readonly Tensor _q, _k, _v, _gy;
    readonly AttentionObserver? _observer;
    readonly Walk _walk;
    readonly Call _call;
    readonly Place _gq, _gk, _gv;
    readonly OuterProducts? _keys, _values; // in the place of _gk and _gv
    readonly bool _below; // whether anything below this attention is needed
    readonly bool _scores; // whether anything flows into queries and keys

    public AttentionPull(Attention op, Call call, Cotangent g, Walk walk, AttentionShares shares)
    {
        if (op.Mask is { Renormalizes: false }) throw op.NoDerivatives();
        (_walk, _call, _shares) = (walk, call, shares);
        (_q, _k, _v) = (call.X[0].Value, call.X[1].Value, call.X[2].Value);
        (_targets, _g, _gy) = (g.Targets, g, g.Values);
        _s = new AttentionPlan(op, _q, _k, _v, walk.Compute);
        _observer = walk.Watch.ObserverOf(call.Site);
        _below = call.X.Any(walk.Needs);
        if (!_below) return;
        _scores = shares.QueriesAndKeys != 0;
        bool apart = call.X[0] == call.X[1] || call.X[1] == call.X[2] || call.X[0] == call.X[2]; // one value in several roles
        if (_scores) _gq = Open(call.X[0], g.Tokens, apart);
        if (g.Tokens is not null && OuterProducts.Pay(Rows * (2 * _s.Heads + 1), _s.Keys))
        {
            if (_scores) _keys = RentFactors(walk.Arena);
            _values = RentFactors(walk.Arena);
            return;
        }
        if (_scores) _gk = Open(call.X[1], tokens: null, apart);
        _gv = Open(call.X[2], tokens: null, apart || shares.Values != 1);
    }

    /// <summary>Rows of g per target and image.</summary>
    int Rows => _gy.Shape[2];

    /// <summary>Where the cotangent of one input is written: in what flows into it already, or, apart from that, in memory of its own.</summary>
    readonly record struct Place(Tensor Values, bool Accumulate, Walk.Sink Sink, Cotangent? Own);

    Place Open(Var x, int[]? tokens, bool apart)
    {
        if (apart)
        {
            ReadOnlySpan<int> shape = x.Value.Shape;
            Cotangent own = new(tokens is null ? _walk.Arena.Rent([_targets, .. shape]) : _walk.Arena.Rent(_targets, shape[0], Rows, shape[^1]), tokens);
            return new Place(own.Values, Accumulate: false, default, own);
        }
        Walk.Sink sink = _walk.Open(x, _targets, tokens);
        return new Place(sink.Values, sink.Accumulate, sink, Own: null);
    }

    void Close(Var x, Place place)
    {
        if (place.Own is not null) _walk.Give(x, place.Own);
        else if (place.Values is not null) place.Sink.Dispose();
    }

    OuterProducts RentFactors(Arena arena) => new(
        arena.Rent(_targets, _s.Images, Rows * _s.Heads, _s.Keys), arena.RentZeroed(_targets, _s.Images, Rows * _s.Heads, _s.KeyWidth));

    public void Run()
    {
        _observer?.Begin(new AttentionShape(_targets, _s.Images, _s.Heads, _s.Queries, _s.Keys));
        int threads = _walk.Compute.Threads, pairs = _s.Images * _s.KeyHeads, groups = Math.Clamp(Math.Max(4, 4 * threads / pairs), 1, _targets);
        int whole = Math.Max(0, pairs - threads); // the last in groups of targets, so that all threads end together
        _walk.Compute.For(whole + (pairs - whole) * groups, item =>
        {
            (int pair, int group) = item < whole ? (item, 0) : (whole + (item - whole) / groups, (item - whole) % groups);
            int parts = item < whole ? 1 : groups, first = (int)((long)_targets * group / parts), end = (int)((long)_targets * (group + 1) / parts);
            int image = pair / _s.KeyHeads, lowest = pair % _s.KeyHeads * _s.Group;
            for (int head = lowest; head < lowest + _s.Group; head++)
                if (_g.Tokens is null) Dense(image, head, head > lowest, first, end);
                else Sparse(image, head, head > lowest, first, end);
        });
        _observer?.End();
        if (!_below) return;
        if (_shares.Values != 1)
        {
            Tensor gv = _values?.Rows ?? _gv.Values;
            TensorPrimitives.Multiply(gv.Span, _shares.Values, gv.Span);
        }
        Close(_call.X[0], _gq);
        Close(_call.X[1], _gk);
        Close(_call.X[2], _gv);
        if (_keys is not null) _walk.Give(_call.X[1], _keys);
        if (_values is not null) _walk.Give(_call.X[2], _values);
    }

    /// <summary>Every query has a cotangent: tiles of queries, each tile for all targets of the item.</summary>
    /// <param name="later">Whether another head has written to the same keys and values.</param>
    /// <param name="image">Item of the batch.</param>
    /// <param name="head">Head of the queries.</param>
    /// <param name="firstTarget">The first of the targets of this item.</param>
    /// <param name="endTarget">The one behind the last.</param>
    void Dense(int image, int head, bool later, int firstTarget, int endTarget)
    {
        int keys = _s.Keys, depth = _s.Depth, width = _s.Width, keyWidth = _s.KeyWidth, packed = -1;
        PackedOperand transposedKeys = t_transposedKeys ??= new(), values = t_values ??= new(), keyRows = t_keys ??= new(), queries = t_queries ??= new();
        float* a = Scratch.Floats(0, Attention.QueryBlock * keys), g = Scratch.Floats(1, Attention.QueryBlock * keys);
        for (int first = 0; first < _s.Queries; first += Attention.QueryBlock, later = true)
        {
            int rows = Math.Min(Attention.QueryBlock, _s.Queries - first), seen = _s.Seen(image, first, rows), shown = _observer is null ? seen : keys;
            if (seen != packed) // what no query of the block sees has probability 0; only observers ask for its cotangent
            {
                transposedKeys.Pack(depth, seen, _s.KeyRows(_k, image, head).Transposed, _s.Kernel);
                values.Pack(depth, shown, _s.KeyRows(_v, image, head).Transposed, _s.Kernel);
                if (_scores) keyRows.Pack(seen, depth, _s.KeyRows(_k, image, head), _s.Kernel);
                packed = seen;
            }
            _s.Probabilities(transposedKeys, _q, image, head, first, rows, a);
            if (_scores) queries.Pack(rows, depth, new Operand(_s.QueryPointer(_q, image, head, first), width), _s.Kernel);
            for (int t = firstTarget; t < endTarget; t++)
            {
                int item = t * _s.Images + image;
                float* gy = _s.QueryPointer(_gy, item, head, first);
                if (_below)
                {
                    float* gv = Into(_gv, item, head, later, seen);
                    Gemm.MultiplySerial(_s.Kernel, seen, depth, rows, new Operand(a, keys).Transposed, new Operand(gy, width), gv, keyWidth, later
                        || _gv.Accumulate);
                }
                if (!_scores && _observer is null) continue;
                Gemm.MultiplySerial(rows, shown, depth, new Operand(gy, width), values, g, keys, accumulate: false);
                Observe(t, image, head, first, rows, a, g);
                if (!_scores) continue;
                for (int r = 0; r < rows; r++) Kernels.PullSoftmax(a + (long)r * keys, g + (long)r * keys, seen, _s.Scale * _shares.QueriesAndKeys);
                float* gq = _s.QueryPointer(_gq.Values, item, head, first), gk = Into(_gk, item, head, later, seen);
                Gemm.MultiplySerial(rows, depth, seen, new Operand(g, keys), keyRows, gq, width, _gq.Accumulate);
                Gemm.MultiplySerial(seen, depth, rows, new Operand(g, keys).Transposed, queries, gk, keyWidth, later || _gk.Accumulate);
            }
        }
    }

    /// <summary>The first key of a head; keys beyond those that will be written become zero when nothing is there yet.</summary>
    float* Into(Place place, int item, int head, bool later, int seen)
    {
        float* into = _s.KeyPointer(place.Values, item, head);
        if (!later && !place.Accumulate)
            for (int k = seen; k < _s.Keys; k++) new Span<float>(into + (long)k * _s.KeyWidth, _s.Depth).Clear();
        return into;
    }

    /// <summary>R queries per target have a cotangent: their rows only.</summary>
    /// <inheritdoc cref="Dense"/>
    void Sparse(int image, int head, bool later, int firstTarget, int endTarget)
    {
        int keys = _s.Keys, depth = _s.Depth, width = _s.Width, rows = Rows;
        PackedOperand transposedKeys = t_transposedKeys ??= new(), values = t_values ??= new(), keyRows = t_keys ??= new();
        transposedKeys.Pack(depth, keys, _s.KeyRows(_k, image, head).Transposed, _s.Kernel);
        values.Pack(depth, keys, _s.KeyRows(_v, image, head).Transposed, _s.Kernel);
        if (_scores) keyRows.Pack(keys, depth, _s.KeyRows(_k, image, head), _s.Kernel);
        float* a = Scratch.Floats(0, keys), g = Scratch.Floats(1, keys);
        for (int t = firstTarget; t < endTarget; t++)
            for (int j = 0; j < rows; j++)
            {
                int query = _g.Tokens![t * rows + j], item = t * _s.Images + image;
                long row = (long)item * rows + j;
                bool add = later || j > 0;
                float* gy = _gy.Pointer + row * width + head * depth;
                _s.Probabilities(transposedKeys, _q, image, head, query, 1, a);
                if (_values is not null) Keep(_values, (int)row * _s.Heads + head, head, a, gy);
                else if (_below) Outer(a, gy, _s.KeyPointer(_gv.Values, item, head), add || _gv.Accumulate);
                if (!_scores && _observer is null) continue;
                Gemm.MultiplySerial(1, keys, depth, new Operand(gy, width), values, g, keys, accumulate: false);
                Observe(t, image, head, query, 1, a, g);
                if (!_scores) continue;
                Kernels.PullSoftmax(a, g, keys, _s.Scale * _shares.QueriesAndKeys);
                Gemm.MultiplySerial(1, depth, keys, new Operand(g, keys), keyRows, _gq.Values.Pointer + row * width + head * depth, width, _gq.Accumulate);
                if (_keys is not null) Keep(_keys, (int)row * _s.Heads + head, head, g, _s.QueryPointer(_q, image, head, query));
                else Outer(g, _s.QueryPointer(_q, image, head, query), _s.KeyPointer(_gk.Values, item, head), add || _gk.Accumulate);
            }
    }

    /// <summary>Product number <paramref name="at"/> is column ⊗ row, which lies in the columns of its head of keys.</summary>
    void Keep(OuterProducts into, int at, int head, float* column, float* row)
    {
        new ReadOnlySpan<float>(column, _s.Keys).CopyTo(into.Columns.Row(at));
        new ReadOnlySpan<float>(row, _s.Depth).CopyTo(into.Rows.Row(at)[(head / _s.Group * _s.Depth)..]);
    }

    /// <summary>into [K, D] (+)= column ⊗ row.</summary>
    void Outer(float* column, float* row, float* into, bool accumulate)
    {
        ReadOnlySpan<float> values = new(row, _s.Depth);
        for (int i = 0; i < _s.Keys; i++)
        {
            Span<float> target = new(into + (long)i * _s.KeyWidth, _s.Depth);
            if (accumulate) TensorPrimitives.MultiplyAdd(values, column[i], target, target);
            else TensorPrimitives.Multiply(values, column[i], target);
        }
    }

    void Observe(int target, int image, int head, int first, int rows, float* a, float* g)
    {
        if (_s.Keys == 0) return; // a stream without tokens: there is nothing to see
        _observer?.Tile(new AttentionTile
        {
            Target = target,
            Image = image,
            Head = head,
            FirstQuery = first,
            Keys = _s.Keys,
            Probabilities = new ReadOnlySpan<float>(a, rows * _s.Keys),
            Gradient = new ReadOnlySpan<float>(g, rows * _s.Keys),
        });
    }
}
