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
public sealed class ClassAndMean(int prefix) : Op
{
    /// <summary>P.</summary>
    public int Prefix => prefix;

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
}
