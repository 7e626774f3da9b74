// The tape: what a forward pass computed, in order, with names for the places inside the model ("sites").

using System.Diagnostics.CodeAnalysis;
using Translucent.Tensors;

namespace Translucent.Autodiff;

/// <summary>How much of a forward pass stays in memory for the sweep.</summary>
public enum Keep
{
    /// <summary>Everything.</summary>
    All,

    /// <summary>Only what crosses the boundaries of recomputed parts (transformer blocks): a sweep that reaches one computes it again. Same bits.</summary>
    Boundaries,
}

/// <summary>A recorded forward pass.</summary>
/// <remarks>Values live until the tape is disposed; a tape that shares an arena with earlier ones uses their memory again.</remarks>
sealed class Tape : IDisposable
{
    readonly List<Var> _vars = [];
    readonly List<Call> _calls = [];
    readonly Dictionary<string, Var> _sites = [];
    readonly HashSet<Tensor> _owned = [];
    bool _disposed, _forgets, _infers;

    /// <summary>A tape with memory of its own.</summary>
    /// <param name="keep">What is kept for sweeps.</param>
    /// <param name="compute">Threads, kernel and memory; the default when null.</param>
    public Tape(Keep keep = Keep.All, Compute? compute = null) : this(new Arena(compute), keep) { }

    /// <param name="arena">Where values live.</param>
    /// <param name="keep">What is kept for sweeps.</param>
    /// <param name="stop">Asked before each operation, of sweeps too.</param>
    internal Tape(Arena arena, Keep keep, CancellationToken stop = default) => (Arena, Keep, Stop) = (arena, keep, stop);

    /// <summary>A tape that records what a model would compute, shapes without numbers: for counting what it costs (<see cref="TapeCost"/>).</summary>
    internal static Tape Plan(Keep keep = Keep.All) => new(new Arena(), keep) { IsPlan = true };

    /// <summary>Whether values are shapes without numbers.</summary>
    internal bool IsPlan { get; private init; }

    /// <summary>What this tape keeps for sweeps.</summary>
    public Keep Keep { get; }

    /// <summary>Where values live, and what computes them.</summary>
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

    /// <summary>The value at a site, if there is one.</summary>
    internal bool TryGet(string site, [NotNullWhen(true)] out Var? value)
    {
        ThrowIfDisposed();
        return _sites.TryGetValue(site, out value);
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
    internal Var Recomputed(string prefix, Var x, Func<Var, Var> body) => Recomputed(prefix, [x], v => [body(v[0])])[0];

    /// <summary>The same for a part that reads and makes several values, as two streams do.</summary>
    internal Var[] Recomputed(string prefix, Var[] x, Func<Var[], Var[]> body)
    {
        if (Keep == Keep.All) return body(x);
        Recomputed part = new(prefix, body);
        if (_forgets)
        {
            Tensor[] made = part.Results(this, Mine(x));
            foreach (Tensor t in _owned) Arena.Return(t);
            _owned.Clear();
            _owned.UnionWith(made);
            return Array.ConvertAll(made, Leaf);
        }
        return Record(part, x, IsPlan ? part.Shapes(Mine(x)) : part.Results(this, Mine(x)), kept: []);
    }

    /// <summary>
    /// A part whose inside is never kept, whatever <see cref="Keep"/> says: a chain of recomputed parts, each needed by the next alone, so that no more than
    /// one of them is in memory at a time; a sweep that goes through it computes it again, with the boundaries of its recomputed parts kept.
    /// </summary>
    internal Var Chain(string prefix, Var x, Func<Var, Var> body)
    {
        Recomputed part = new(prefix, v => [body(v[0])]) { Chain = true };
        return Record(part, [x], IsPlan ? part.Shapes(Mine([x])) : part.Results(this, Mine([x])), kept: [])[0];
    }

    internal Var Record(Op op, ReadOnlySpan<Var> x)
    {
        Stop.ThrowIfCancellationRequested();
        Tensor[] values = Values(Mine(x)), kept = [];
        if (IsPlan) return Record(op, x, [Tensor.Planned(op.OutputShape(values))], kept)[0];
        Arena.Begins?.Invoke(op);
        Tensor y = _infers ? op.Infer(values, Arena) : op.Forward(values, Arena, out kept);
        Arena.Ends?.Invoke(op, op.Flops(values));
        return Record(op, x, [y], kept)[0];
    }

    Var[] Record(Op op, ReadOnlySpan<Var> x, Tensor[] made, Tensor[] kept)
    {
        Var[] y = Array.ConvertAll(made, Leaf);
        if (!IsPlan) _owned.UnionWith([.. made, .. kept]);
        _calls.Add(new Call(op, x.ToArray(), y, kept));
        return y;
    }

    ReadOnlySpan<Var> Mine(ReadOnlySpan<Var> x)
    {
        foreach (Var v in x)
            if (v.Tape != this) throw new ArgumentException("an operation joins values of two tapes; apply it to values of one.");
        return x;
    }

    static Tensor[] Values(ReadOnlySpan<Var> x)
    {
        Tensor[] values = new Tensor[x.Length];
        for (int i = 0; i < x.Length; i++) values[i] = x[i].Value;
        return values;
    }

    /// <summary>A tape for the inside of a part of this one, which keeps everything; of a chain, the boundaries of its recomputed parts.</summary>
    internal Tape Inside(CancellationToken stop, bool chain = false) =>
        IsPlan ? Plan(chain ? Keep.Boundaries : Keep.All) : new(Arena, chain ? Keep.Boundaries : Keep.All, stop);

    /// <summary>A tape for the inside of a part that is computed again before a sweep goes through it: nothing is kept for pulls.</summary>
    internal Tape Inferring(CancellationToken stop) => new(Arena, Keep.All, stop) { _infers = true };

    /// <summary>A tape for the inside of a chain that keeps no more than its latest part.</summary>
    internal Tape Forgetting(CancellationToken stop) => new(Arena, Keep.Boundaries, stop) { _forgets = true };

    internal Var? TryFind(string site) => _sites.GetValueOrDefault(site);

    internal void Name(string site, Var v) => _sites[site] = v;

    /// <summary>Hands over a tape with the sites that begin with <paramref name="prefix"/>: this one, or a part that was not kept, computed again.</summary>
    /// <exception cref="KeyNotFoundException">There are no such sites.</exception>
    internal void Within(string prefix, Action<Tape> use)
    {
        if (Keep == Keep.All) use(this);
        else if (_calls.Find(c => c.Op is Recomputed s && prefix.StartsWith(s.Prefix, StringComparison.Ordinal)) is { Op: Recomputed part } call)
        {
            using Tape inner = Inside(Stop);
            part.Body(Array.ConvertAll(call.X, x => inner.Leaf(x.Value)));
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

    internal void Sweep(Var from, Cotangent seed, Watch watch, Rulebook? rules) => new Walk(this, watch, rules).Run([(from, seed)]);

    /// <exception cref="ObjectDisposedException">The tape is disposed.</exception>
    internal void ThrowIfDisposed()
    {
        if (_disposed)
            throw new ObjectDisposedException(objectName: null,
                "tape: the trace or tape is disposed; dispose it after the last sweep, and copy what outlives it.");
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
