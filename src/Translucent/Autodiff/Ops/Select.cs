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
sealed class Select(int count) : Op
{
    /// <summary>R.</summary>
    public int Count => count;

    internal override int[] OutputShape(ReadOnlySpan<Tensor> x) => [x[0].Shape[0], count * x[0].Width];

    internal override void PullCost(Call call, Flow g, CostWalk walk) => walk.Give(call.X[0], new Flow(call.X[0], rows: count));

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

    internal override PreciseMatrix PreciseForward(PreciseCall call) => PreciseMatrix.Join(call.X[0].RowSpan(0, count));

    internal override PreciseMatrix?[] PrecisePull(PreciseCall call, PreciseMatrix g)
    {
        PreciseMatrix x = call.X[0], gx = new(call.Targets * x.Rows, x.Width);
        for (int t = 0; t < call.Targets; t++) g.Row(t).CopyTo(gx.RowSpan(t * x.Rows, count));
        return [gx];
    }

    /// <summary>The tokens keep the relevance of their numbers: R = x ⊙ s(R_y, x); of other tokens zero.</summary>
    internal PreciseMatrix?[] Picked(PreciseCall call, PreciseMatrix r)
    {
        PreciseMatrix x = call.X[0], rx = new(call.Targets * x.Rows, x.Width);
        for (int t = 0; t < call.Targets; t++)
            for (int i = 0; i < count; i++) StableRatio.Part(x.Row(i), x.Row(i), r.Row(t).Slice(i * x.Width, x.Width), 1, rx.Row(t * x.Rows + i));
        return [rx];
    }
}
