// Layer normalisation (Ba et al. 2016, arXiv:1607.06450).

using Translucent.Tensors;

namespace Translucent.Autodiff.Ops;

/// <summary>y = (x − mean) / sqrt(var + eps) ⊙ w + b over the last axis, var biased.</summary>
/// <remarks>
/// <code>
/// x, y [.., C]   w, b [C]
/// pull  gx = r·(g⊙w − mean(g⊙w) − x̂·mean(g⊙w⊙x̂))       r = 1/sqrt(var + eps), x̂ = (x − mean)·r
/// </code>
/// </remarks>
public sealed unsafe class LayerNorm(Tensor weight, Tensor bias, float eps) : Op
{
    /// <summary>w [C].</summary>
    public Tensor Weight => weight;

    /// <summary>b [C].</summary>
    public Tensor Bias => bias;

    /// <summary>eps.</summary>
    public float Epsilon => eps;

    internal override Tensor Forward(ReadOnlySpan<Tensor> x, Arena arena, out Tensor[] kept)
    {
        Tensor input = x[0], y = arena.Rent(input.Shape), moments = arena.Rent(input.Rows, 2);
        if (input.Width != weight.Length) throw new ArgumentException($"layer norm: weight {weight} needs rows of {weight.Length} numbers, found {input}.");
        kept = [moments];
        int n = input.Width;
        ForRows(input.Rows, (first, end) =>
        {
            for (int r = first; r < end; r++)
            {
                float* row = input.Pointer + (long)r * n;
                (float mean, float rstd) = Kernels.Moments(row, n, eps);
                moments.Row(r)[0] = mean;
                moments.Row(r)[1] = rstd;
                Kernels.Normalize(row, mean, rstd, weight.Pointer, bias.Pointer, y.Pointer + (long)r * n, n);
            }
        });
        return y;
    }

    internal override void Pull(Call call, Cotangent g, Walk walk)
    {
        if (g.Factors is { Shared: null } factors) walk.Give(call.X[0], PullFactors(call, factors, walk.Arena));
        else Pull(call, g, walk, Kernels.PullNormalize);
    }

    /// <summary>The denominator is a constant: gx = r·(g⊙w − mean(g⊙w)) (Ali et al. 2022, eq. for layer norm; Achtibat et al. 2024, Prop. 3.4).</summary>
    internal void FreezeScale(Call call, Cotangent g, Walk walk) => Pull(call, g, walk, static (_, _, rstd, w, g, gx, n, accumulate) =>
        Kernels.PullAffine(rstd, w, g, gx, n, accumulate, keepMean: true));

    /// <summary>Denominator and mean are constants: gx = r·g⊙w.</summary>
    internal void FreezeScaleAndMean(Call call, Cotangent g, Walk walk) => Pull(call, g, walk, static (_, _, rstd, w, g, gx, n, accumulate) =>
        Kernels.PullAffine(rstd, w, g, gx, n, accumulate, keepMean: false));

    delegate void RowPull(float* x, float mean, float rstd, float* w, float* g, float* gx, int n, bool accumulate);

    void Pull(Call call, Cotangent g, Walk walk, RowPull pull)
    {
        using Walk.Sink sink = walk.Open(call.X[0], g);
        Tensor x = call.X[0].Value, moments = call.Kept[0], gx = sink.Values, values = g.Values;
        bool accumulate = sink.Accumulate;
        int n = x.Width, tokens = x.Shape[^2];
        ForRows(values.Rows, (first, end) =>
        {
            for (int r = first; r < end; r++)
            {
                int source = g.SourceRow(r, tokens);
                Span<float> m = moments.Row(source);
                pull(x.Pointer + (long)source * n, m[0], m[1], weight.Pointer, values.Pointer + (long)r * n, gx.Pointer + (long)r * n, n, accumulate);
            }
        });
    }

    /// <summary>g = Σ c ⊗ u gives gx = Σ r⊙c ⊗ (u⊙w − mean(u⊙w)) − diag(r·mean(g⊙w⊙x̂))·x̂: outer products again, and x̂ for all targets.</summary>
    OuterProducts PullFactors(Call call, OuterProducts g, Arena arena)
    {
        Tensor x = call.X[0].Value, moments = call.Kept[0];
        int n = g.Tokens, count = g.Count, width = x.Width;
        Tensor unit = arena.Rent(x.Shape), rstd = arena.Rent(g.Images, n);
        ForRows(x.Rows, (first, end) =>
        {
            for (int r = first; r < end; r++)
            {
                rstd.Span[r] = moments.Row(r)[1];
                TensorPrimitives.Subtract(x.Row(r), moments.Row(r)[0], unit.Row(r));
                TensorPrimitives.Multiply(unit.Row(r), rstd.Span[r], unit.Row(r));
            }
        });
        Tensor columns = arena.Rent(g.Columns.Shape), rows = arena.Rent(g.Rows.Shape), scale = arena.RentZeroed(g.Targets, g.Images, n), products = arena.Rent(g.Columns.Shape);
        Threads.For(g.Targets * g.Images, pair =>
        {
            int image = pair % g.Images, first = pair * count;
            Span<float> dot = scale.Row(pair);
            for (int r = first; r < first + count; r++)
            {
                Span<float> row = rows.Row(r);
                TensorPrimitives.Multiply(g.Rows.Row(r), weight.Span, row);
                TensorPrimitives.Subtract(row, Kernels.Sum(row) / width, row);
            }
            Gemm.MultiplySerial(count, n, width, new Operand(rows.Pointer + (long)first * width, width),
                new Operand(unit.Pointer + (long)image * n * width, width).Transposed, products.Pointer + (long)first * n, n, accumulate: false);
            for (int r = first; r < first + count; r++)
            {
                TensorPrimitives.MultiplyAdd(g.Columns.Row(r), products.Row(r), dot, dot);
                TensorPrimitives.Multiply(g.Columns.Row(r), rstd.Row(image), columns.Row(r));
            }
            TensorPrimitives.Multiply(dot, rstd.Row(image), dot);
            TensorPrimitives.Multiply(dot, -1f / width, dot);
        });
        arena.Return(products);
        arena.Return(rstd);
        return new OuterProducts(columns, rows, scale, unit);
    }
}
