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
sealed unsafe class LayerNorm(Tensor weight, Tensor bias, float eps) : Op
{
    /// <summary>w [C].</summary>
    public Tensor Weight => weight;

    /// <summary>b [C].</summary>
    public Tensor Bias => bias;

    /// <summary>eps.</summary>
    public float Epsilon => eps;

    /// <summary>r of every row of [B, N, C]: [B, N].</summary>
    public Tensor Scales(Tensor x)
    {
        Tensor all = new(x.Shape[0], x.Shape[1]);
        for (int r = 0; r < x.Rows; r++) all.Span[r] = Kernels.Moments(x.Pointer + (long)r * x.Width, x.Width, eps).Rstd;
        return all;
    }

    internal override int[] OutputShape(ReadOnlySpan<Tensor> x) => x[0].Shape.ToArray();

    internal override long KeptNumbers(ReadOnlySpan<Tensor> x) => 2L * x[0].Rows;

    internal override void PullCost(Call call, Flow g, CostWalk walk)
    {
        if (g is { Factors: { } count, Shared: false })
        {
            if (!walk.Frozen) walk.Add(2.0 * count * call.X[0].Value.Length); // against x̂
            walk.Give(call.X[0], new Flow(call.X[0], factors: count, shared: !walk.Frozen));
        }
        else base.PullCost(call, g, walk);
    }

    internal override Tensor Forward(ReadOnlySpan<Tensor> x, Arena arena, out Tensor[] kept)
    {
        Tensor input = x[0], y = arena.Rent(input.Shape), moments = arena.Rent(input.Rows, 2);
        if (input.Width != weight.Length) throw new ArgumentException($"layer norm: weight {weight} needs rows of {weight.Length} numbers, found {input}.");
        kept = [moments];
        int n = input.Width;
        arena.Compute.ForRows(input.Rows, (first, end) =>
        {
            float* row = input.Pointer + (long)first * n, to = y.Pointer + (long)first * n, moment = moments.Pointer + 2L * first;
            float* w = weight.Pointer, b = bias.Pointer;
            for (int r = first; r < end; r++, row += n, to += n, moment += 2)
            {
                (moment[0], moment[1]) = Kernels.Moments(row, n, eps);
                Kernels.Normalize(row, moment[0], moment[1], w, b, to, n);
            }
        });
        return y;
    }

    internal override void Pull(Call call, Cotangent g, Walk walk) => Pull(call, g, walk, keepMean: true, keepScale: true, Kernels.PullNormalize);

    /// <summary>The denominator is a constant: gx = r·(g⊙w − mean(g⊙w)) (Ali et al. 2022, eq. for layer norm; Achtibat et al. 2024, Prop. 3.4).</summary>
    internal void FreezeScale(Call call, Cotangent g, Walk walk) =>
        Pull(call, g, walk, keepMean: true, keepScale: false, static (_, _, rstd, w, g, gx, n, accumulate) =>
            Kernels.PullAffine(rstd, w, g, gx, n, accumulate, keepMean: true));

    /// <summary>Denominator and mean are constants: gx = r·g⊙w.</summary>
    internal void FreezeScaleAndMean(Call call, Cotangent g, Walk walk) =>
        Pull(call, g, walk, keepMean: false, keepScale: false, static (_, _, rstd, w, g, gx, n, accumulate) =>
            Kernels.PullAffine(rstd, w, g, gx, n, accumulate, keepMean: false));

    delegate void RowPull(float* x, float mean, float rstd, float* w, float* g, float* gx, int n, bool accumulate);

    /// <summary>One of the three, for rows and for outer products.</summary>
    void Pull(Call call, Cotangent g, Walk walk, bool keepMean, bool keepScale, RowPull pull)
    {
        if (g.Factors is { Shared: null } factors)
        {
            walk.Give(call.X[0], NormFactors.Pull(call, factors, weight, walk.Arena, keepMean, keepScale));
            return;
        }
        using Walk.Sink sink = walk.Open(call.X[0], g);
        Tensor x = call.X[0].Value, moments = call.Kept[0], gx = sink.Values, values = g.Values;
        bool accumulate = sink.Accumulate;
        int n = x.Width, tokens = x.Shape[^2];
        walk.Compute.ForRows(values.Rows, (first, end) =>
        {
            float* inputs = x.Pointer, moment = moments.Pointer, w = weight.Pointer, from = values.Pointer, to = gx.Pointer;
            for (int r = first; r < end; r++)
            {
                int source = g.SourceRow(r, tokens);
                pull(inputs + (long)source * n, moment[2 * source], moment[2 * source + 1], w, from + (long)r * n, to + (long)r * n, n, accumulate);
            }
        });
    }

    internal override PreciseMatrix PreciseForward(PreciseCall call)
    {
        PreciseMatrix x = call.X[0];
        return PreciseMatrix.Map(call.Compute, x.Rows, x.Width, (row, into) =>
        {
            Standardize(x.Row(row), into);
            for (int i = 0; i < into.Length; i++) into[i] = into[i] * weight.Span[i] + bias.Span[i];
        });
    }

    internal override PreciseMatrix?[] PrecisePull(PreciseCall call, PreciseMatrix g)
    {
        double[] w = PreciseMatrix.Widen(weight);
        PreciseMatrix x = call.X[0];
        return [PreciseMatrix.Map(call.Compute, g.Rows, x.Width, (row, into) =>
        {
            double[] normal = new double[x.Width];
            double deviation = Standardize(x.Row(row % x.Rows), normal);
            TensorPrimitives.Multiply(g.Row(row), w, into);
            double mean = TensorPrimitives.Sum<double>(into) / into.Length, along = TensorPrimitives.Dot<double>(into, normal) / into.Length;
            for (int i = 0; i < into.Length; i++) into[i] = (into[i] - mean - normal[i] * along) / deviation;
        })];
    }

    /// <summary>y = (x − mean) / deviation; returns the deviation, sqrt(var + eps).</summary>
    double Standardize(ReadOnlySpan<double> x, Span<double> y)
    {
        double mean = 0;
        foreach (double v in x) mean += v;
        TensorPrimitives.Subtract(x, mean / x.Length, y);
        double deviation = Math.Sqrt(PreciseMatrix.SumOfSquares(y) / y.Length + eps);
        TensorPrimitives.Divide(y, deviation, y);
        return deviation;
    }
}
