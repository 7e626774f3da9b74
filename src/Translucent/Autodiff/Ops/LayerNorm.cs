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

    internal override void Pull(Call call, Cotangent g, Walk walk) => Pull(call, g, walk, Kernels.PullNormalize);

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
}
