// What a classifier reads that averages patches: MAE's fine-tuned models, timm's global_pool "avg".

using Translucent.Tensors;

namespace Translucent.Autodiff.Ops;

/// <summary>y = mean of the patch tokens x_P .. x_{N-1}.</summary>
/// <remarks>
/// <code>
/// x [B, N, C]   y [B, C]   P prefix tokens, which are not in the mean
/// pull  gx_j = g / (N − P) for patches
/// </code>
/// </remarks>
sealed class PatchMean(int prefix) : Op
{
    /// <summary>P.</summary>
    public int Prefix => prefix;

    internal override int[] OutputShape(ReadOnlySpan<Tensor> x) => [x[0].Shape[0], x[0].Width];

    internal override void PullCost(Call call, Flow g, CostWalk walk) => walk.Give(call.X[0], new Flow(call.X[0]));

    internal override Tensor Forward(ReadOnlySpan<Tensor> x, Arena arena, out Tensor[] kept)
    {
        kept = [];
        int images = x[0].Shape[0], tokens = x[0].Shape[1];
        Tensor y = arena.RentZeroed(images, x[0].Width);
        for (int b = 0; b < images; b++)
        {
            for (int i = prefix; i < tokens; i++) TensorPrimitives.Add(y.Row(b), x[0].Row(b * tokens + i), y.Row(b));
            TensorPrimitives.Divide(y.Row(b), tokens - prefix, y.Row(b));
        }
        return y;
    }

    internal override void Pull(Call call, Cotangent g, Walk walk)
    {
        int tokens = call.X[0].Value.Shape[1];
        Tensor own = walk.Arena.RentZeroed([g.Targets, .. call.X[0].Value.Shape]);
        for (int r = 0; r < g.Values.Rows; r++)
            for (int i = prefix; i < tokens; i++) TensorPrimitives.Divide(g.Values.Row(r), tokens - prefix, own.Row(r * tokens + i));
        walk.Give(call.X[0], new Cotangent(own));
    }

    internal override PreciseMatrix PreciseForward(PreciseCall call) => PreciseMatrix.Join(call.X[0].Mean(prefix));

    internal override PreciseMatrix?[] PrecisePull(PreciseCall call, PreciseMatrix g)
    {
        PreciseMatrix x = call.X[0], gx = new(call.Targets * x.Rows, x.Width);
        for (int t = 0; t < call.Targets; t++)
            for (int i = prefix; i < x.Rows; i++) TensorPrimitives.Divide(g.Row(t), x.Rows - prefix, gx.Row(t * x.Rows + i));
        return [gx];
    }

    /// <summary>R_i = x_i / n ⊙ s(R_y, mean) for n patches, of other tokens zero.</summary>
    internal PreciseMatrix?[] Picked(PreciseCall call, PreciseMatrix r)
    {
        PreciseMatrix x = call.X[0], rx = new(call.Targets * x.Rows, x.Width);
        for (int t = 0; t < call.Targets; t++)
            for (int i = prefix; i < x.Rows; i++) StableRatio.Part(x.Row(i), call.Y.Row(0), r.Row(t), x.Rows - prefix, rx.Row(t * x.Rows + i));
        return [rx];
    }
}
