// The walk in float64: cotangents, or relevance itself, which must be carried in float64 because its rules divide by totals that nearly cancel.

using Translucent.Autodiff.Ops;
using Translucent.Tensors;

namespace Translucent.Autodiff;

/// <summary>One walk of T targets down the float64 values of one item of the batch; what is carried is [T·rows, width].</summary>
/// <remarks>
/// Parts of several uses of a value (the branch and the skip of a residual block) are joined as the rulebook says. Linear layers
/// that read the same value (query, key, value) count as one layer with their outputs side by side: their parts add up.
/// </remarks>
sealed class PreciseWalk(PreciseValues values, int targets, Watch watch, Rulebook rules) : ReverseWalk<PreciseMatrix>(values.Tape, watch, rules)
{
    readonly Dictionary<Var, List<PreciseMatrix>> _more = []; // parts beside the one in the slot
    readonly Dictionary<Var, PreciseMatrix> _linear = [];     // the part of linear layers

    protected override IEnumerable<KeyValuePair<string, Action<PreciseMatrix>>> Observers => Watch.Precisely;

    protected override bool ObservesInside(string site) => Watch.Precisely.ContainsKey(site);

    public override void Give(Var x, PreciseMatrix g)
    {
        if (!Needs(x)) return;
        ref PreciseMatrix? slot = ref Slot(x);
        if (slot is null) slot = g;
        else if (_more.TryGetValue(x, out List<PreciseMatrix>? parts)) parts.Add(g);
        else _more[x] = [slot, g];
    }

    protected override void Pull(Call call, PreciseMatrix g)
    {
        PreciseMatrix?[] parts = Rules.PreciseFor(call.Op)(values.Of(call) with
        {
            Y = values[call.Y],
            Targets = targets,
            Maker = call.X.Length == 0 ? null : values.MakerOf(call.X[0]),
            Inside = call.Site is not null && Watch.Precisely.TryGetValue(call.Site, out Action<PreciseMatrix>? inside) ? inside : null,
        }, g);
        for (int i = 0; i < parts.Length; i++)
            if (parts[i] is { } part && Needs(call.X[i])) Give(call.X[i], part, call.Op is Linear);
    }

    void Give(Var x, PreciseMatrix part, bool linear)
    {
        if (linear && _linear.TryGetValue(x, out PreciseMatrix? sum)) TensorPrimitives.Add(sum.Span, part.Span, sum.Span);
        else
        {
            if (linear) _linear[x] = part;
            Give(x, part);
        }
    }

    protected override ReverseWalk<PreciseMatrix> Inside(Tape inner, Call part, Var[] x) =>
        new PreciseWalk(values.Inside(inner, part, x), targets, Watch, Rules);

    protected override PreciseMatrix Arrived(Var x, PreciseMatrix slot) =>
        _more.TryGetValue(x, out List<PreciseMatrix>? parts) ? Rules.Join(Tape.Arena.Compute, values[x], parts) : slot;
}
