// The tape: what a forward pass computed, in order, with names for the places inside the model ("sites").

using Translucent.Tensors;

namespace Translucent.Autodiff;

/// <summary>How much of a forward pass stays in memory for the sweep.</summary>
public enum Keep
{
    /// <summary>Everything.</summary>
    All,

    /// <summary>Only what crosses the boundaries of segments (transformer blocks); a sweep computes a segment again when it reaches it. Same bits.</summary>
    Boundaries,
}

/// <summary>A recorded forward pass.</summary>
/// <remarks>Values live until the tape is disposed; a tape that shares an arena with earlier ones uses their memory again.</remarks>
public sealed class Tape : IDisposable
{
    readonly List<Var> _vars = [];
    readonly List<Call> _calls = [];
    readonly Dictionary<string, Var> _sites = [];
    readonly HashSet<Tensor> _owned = [];
    bool _disposed;

    /// <summary>A tape with memory of its own.</summary>
    public Tape(Keep keep = Keep.All) : this(new Arena(), keep) { }

    /// <param name="arena">Where values live.</param>
    /// <param name="keep">What is kept for sweeps.</param>
    /// <param name="stop">Asked before each operation, of sweeps too.</param>
    internal Tape(Arena arena, Keep keep, CancellationToken stop = default) => (Arena, Keep, Stop) = (arena, keep, stop);

    /// <summary>What this tape keeps for sweeps.</summary>
    public Keep Keep { get; }

    internal Arena Arena { get; }

    internal CancellationToken Stop { get; }

    internal IReadOnlyList<Call> Calls => _calls;

    internal int Count => _vars.Count;

    /// <summary>The value at a site.</summary>
    /// <exception cref="KeyNotFoundException">There is no such site on this tape; the message lists those that are.</exception>
    /// <exception cref="ObjectDisposedException">The tape is disposed.</exception>
    public Var this[string site]
    {
        get
        {
            ThrowIfDisposed();
            return _sites.TryGetValue(site, out Var? v) ? v
                : throw new KeyNotFoundException($"site '{site}': not on this tape, which has {string.Join(", ", _sites.Keys)}.");
        }
    }

    /// <summary>A value that nothing on this tape computed: an input.</summary>
    public Var Leaf(Tensor value)
    {
        ThrowIfDisposed();
        Var v = new(this, _vars.Count, value);
        _vars.Add(v);
        return v;
    }

    /// <summary>
    /// Part of a model that reads one value and makes one, and that may be computed again in a sweep instead of being kept.
    /// Sites named inside must begin with <paramref name="prefix"/>.
    /// </summary>
    internal Var Segment(string prefix, Var x, Func<Var, Var> body) =>
        Keep == Keep.All ? body(x) : Record(new Segment(prefix, body, Stop), [x]);

    internal Var Record(Op op, ReadOnlySpan<Var> x)
    {
        Stop.ThrowIfCancellationRequested();
        Tensor[] inputs = new Tensor[x.Length];
        for (int i = 0; i < x.Length; i++)
            inputs[i] = x[i].Tape == this ? x[i].Value : throw new ArgumentException("an operation joins values of two tapes; apply it to values of one.");
        Var y = Leaf(op.Forward(inputs, Arena, out Tensor[] kept));
        _owned.Add(y.Value);
        _owned.UnionWith(kept);
        _calls.Add(new Call(op, x.ToArray(), y, kept, op.Site));
        return y;
    }

    internal Var? TryFind(string site) => _sites.GetValueOrDefault(site);

    internal void Name(string site, Var v) => _sites[site] = v;

    /// <summary>Hands over a tape on which the sites that begin with <paramref name="prefix"/> are: this one, or a segment that was not kept, computed again.</summary>
    /// <exception cref="KeyNotFoundException">There are no such sites.</exception>
    internal void Within(string prefix, Action<Tape> use)
    {
        if (Keep == Keep.All) use(this);
        else if (_calls.Find(c => c.Op is Segment s && prefix.StartsWith(s.Prefix, StringComparison.Ordinal)) is { Op: Segment segment } call)
        {
            using Tape inner = new(Arena, Keep.All, Stop);
            segment.Body(inner.Leaf(call.X[0].Value));
            use(inner);
        }
        else throw new KeyNotFoundException($"site '{prefix}': not on this tape.");
    }

    /// <summary>Hands over the attention whose probabilities bear this name.</summary>
    /// <exception cref="KeyNotFoundException">There is no such attention.</exception>
    internal void WithAttention(string site, Action<Call> use) => Within(site, tape =>
        use(tape._calls.Find(c => c.Site == site) ?? throw new KeyNotFoundException($"attention '{site}': not on this tape.")));

    /// <summary>Walks from <paramref name="from"/> down to the lowest watched site, handing out what is watched.</summary>
    /// <param name="from">Where the targets are.</param>
    /// <param name="seed">Their cotangents there; the walk takes it over.</param>
    /// <param name="watch">What to hand out, and to whom.</param>
    public void Sweep(Var from, Cotangent seed, Watch watch) => Sweep(from, seed, watch, rules: null);

    internal void Sweep(Var from, Cotangent seed, Watch watch, Rulebook? rules) => new Walk(this, watch, rules).Run(from, seed);

    /// <exception cref="ObjectDisposedException">The tape is disposed.</exception>
    internal void ThrowIfDisposed()
    {
        if (_disposed) throw new ObjectDisposedException(objectName: null, "tape: the trace or tape is disposed; dispose it after the last sweep, and copy what outlives it.");
    }

    /// <summary>Gives all memory back; values of this tape throw when they are read afterwards.</summary>
    public void Dispose()
    {
        _disposed = true;
        foreach (Tensor t in _owned) Arena.Return(t);
        _owned.Clear();
        _calls.Clear();
        _vars.Clear();
        _sites.Clear();
    }
}
