// Picking tokens out of a sequence: where a classifier reads its class token.

using Translucent.Tensors;

namespace Translucent.Autodiff.Ops;

/// <summary>y = the rows of the first R tokens, side by side.</summary>
/// <remarks>
/// <code>
/// x [B, N, C]   y [B, R·C]
/// pull  g [T, B, R·C] is, as it stands, the cotangent of R rows: [T, B, R, C] at tokens 0 .. R-1
/// </code>
/// </remarks>
public sealed class Select(int count) : Op
{
    /// <summary>R.</summary>
    public int Count => count;

    internal override Tensor Forward(ReadOnlySpan<Tensor> x, Arena arena, out Tensor[] kept)
    {
        kept = [];
        int images = x[0].Shape[0], taken = count * x[0].Width, all = x[0].Shape[1] * x[0].Width;
        Tensor y = arena.Rent(images, taken);
        for (int b = 0; b < images; b++) x[0].Span.Slice(b * all, taken).CopyTo(y.Row(b));
        return y;
    }

    internal override void Pull(Call call, Cotangent g, Walk walk)
    {
        int[] tokens = new int[g.Targets * count];
        for (int i = 0; i < tokens.Length; i++) tokens[i] = i % count;
        using Walk.Sink gx = walk.Open(call.X[0], g.Targets, tokens);
        if (gx.Accumulate) TensorPrimitives.Add(gx.Values.Span, g.Values.Span, gx.Values.Span);
        else g.Values.Span.CopyTo(gx.Values.Span);
    }
}
