// What a forward pass and a sweep cost, as sums over the recorded calls of any model: floating-point operations of matrix products, a
// multiplication with its addition counted as two, and bytes. Nothing is computed: a tape of shapes (Tape.Plan) will do.

using Translucent.Tensors;

namespace Translucent.Autodiff;

/// <summary>What a sweep costs.</summary>
/// <param name="PerTarget">Operations for every target.</param>
/// <param name="Once">Operations for all targets together.</param>
/// <param name="BytesPerTarget">The most that cotangents of one target take at any time; an arena holds more, as it keeps memory of several sizes.</param>
readonly record struct SweepCost(double PerTarget, double Once, long BytesPerTarget)
{
    /// <summary>Operations for so many targets.</summary>
    public double Flops(int targets) => targets * PerTarget + Once;
}

/// <summary>What a cotangent of one target is like, without its numbers: dense, a few rows per item, or outer products (see <see cref="Cotangent"/>).</summary>
sealed class Flow(Var at, int? rows = null, int? factors = null, bool shared = false)
{
    /// <summary>The value that it flows into, whose shape stays when its tape is gone.</summary>
    public Tensor Value { get; } = at.Value;

    /// <summary>R, or null when every row is there.</summary>
    public int? Rows => rows;

    /// <summary>How many outer products, or null.</summary>
    public int? Factors => factors;

    /// <summary>Whether outer products come with a part that all targets share.</summary>
    public bool Shared => shared;

    /// <summary>Whether outer products have been written out.</summary>
    public bool Written { get; set; }

    /// <summary>B.</summary>
    public int Items => Value.Shape[0];

    /// <summary>Rows of all items that have numbers.</summary>
    public int AllRows => rows is { } few ? Items * few : Value.Rows;

    /// <summary>How many numbers it takes.</summary>
    public long Numbers => rows is { } few ? (long)Items * few * Value.Width
        : factors is { } count ? (long)Items * count * (Value.Width + Value.Shape[^2]) + (Written ? Value.Length : 0)
        : Value.Length;

    /// <summary>The same rows of another value.</summary>
    public Flow Like(Var other) => new(other, rows);
}

/// <summary>One walk that adds up what the walk of cotangents would do.</summary>
/// <param name="tape">A tape, of values or of shapes.</param>
/// <param name="watch">What the sweep watches.</param>
/// <param name="frozen">Whether attention probabilities and the scales of normalisations are constants, as rules of relevance have them.</param>
/// <param name="above">Bytes per target that wait outside, where this is the inside of a recomputed part.</param>
sealed class CostWalk(Tape tape, Watch watch, bool frozen, long above = 0) : ReverseWalk<Flow>(tape, watch, rules: null)
{
    CostWalk? _outer;
    double _perTarget, _once;
    long _most;

    public bool Frozen => frozen;

    /// <summary>The cost of a sweep from <paramref name="from"/>, dense or with some rows per item.</summary>
    public SweepCost Count(Var from, int? rows)
    {
        Run([(from, new Flow(from, rows))]);
        return new SweepCost(_perTarget, _once, _most);
    }

    /// <summary>Counts operations for every target.</summary>
    public void Add(double flops)
    {
        if (_outer is null) _perTarget += flops;
        else _outer.Add(flops);
    }

    /// <summary>Counts operations for all targets together.</summary>
    public void AddOnce(double flops)
    {
        if (_outer is null) _once += flops;
        else _outer.AddOnce(flops);
    }

    /// <summary>Writes outer products out, if that has not been done.</summary>
    public void Write(Flow g)
    {
        if (g.Factors is not { } count || g.Written) return;
        g.Written = true;
        Add(2.0 * count * g.Value.Length);
    }

    public override void Give(Var x, Flow g)
    {
        if (!Needs(x)) return;
        ref Flow? slot = ref Slot(x);
        if (slot is null) slot = g;
        else if (slot.Factors is null && slot.Rows is not null && slot.Rows == g.Rows) return;
        else if ((slot.Factors ?? slot.Rows) is { } mine && (g.Factors ?? g.Rows) is { } more && Join(slot, g))
            slot = new Flow(x, factors: mine + more, shared: slot.Shared || g.Shared);
        else
        {
            Write(slot);
            Write(g);
            slot = new Flow(x);
        }
    }

    /// <summary>Whether outer products, and a few rows among them, stay outer products.</summary>
    static bool Join(Flow a, Flow b) => (a.Factors ?? b.Factors) is not null && !(a.Shared && b.Shared) && !a.Written && !b.Written;

    protected override void Pull(Call call, Flow g)
    {
        call.Op.PullCost(call, g, this);
        See(above + sizeof(float) * Live.Distinct().Sum(flow => flow.Numbers));
    }

    void See(long bytes)
    {
        if (_outer is not null) _outer.See(bytes);
        _most = Math.Max(_most, bytes);
    }

    protected override IEnumerable<KeyValuePair<string, Action<Flow>>> Observers =>
        Watch.Values.Select(pair => KeyValuePair.Create<string, Action<Flow>>(pair.Key, static _ => { }));

    protected override bool ObservesInside(string site) => Watch.ObserverOf(site) is not null;

    protected override ReverseWalk<Flow> Inside(Tape inner, Call part, Var[] x)
    {
        Flow?[] handed = Array.ConvertAll(part.Outputs, y => Slot(y)); // they are counted inside
        return new CostWalk(inner, Watch, frozen, above + sizeof(float) * Live.Except(handed).Sum(flow => flow!.Numbers)) { _outer = this };
    }
}

/// <summary>What a recorded forward pass cost, or, on a tape of shapes, what it would.</summary>
static class TapeCost
{
    /// <summary>Operations of the forward pass.</summary>
    public static double Forward(Tape tape) =>
        tape.Calls.Sum(call => call.Op is Recomputed part ? Inside(tape, part, call, Forward) : call.Op.Flops([.. call.X.Select(x => x.Value)]));

    /// <summary>Bytes that the values of the pass take beside its inputs; with recomputed parts, also those of the largest while it is computed.</summary>
    public static long Bytes(Tape tape)
    {
        long kept = 0, largest = 0;
        foreach (Call call in tape.Calls)
        {
            foreach (Var y in call.Outputs) kept += sizeof(float) * (long)y.Value.Length;
            if (call.Op is Recomputed part) largest = Math.Max(largest, Inside(tape, part, call, Bytes));
            else kept += sizeof(float) * call.Op.KeptNumbers([.. call.X.Select(x => x.Value)]);
        }
        return kept + largest;
    }

    /// <summary>What a sweep costs.</summary>
    /// <param name="tape">A tape, of values or of shapes.</param>
    /// <param name="from">The site where it starts.</param>
    /// <param name="rows">How many rows of each item have a cotangent there; null for all.</param>
    /// <param name="watch">What it watches; observers are not called.</param>
    /// <param name="frozen">Whether attention probabilities and the scales of normalisations are constants.</param>
    public static SweepCost Sweep(Tape tape, string from, int? rows, Watch watch, bool frozen = false) =>
        new CostWalk(tape, watch, frozen).Count(tape[from], rows);

    static T Inside<T>(Tape tape, Recomputed part, Call call, Func<Tape, T> count)
    {
        using Tape inner = Tape.Plan(part.Chain ? Keep.Boundaries : Keep.All);
        part.Body(Array.ConvertAll(call.X, x => inner.Leaf(x.Value)));
        return count(inner);
    }
}
