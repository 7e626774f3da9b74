// The product of two values, number by number: how a gate lets through what the other branch of a feed-forward layer says
// (Shazeer 2020, arXiv:2002.05202).

using Translucent.Tensors;

namespace Translucent.Autodiff.Ops;

/// <summary>y = a ⊙ b, of equal shapes.</summary>
/// <remarks>
/// <code>
/// a, b, y [B, N, M]
/// pull  ga = g ⊙ b,  gb = g ⊙ a
/// </code>
/// </remarks>
sealed class Product : Op
{
    /// <summary>The operation.</summary>
    public static readonly Product Op = new();

    internal override int[] OutputShape(ReadOnlySpan<Tensor> x) => x[0].Shape.ToArray();

    internal override Tensor Forward(ReadOnlySpan<Tensor> x, Arena arena, out Tensor[] kept)
    {
        if (!x[0].Shape.SequenceEqual(x[1].Shape)) throw new ArgumentException($"product: shapes {x[0]} and {x[1]} differ.");
        kept = [];
        Tensor a = x[0], b = x[1], y = arena.Rent(a.Shape);
        arena.Compute.ForRows(y.Rows, (first, end) =>
        {
            for (int r = first; r < end; r++) TensorPrimitives.Multiply(a.Row(r), b.Row(r), y.Row(r));
        });
        return y;
    }

    internal override void Pull(Call call, Cotangent g, Walk walk) => Pull(call, g, walk, share: 1);

    /// <summary>Both factors share relevance equally (Achtibat et al. 2024, eq. 7): half of the pull to each.</summary>
    internal void Halve(Call call, Cotangent g, Walk walk) => Pull(call, g, walk, share: 0.5f);

    static void Pull(Call call, Cotangent g, Walk walk, float share)
    {
        for (int i = 0; i < 2; i++)
        {
            if (!walk.Needs(call.X[i])) continue;
            Tensor other = call.X[1 - i].Value, gx = walk.Arena.Rent(g.Values.Shape);
            int tokens = other.Shape[^2];
            walk.Compute.ForRows(gx.Rows, (first, end) =>
            {
                for (int r = first; r < end; r++)
                {
                    TensorPrimitives.Multiply(g.Values.Row(r), other.Row(g.SourceRow(r, tokens)), gx.Row(r));
                    if (share != 1) TensorPrimitives.Multiply(gx.Row(r), share, gx.Row(r));
                }
            });
            walk.Give(call.X[i], new Cotangent(gx, g.Tokens));
        }
    }

    internal override PreciseMatrix PreciseForward(PreciseCall call) => Times(call.Compute, call.X[0], call.X[1]);

    internal override PreciseMatrix?[] PrecisePull(PreciseCall call, PreciseMatrix g) =>
        [Times(call.Compute, g, call.X[1]), Times(call.Compute, g, call.X[0])];

    static PreciseMatrix Times(Compute compute, PreciseMatrix g, PreciseMatrix x) => PreciseMatrix.Map(compute, g.Rows, g.Width, (row, into) =>
        TensorPrimitives.Multiply(g.Row(row), x.Row(row % x.Rows), into));
}
