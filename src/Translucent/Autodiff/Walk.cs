// The reverse walk over a tape: from the targets down, one call at a time, forgetting what is no longer needed.

using Translucent.Tensors;

namespace Translucent.Autodiff;

/// <summary>One walk down one tape.</summary>
/// <remarks>
/// Only what leads to a watched site is visited, so the walk ends at the lowest of them. A cotangent is shared between the branches
/// of a sum until one of them adds to it, which in a residual stream happens when the other has been used up: no copy is ever made there.
/// </remarks>
sealed class Walk
{
    readonly Tape _tape;
    readonly Cotangent?[] _slots;
    readonly bool[] _needed;
    readonly Dictionary<Var, Action<Cotangent>> _watched = [];

    public Walk(Tape tape, Watch watch, Rulebook? rules = null)
    {
        (_tape, Watch, Rules) = (tape, watch, rules);
        _slots = new Cotangent?[tape.Count];
        _needed = new bool[tape.Count];
    }

    public Watch Watch { get; }

    /// <summary>What replaces pulls, or null.</summary>
    public Rulebook? Rules { get; }

    public Arena Arena => _tape.Arena;

    /// <summary>Whether anybody waits for what flows into this value.</summary>
    public bool Needs(Var x) => _needed[x.Index];

    /// <summary>Runs the walk; if <paramref name="below"/> is given, what flows into it is returned (or null if nothing does), for the caller to release.</summary>
    public Cotangent? Run(Var from, Cotangent seed, Var? below = null)
    {
        _tape.ThrowIfDisposed();
        foreach ((string site, Action<Cotangent> observe) in Watch.Values)
            if (_tape.TryFind(site) is { } v) _watched[v] = _watched.TryGetValue(v, out var other) ? other + observe : observe;
        foreach (Var v in _watched.Keys) _needed[v.Index] = true;
        if (below is not null) _needed[below.Index] = true;
        foreach (Call call in _tape.Calls)
            _needed[call.Y.Index] |= Observes(call) || call.X.Any(Needs);

        _slots[from.Index] = seed;
        for (int i = _tape.Calls.Count - 1; i >= 0; i--)
        {
            _tape.ThrowIfDisposed();
            Call call = _tape.Calls[i];
            if (_slots[call.Y.Index] is not { } g) continue;
            Watch.Stop.ThrowIfCancellationRequested();
            _tape.Stop.ThrowIfCancellationRequested();
            if (_watched.Remove(call.Y, out Action<Cotangent>? observe)) observe(g);
            if (Observes(call) || call.X.Any(Needs)) (Rules?.For(call.Op) ?? call.Op.Pull)(call, g, this);
            g.Release(Arena);
            _slots[call.Y.Index] = null;
        }
        foreach ((Var v, Action<Cotangent> observe) in _watched)
            if (_slots[v.Index] is { } g) observe(g); // a leaf
        Cotangent? result = null;
        for (int i = 0; i < _slots.Length; i++)
        {
            if (below is not null && i == below.Index) result = _slots[i];
            else _slots[i]?.Release(Arena);
        }
        return result;
    }

    bool Observes(Call call) => call.Op is Segment s ? Watch.Within(s.Prefix) : Watch.ObserverOf(call.Site) is not null;

    /// <summary>Adds <paramref name="g"/> as it is to what flows into <paramref name="x"/>.</summary>
    public void Share(Var x, Cotangent g)
    {
        if (!Needs(x)) return;
        if (_slots[x.Index] is null) _slots[x.Index] = g.Retain();
        else
        {
            using Sink sink = Open(x, g);
            if (sink.Accumulate) TensorPrimitives.Add(sink.Values.Span, g.Values.Span, sink.Values.Span);
            else g.Values.Span.CopyTo(sink.Values.Span);
        }
    }

    /// <summary>Takes over outer products as what flows into <paramref name="x"/>; what is there already stays in factors if it can.</summary>
    public void Give(Var x, OuterProducts factors)
    {
        ref Cotangent? slot = ref _slots[x.Index];
        if (!Needs(x))
        {
            factors.Release(Arena);
            return;
        }
        if (slot is { Tokens: not null }) // a few rows are factors too
        {
            Cotangent own = new(OuterProducts.Of(slot, factors.Tokens, Arena), Arena);
            slot.Release(Arena);
            slot = own;
        }
        if (slot is { Sole: true, Factors: { } mine } && (mine.Shared is null || factors.Shared is null)) slot.Add(factors);
        else Give(x, new Cotangent(factors, Arena));
    }

    /// <summary>Takes over <paramref name="g"/> as what flows into <paramref name="x"/>.</summary>
    public void Give(Var x, Cotangent g)
    {
        Share(x, g);
        g.Release(Arena);
    }

    /// <summary>Memory for a contribution to <paramref name="x"/> that has the rows of <paramref name="like"/> (dense if null).</summary>
    public Sink Open(Var x, Cotangent like) => Open(x, like.Targets, like.Tokens);

    /// <inheritdoc cref="Open(Var, Cotangent)"/>
    public Sink Open(Var x, int targets, int[]? tokens)
    {
        ref Cotangent? slot = ref _slots[x.Index];
        if (slot is null)
        {
            slot = New(x, targets, tokens);
            return new Sink(this, slot, into: null, accumulate: false);
        }
        bool same = tokens is null ? slot.Tokens is null : slot.Tokens is not null && slot.Tokens.AsSpan().SequenceEqual(tokens);
        if (tokens is not null && !same) // a few rows into other rows: by way of a buffer
        {
            if (slot is not { Sole: true, Factors: not null }) Densify(ref slot, x);
            return new Sink(this, New(x, targets, tokens), into: slot, accumulate: false);
        }
        if (!same) Densify(ref slot, x);
        else if (!slot.Sole)
        {
            Cotangent own = new(Arena.Rent(slot.Values.Shape), slot.Tokens);
            slot.Values.Span.CopyTo(own.Values.Span);
            slot.Release(Arena);
            slot = own;
        }
        slot.Settle();
        return new Sink(this, slot, into: null, accumulate: true);
    }

    void Densify(ref Cotangent slot, Var x)
    {
        if (slot.Tokens is null && slot.Sole) return;
        Cotangent dense = New(x, slot.Targets, tokens: null);
        dense.Values.Span.Clear();
        slot.AddTo(dense.Values);
        slot.Release(Arena);
        slot = dense;
    }

    Cotangent New(Var x, int targets, int[]? tokens)
    {
        ReadOnlySpan<int> shape = x.Value.Shape;
        return tokens is null
            ? new Cotangent(Arena.Rent([targets, .. shape]))
            : new Cotangent(Arena.Rent(targets, shape[0], tokens.Length / targets, shape[^1]), tokens);
    }

    /// <summary>Where an operation writes, or adds, what flows into one of its inputs; closing it adds the rows where they belong.</summary>
    public readonly struct Sink(Walk walk, Cotangent values, Cotangent? into, bool accumulate) : IDisposable
    {
        public Tensor Values => values.Values;

        /// <summary>Whether to add to <see cref="Values"/> rather than overwrite them.</summary>
        public bool Accumulate => accumulate;

        public void Dispose()
        {
            if (into is null) return;
            into.Add(values);
            values.Release(walk.Arena);
        }
    }
}
