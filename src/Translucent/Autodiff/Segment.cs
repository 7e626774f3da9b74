// A part of a model that is computed again when a sweep reaches it (Chen et al. 2016, arXiv:1604.06174).

using Translucent.Tensors;

namespace Translucent.Autodiff;

/// <summary>y = body(x), of which only x and y are kept.</summary>
sealed class Segment(string prefix, Func<Var, Var> body, CancellationToken stop) : Op
{
    public string Prefix => prefix;

    public Func<Var, Var> Body => body;

    internal override Tensor Forward(ReadOnlySpan<Tensor> x, Arena arena, out Tensor[] kept)
    {
        kept = [];
        using Tape inner = new(arena, Keep.All, stop);
        Tensor y = body(inner.Leaf(x[0])).Value, copy = arena.Rent(y.Shape);
        y.Span.CopyTo(copy.Span);
        return copy;
    }

    internal override void Pull(Call call, Cotangent g, Walk walk)
    {
        using Tape inner = new(walk.Arena, Keep.All, walk.Watch.Stop);
        Var x = inner.Leaf(call.X[0].Value), y = body(x);
        Var? below = walk.Needs(call.X[0]) ? x : null;
        if (new Walk(inner, walk.Watch, walk.Rules).Run(y, g.Retain(), below) is { } gx) walk.Give(call.X[0], gx);
    }
}
