// The walk in float32: cotangents in memory that is lent, shared between the branches of a sum until one of them adds to it.

using Translucent.Tensors;

namespace Translucent.Autodiff;

/// <summary>One walk of cotangents down one tape.</summary>
/// <remarks>
/// A cotangent is shared between the branches of a sum until one of them adds to it, which in a residual stream happens when the
/// other has been used up: no copy is ever made there.
/// </remarks>
sealed class Walk(Tape tape, Watch watch, Rulebook? rules = null) : ReverseWalk<Cotangent>(tape, watch, rules)
{
    public Arena Arena => Tape.Arena;

    public Compute Compute => Tape.Arena.Compute;

    protected override IEnumerable<KeyValuePair<string, Action<Cotangent>>> Observers => Watch.Values;

    protected override bool ObservesInside(string site) => Watch.ObserverOf(site) is not null;

    protected override void Pull(Call call, Cotangent g) => Rules.For(call.Op)(call, g, this);

    protected override ReverseWalk<Cotangent> Inside(Tape inner, Call part, Var[] x) => new Walk(inner, Watch, Rules);

    protected override Cotangent Retain(Cotangent g) => g.Retain();

    protected override void Release(Cotangent g) => g.Release(Arena);

    /// <summary>Adds <paramref name="g"/> as it is to what flows into <paramref name="x"/>.</summary>
    public void Share(Var x, Cotangent g)
    {
        if (!Needs(x)) return;
        ref Cotangent? slot = ref Slot(x);
        if (slot is null) slot = g.Retain();
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
        ref Cotangent? slot = ref Slot(x);
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

    /// <inheritdoc/>
    public override void Give(Var x, Cotangent g)
    {
        Share(x, g);
        g.Release(Arena);
    }

    /// <summary>Memory for a contribution to <paramref name="x"/> that has the rows of <paramref name="like"/> (dense if null).</summary>
    public Sink Open(Var x, Cotangent like) => Open(x, like.Targets, like.Tokens);

    /// <inheritdoc cref="Open(Var, Cotangent)"/>
    public Sink Open(Var x, int targets, int[]? tokens)
    {
        ref Cotangent? slot = ref Slot(x);
        if (slot is null)
        {
            slot = New(x, targets, tokens);
            return new Sink(this, slot, into: null, accumulate: false);
        }
        if (tokens is not null && slot.Tokens is not null && Watch.Narrow is not null && !slot.Tokens.AsSpan().SequenceEqual(tokens))
        {
            Cotangent narrow = slot.Narrowed(tokens, Arena);
            slot.Release(Arena);
            slot = narrow;
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
