// From patch projections to the token sequence: positions are added, prefix tokens put in front.

using Translucent.Tensors;

namespace Translucent.Autodiff.Ops;

/// <summary>y = [prefix | x + positions].</summary>
/// <remarks>
/// <code>
/// x [B, n, C]   prefix [P, C]: class, distillation, register tokens with their positions   positions [n, C]   y [B, P + n, C]
/// pull  gx = rows P .. of g
/// </code>
/// </remarks>
public sealed class Embed(Tensor prefix, Tensor positions) : Op
{
    internal override Tensor Forward(ReadOnlySpan<Tensor> x, Arena arena, out Tensor[] kept)
    {
        kept = [];
        int images = x[0].Shape[0], patch = positions.Length;
        Tensor y = arena.Rent(images, prefix.Shape[0] + positions.Shape[0], positions.Width);
        int all = prefix.Length + patch;
        for (int b = 0; b < images; b++)
        {
            prefix.Span.CopyTo(y.Span.Slice(b * all, prefix.Length));
            TensorPrimitives.Add(x[0].Span.Slice(b * patch, patch), positions.Span, y.Span.Slice(b * all + prefix.Length, patch));
        }
        return y;
    }

    internal override void Pull(Call call, Cotangent g, Walk walk)
    {
        Tensor all = walk.Arena.RentZeroed([g.Targets, .. call.Y.Value.Shape]);
        g.AddTo(all); // a few rows become all rows
        Tensor gx = walk.Arena.Rent([g.Targets, .. call.X[0].Value.Shape]);
        int patch = positions.Length, tokens = prefix.Length + patch;
        for (int i = 0; i < gx.Length / patch; i++)
            all.Span.Slice(i * tokens + prefix.Length, patch).CopyTo(gx.Span.Slice(i * patch, patch));
        walk.Arena.Return(all);
        walk.Give(call.X[0], new Cotangent(gx));
    }
}
