// What DINOv2's linear classifier reads (facebookresearch/dinov2; Hugging Face Dinov2ForImageClassification).

using Translucent.Tensors;

namespace Translucent.Autodiff.Ops;

/// <summary>y = [x₀ | mean of the patch tokens x_P .. x_{N-1}].</summary>
/// <remarks>
/// <code>
/// x [B, N, C]   y [B, 2·C]   P prefix tokens, of which those after the first are in neither half
/// pull  gx₀ = g[:C], gx_j = g[C:] / (N − P) for patches
/// </code>
/// </remarks>
sealed class ClassAndMean(int prefix) : Op
{
    /// <summary>P.</summary>
    public int Prefix => prefix;

    internal override int[] OutputShape(ReadOnlySpan<Tensor> x) => [x[0].Shape[0], 2 * x[0].Width];

    internal override void PullCost(Call call, Flow g, CostWalk walk) => walk.Give(call.X[0], new Flow(call.X[0]));

    internal override Tensor Forward(ReadOnlySpan<Tensor> x, Arena arena, out Tensor[] kept)
    {
        kept = [];
        int images = x[0].Shape[0], tokens = x[0].Shape[1], width = x[0].Width;
        Tensor y = arena.RentZeroed(images, 2 * width);
        for (int b = 0; b < images; b++)
        {
            Span<float> mean = y.Row(b)[width..];
            x[0].Row(b * tokens).CopyTo(y.Row(b));
            for (int i = prefix; i < tokens; i++) TensorPrimitives.Add(mean, x[0].Row(b * tokens + i), mean);
            TensorPrimitives.Divide(mean, tokens - prefix, mean);
        }
        return y;
    }

    internal override void Pull(Call call, Cotangent g, Walk walk)
    {
        int tokens = call.X[0].Value.Shape[1], width = call.X[0].Value.Width;
        Tensor own = walk.Arena.RentZeroed([g.Targets, .. call.X[0].Value.Shape]);
        for (int r = 0; r < g.Values.Rows; r++)
        {
            g.Values.Row(r)[..width].CopyTo(own.Row(r * tokens));
            for (int i = prefix; i < tokens; i++)
                TensorPrimitives.Divide(g.Values.Row(r)[width..], tokens - prefix, own.Row(r * tokens + i));
        }
        walk.Give(call.X[0], new Cotangent(own));
    }

    internal override PreciseMatrix PreciseForward(PreciseCall call) => PreciseMatrix.Join(call.X[0].Row(0), call.X[0].Mean(prefix));

    internal override PreciseMatrix?[] PrecisePull(PreciseCall call, PreciseMatrix g)
    {
        PreciseMatrix x = call.X[0], gx = new(call.Targets * x.Rows, x.Width);
        for (int t = 0; t < call.Targets; t++)
        {
            g.Row(t)[..x.Width].CopyTo(gx.Row(t * x.Rows));
            for (int i = prefix; i < x.Rows; i++) TensorPrimitives.Divide(g.Row(t)[x.Width..], x.Rows - prefix, gx.Row(t * x.Rows + i));
        }
        return [gx];
    }

    /// <summary>R₀ = x₀ ⊙ s(R_y, x₀), R_i = x_i / n ⊙ s(R_y, mean) for n patches, of registers zero.</summary>
    internal PreciseMatrix?[] Picked(PreciseCall call, PreciseMatrix r)
    {
        PreciseMatrix x = call.X[0], rx = new(call.Targets * x.Rows, x.Width);
        ReadOnlySpan<double> mean = call.Y.Row(0)[x.Width..];
        for (int t = 0; t < call.Targets; t++)
        {
            StableRatio.Part(x.Row(0), x.Row(0), r.Row(t)[..x.Width], 1, rx.Row(t * x.Rows));
            for (int i = prefix; i < x.Rows; i++) StableRatio.Part(x.Row(i), mean, r.Row(t)[x.Width..], x.Rows - prefix, rx.Row(t * x.Rows + i));
        }
        return [rx];
    }
}
