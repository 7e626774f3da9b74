// Picking one token of each sequence of a batch, not the same in all: where CLIP's text tower reads the end of its text.

using Translucent.Tensors;

namespace Translucent.Autodiff.Ops;

/// <summary>y[b] = x[b, tokens[b]].</summary>
/// <remarks>
/// <code>
/// x [B, N, C]   tokens [B]   y [B, C]
/// pull  row tokens[b] of gx[b] is g[b], others are zero; one row per target, when all sequences have the same token
/// </code>
/// </remarks>
sealed class Pick(IReadOnlyList<int> tokens) : Op
{
    /// <summary>Which token of each sequence, from 0.</summary>
    public IReadOnlyList<int> Tokens => tokens;

    internal override int[] OutputShape(ReadOnlySpan<Tensor> x) => [x[0].Shape[0], x[0].Width];

    internal override void PullCost(Call call, Flow g, CostWalk walk) =>
        walk.Give(call.X[0], new Flow(call.X[0], rows: tokens.All(t => t == tokens[0]) ? 1 : null));

    internal override Tensor Forward(ReadOnlySpan<Tensor> x, Arena arena, out Tensor[] kept)
    {
        kept = [];
        (int images, int length) = (x[0].Shape[0], x[0].Shape[1]);
        if (tokens.Count != images || tokens.Any(t => t < 0 || t >= length))
            throw new ArgumentException($"pick: tokens {string.Join(", ", tokens)} of {x[0]}, expected one for each sequence, from 0 to {length - 1}.");
        Tensor y = arena.Rent(images, x[0].Width);
        for (int b = 0; b < images; b++) x[0].Row(b * length + tokens[b]).CopyTo(y.Row(b));
        return y;
    }

    internal override void Pull(Call call, Cotangent g, Walk walk)
    {
        Tensor x = call.X[0].Value;
        if (tokens.All(t => t == tokens[0]))
        {
            Tensor rows = walk.Arena.Rent(g.Targets, x.Shape[0], 1, x.Width);
            g.Values.Span.CopyTo(rows.Span);
            walk.Give(call.X[0], new Cotangent(rows, [.. Enumerable.Repeat(tokens[0], g.Targets)]));
            return;
        }
        Tensor all = walk.Arena.RentZeroed([g.Targets, .. x.Shape]);
        for (int r = 0; r < g.Values.Rows; r++) g.Values.Row(r).CopyTo(all.Row(r * x.Shape[1] + tokens[r % tokens.Count]));
        walk.Give(call.X[0], new Cotangent(all));
    }

    internal override PreciseMatrix PreciseForward(PreciseCall call) => PreciseMatrix.Join(call.X[0].Row(tokens[call.Item]));

    internal override PreciseMatrix?[] PrecisePull(PreciseCall call, PreciseMatrix g)
    {
        PreciseMatrix x = call.X[0], gx = new(call.Targets * x.Rows, x.Width);
        for (int t = 0; t < call.Targets; t++) g.Row(t).CopyTo(gx.Row(t * x.Rows + tokens[call.Item]));
        return [gx];
    }

    /// <summary>The token keeps the relevance of its numbers: R = x ⊙ s(R_y, x); of other tokens zero.</summary>
    internal PreciseMatrix?[] Picked(PreciseCall call, PreciseMatrix r)
    {
        PreciseMatrix x = call.X[0], rx = new(call.Targets * x.Rows, x.Width);
        int token = tokens[call.Item];
        for (int t = 0; t < call.Targets; t++) StableRatio.Part(x.Row(token), x.Row(token), r.Row(t), 1, rx.Row(t * x.Rows + token));
        return [rx];
    }
}
