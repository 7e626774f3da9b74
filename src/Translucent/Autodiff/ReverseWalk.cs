// The reverse walk over a tape: from the targets down, one call at a time, forgetting what is no longer needed. Written once for
// everything that can be carried: cotangents in float32 (Walk), cotangents or relevance in float64 (PreciseWalk).

namespace Translucent.Autodiff;

/// <summary>One walk down one tape, carrying a <typeparamref name="T"/> for every value that is on the way.</summary>
/// <remarks>Only what leads to a watched site is visited, so the walk ends at the lowest of them.</remarks>
abstract class ReverseWalk<T> where T : class
{
    readonly T?[] _slots;
    readonly bool[] _needed;

    protected ReverseWalk(Tape tape, Watch watch, Rulebook? rules)
    {
        (Tape, Watch, Rules) = (tape, watch, rules ?? Rulebook.Gradient);
        _slots = new T?[tape.Count];
        _needed = new bool[tape.Count];
    }

    public Tape Tape { get; }

    public Watch Watch { get; }

    /// <summary>What replaces pulls.</summary>
    public Rulebook Rules { get; }

    /// <summary>Whether anybody waits for what flows into this value.</summary>
    public bool Needs(Var x) => _needed[x.Index];

    /// <summary>Runs the walk.</summary>
    /// <param name="seeds">Where it starts, and with what, which it takes over.</param>
    /// <param name="below">Values whose share is returned for the caller to release, null where nothing flows into one.</param>
    public T?[] Run(ReadOnlySpan<(Var At, T Value)> seeds, params ReadOnlySpan<Var> below)
    {
        Dictionary<Var, Action<T>> watched = [];
        foreach ((string site, Action<T> observe) in Observers)
            if (Tape.TryFind(site) is { } v) watched[v] = watched.TryGetValue(v, out Action<T>? other) ? other + observe : observe;
        foreach (Var v in watched.Keys) _needed[v.Index] = true;
        foreach (Var v in below) _needed[v.Index] = true;
        foreach (Call call in Tape.Calls)
            if (Wants(call))
                foreach (Var y in call.Outputs) _needed[y.Index] = true;
        foreach ((Var at, T value) in seeds)
        {
            _needed[at.Index] = true;
            Give(at, value);
        }
        for (int i = Tape.Calls.Count - 1; i >= 0; i--) Step(Tape.Calls[i], watched);
        foreach ((Var v, Action<T> observe) in watched)
            if (_slots[v.Index] is { } g) observe(Arrived(v, g)); // a leaf
        T?[] result = new T?[below.Length];
        for (int i = 0; i < below.Length; i++)
        {
            ref T? slot = ref _slots[below[i].Index];
            result[i] = slot is null ? null : Arrived(below[i], slot);
            slot = null;
        }
        foreach (T? rest in _slots)
            if (rest is not null) Release(rest);
        return result;
    }

    void Step(Call call, Dictionary<Var, Action<T>> watched)
    {
        if (!call.Outputs.Any(y => _slots[y.Index] is not null)) return;
        Tape.ThrowIfDisposed();
        Watch.Stop.ThrowIfCancellationRequested();
        Tape.Stop.ThrowIfCancellationRequested();
        T?[] g = new T?[call.Outputs.Length];
        for (int i = 0; i < g.Length; i++)
        {
            Var y = call.Outputs[i];
            if (_slots[y.Index] is not { } slot) continue;
            g[i] = Arrived(y, slot);
            if (watched.Remove(y, out Action<T>? observe)) observe(g[i]!);
        }
        if (Wants(call))
        {
            if (call.Op is Recomputed part) Descend(part, call, g);
            else Pull(call, g[0]!);
        }
        for (int i = 0; i < g.Length; i++)
        {
            if (g[i] is { } done) Release(done);
            _slots[call.Outputs[i].Index] = null;
        }
    }

    /// <summary>Computes a recomputed part again and walks down it.</summary>
    void Descend(Recomputed part, Call call, T?[] g)
    {
        using Tape inner = Tape.Inside(Watch.Stop, part.Chain);
        Var[] x = Array.ConvertAll(call.X, v => inner.Leaf(v.Value)), y = part.Body(x), needed = [.. x.Where((_, i) => Needs(call.X[i]))];
        T?[] below = Inside(inner, call, x).Run([.. Enumerable.Range(0, g.Length).Where(i => g[i] is not null).Select(i => (y[i], Retain(g[i]!)))], needed);
        for (int i = 0; i < needed.Length; i++)
            if (below[i] is { } gx) Give(call.X[Array.IndexOf(x, needed[i])], gx);
    }

    bool Wants(Call call) => (call.Op is Recomputed s ? Watch.Within(s.Prefix) : call.Site is not null && ObservesInside(call.Site)) || call.X.Any(Needs);

    /// <summary>What has come together at a value.</summary>
    protected ref T? Slot(Var x) => ref _slots[x.Index];

    /// <summary>All that is on its way.</summary>
    protected IEnumerable<T> Live => _slots.OfType<T>();

    /// <summary>Who watches which values.</summary>
    protected abstract IEnumerable<KeyValuePair<string, Action<T>>> Observers { get; }

    /// <summary>Whether the value inside an operation is observed.</summary>
    protected abstract bool ObservesInside(string site);

    /// <summary>Takes over <paramref name="g"/> as part of what flows into <paramref name="x"/>.</summary>
    public abstract void Give(Var x, T g);

    /// <summary>Hands what flows into the output of a call on to its inputs.</summary>
    protected abstract void Pull(Call call, T g);

    /// <summary>The same walk down the inside of a recomputed part whose inputs are the leaves <paramref name="x"/>.</summary>
    protected abstract ReverseWalk<T> Inside(Tape inner, Call part, Var[] x);

    /// <summary>All parts of what flows into a value, once every use of it has been passed.</summary>
    protected virtual T Arrived(Var x, T slot) => slot;

    /// <summary>Another hold of the same.</summary>
    protected virtual T Retain(T g) => g;

    /// <summary>Gives a hold back.</summary>
    protected virtual void Release(T g) { }
}
