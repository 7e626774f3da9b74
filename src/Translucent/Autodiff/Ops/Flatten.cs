// From a picture of features to a sequence of tokens: the last step of a convolutional backbone.

using Translucent.Tensors;

namespace Translucent.Autodiff.Ops;

/// <summary>y[b, i·W + j] = x[b, i, j]: cells in row-major order.</summary>
/// <remarks>
/// <code>
/// x [B, H, W, C]   y [B, H·W, C]      pull  the same the other way
/// </code>
/// </remarks>
sealed class Flatten : Op
{
    /// <summary>The operation.</summary>
    public static readonly Flatten Op = new();

    internal override int[] OutputShape(ReadOnlySpan<Tensor> x) => [x[0].Shape[0], x[0].Shape[1] * x[0].Shape[2], x[0].Width];

    internal override void PullCost(Call call, Flow g, CostWalk walk)
    {
        walk.Write(g);
        walk.Give(call.X[0], new Flow(call.X[0]));
    }

    internal override Tensor Forward(ReadOnlySpan<Tensor> x, Arena arena, out Tensor[] kept)
    {
        kept = [];
        Tensor y = arena.Rent(OutputShape(x));
        x[0].Span.CopyTo(y.Span);
        return y;
    }

    internal override void Pull(Call call, Cotangent g, Walk walk)
    {
        Tensor gx = walk.Arena.RentZeroed([g.Targets, .. call.X[0].Value.Shape]);
        g.AddTo(gx.Reshape([g.Targets, .. call.Y.Value.Shape]));
        walk.Give(call.X[0], new Cotangent(gx));
    }

    internal override PreciseMatrix PreciseForward(PreciseCall call) => call.X[0]; // cells are rows already

    internal override PreciseMatrix?[] PrecisePull(PreciseCall call, PreciseMatrix g) => [g];
}
