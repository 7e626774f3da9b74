// Cotangents in factors on their way through a normalisation (LayerNorm, RmsNorm): they stay factors.

using Translucent.Tensors;

namespace Translucent.Autodiff.Ops;

/// <summary>The pull of y = x̂ ⊙ w, x̂ = (x − mean)·r with one mean and one r per token, over outer products.</summary>
static unsafe class NormFactors
{
    /// <summary>g = Σ c ⊗ u gives gx = Σ r⊙c ⊗ (u⊙w − mean(u⊙w)) − diag(r·mean(g⊙w⊙x̂))·x̂: outer products again, and x̂ for all targets.</summary>
    /// <param name="call">The normalisation, which kept mean and r of every token, [rows, 2].</param>
    /// <param name="g">g.</param>
    /// <param name="weight">w [C].</param>
    /// <param name="arena">Lends the result.</param>
    /// <param name="keepMean">Whether the mean is a function of x, and not a constant or zero.</param>
    /// <param name="keepScale">Whether r is a function of x.</param>
    public static OuterProducts Pull(Call call, OuterProducts g, Tensor weight, Arena arena, bool keepMean, bool keepScale)
    {
        Tensor x = call.X[0].Value, moments = call.Kept[0], rstd = arena.Rent(g.Images, g.Tokens);
        Tensor columns = arena.Rent(g.Columns.Shape), rows = arena.Rent(g.Rows.Shape);
        for (int r = 0; r < x.Rows; r++) rstd.Span[r] = moments.Row(r)[1];
        arena.Compute.ForRows(rows.Rows, (first, end) =>
        {
            for (int r = first; r < end; r++)
            {
                TensorPrimitives.Multiply(g.Rows.Row(r), weight.Span, rows.Row(r));
                if (keepMean) TensorPrimitives.Subtract(rows.Row(r), Kernels.Sum(rows.Row(r)) / x.Width, rows.Row(r));
                TensorPrimitives.Multiply(g.Columns.Row(r), rstd.Row(r / g.Count % g.Images), columns.Row(r));
            }
        });
        (Tensor? scale, Tensor? unit) = keepScale ? AgainstUnit(x, moments, columns, rows, arena) : default;
        arena.Return(rstd);
        return new OuterProducts(columns, rows, scale, unit);
    }

    /// <summary>−mean(gx⊙x̂) for every token of gx = Σ c ⊗ u, and x̂.</summary>
    static (Tensor Scale, Tensor Unit) AgainstUnit(Tensor x, Tensor moments, Tensor columns, Tensor rows, Arena arena)
    {
        int images = columns.Shape[1], count = columns.Shape[2], n = columns.Width, width = x.Width;
        Tensor unit = arena.Rent(x.Shape), scale = arena.RentZeroed(columns.Shape[0], images, n), products = arena.Rent(columns.Shape);
        arena.Compute.ForRows(x.Rows, (first, end) =>
        {
            for (int r = first; r < end; r++)
            {
                TensorPrimitives.Subtract(x.Row(r), moments.Row(r)[0], unit.Row(r));
                TensorPrimitives.Multiply(unit.Row(r), moments.Row(r)[1], unit.Row(r));
            }
        });
        arena.Compute.For(scale.Rows, pair =>
        {
            int first = pair * count;
            Span<float> dot = scale.Row(pair);
            Gemm.MultiplySerial(arena.Compute.Gemm, count, n, width, new Operand(rows.Pointer + (long)first * width, width),
                new Operand(unit.Pointer + (long)(pair % images) * n * width, width).Transposed, products.Pointer + (long)first * n, n, accumulate: false);
            for (int r = first; r < first + count; r++) TensorPrimitives.MultiplyAdd(columns.Row(r), products.Row(r), dot, dot);
            TensorPrimitives.Multiply(dot, -1f / width, dot);
        });
        arena.Return(products);
        return (scale, unit);
    }
}
