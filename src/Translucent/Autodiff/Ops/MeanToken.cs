// The mean of all tokens in the place of the tokens that a classifier reads, as LeGrad scores the tokens of a single block.

using Translucent.Tensors;

namespace Translucent.Autodiff.Ops;

/// <summary>y = R times the mean of all tokens.</summary>
/// <remarks>
/// <code>
/// x [B, N, C]   y [B, R, C]
/// pull  gx_j = Σ_i g_i / N for every token j
/// </code>
/// </remarks>
sealed class MeanToken(int count) : Op
{
    /// <summary>R.</summary>
    public int Count => count;

    internal override int[] OutputShape(ReadOnlySpan<Tensor> x) => [x[0].Shape[0], count, x[0].Width];

    internal override void PullCost(Call call, Flow g, CostWalk walk) => walk.Give(call.X[0], new Flow(call.X[0]));

    internal override Tensor Forward(ReadOnlySpan<Tensor> x, Arena arena, out Tensor[] kept)
    {
        kept = [];
        int images = x[0].Shape[0], tokens = x[0].Shape[1];
        Tensor y = arena.RentZeroed(images, count, x[0].Width);
        for (int b = 0; b < images; b++)
        {
            Span<float> mean = y.Row(b * count);
            for (int i = 0; i < tokens; i++) TensorPrimitives.Add(mean, x[0].Row(b * tokens + i), mean);
            TensorPrimitives.Divide(mean, tokens, mean);
            for (int i = 1; i < count; i++) mean.CopyTo(y.Row(b * count + i));
        }
        return y;
    }

    internal override void Pull(Call call, Cotangent g, Walk walk)
    {
        int tokens = call.X[0].Value.Shape[1], pairs = g.Targets * call.X[0].Value.Shape[0];
        int rows = g.Values.Rows / pairs; // all of them, or those that are not zero
        Tensor gx = walk.Arena.Rent([g.Targets, .. call.X[0].Value.Shape]);
        for (int pair = 0; pair < pairs; pair++)
        {
            Span<float> sum = gx.Row(pair * tokens);
            g.Values.Row(pair * rows).CopyTo(sum);
            for (int i = 1; i < rows; i++) TensorPrimitives.Add(sum, g.Values.Row(pair * rows + i), sum);
            TensorPrimitives.Divide(sum, tokens, sum);
            for (int i = 1; i < tokens; i++) sum.CopyTo(gx.Row(pair * tokens + i));
        }
        walk.Give(call.X[0], new Cotangent(gx));
    }

    internal override PreciseMatrix PreciseForward(PreciseCall call)
    {
        double[] mean = call.X[0].Mean(first: 0);
        return PreciseMatrix.Map(call.Compute, count, mean.Length, (_, into) => mean.CopyTo(into));
    }

    internal override PreciseMatrix?[] PrecisePull(PreciseCall call, PreciseMatrix g)
    {
        PreciseMatrix x = call.X[0];
        return [PreciseMatrix.Map(call.Compute, call.Targets * x.Rows, x.Width, (row, into) =>
        {
            into.Clear();
            for (int i = 0; i < count; i++) TensorPrimitives.Add(into, g.Row(row / x.Rows * count + i), into);
            TensorPrimitives.Divide(into, x.Rows, into);
        })];
    }
}
