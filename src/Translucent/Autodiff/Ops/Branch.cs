// A value that one layer of several reads: the layer's parts of its cotangent are added up before they join those of other layers.

using Translucent.Tensors;

namespace Translucent.Autodiff.Ops;

/// <summary>y = x.</summary>
/// <remarks>
/// Sums of many uses then have one order, whether layers are kept or computed again: (uses in a layer) + (uses in the next) + ..
/// <code>
/// pull  gx = g
/// </code>
/// </remarks>
sealed class Branch : Op
{
    /// <summary>The operation.</summary>
    public static readonly Branch Op = new();

    internal override int[] OutputShape(ReadOnlySpan<Tensor> x) => x[0].Shape.ToArray();

    internal override void PullCost(Call call, Flow g, CostWalk walk) => walk.Give(call.X[0], g);

    internal override Tensor Forward(ReadOnlySpan<Tensor> x, Arena arena, out Tensor[] kept)
    {
        kept = [];
        Tensor y = arena.Rent(x[0].Shape);
        x[0].Span.CopyTo(y.Span);
        return y;
    }

    internal override void Pull(Call call, Cotangent g, Walk walk) => walk.Share(call.X[0], g);

    internal override PreciseMatrix PreciseForward(PreciseCall call) => call.X[0];

    internal override PreciseMatrix?[] PrecisePull(PreciseCall call, PreciseMatrix g) => [g];
}
