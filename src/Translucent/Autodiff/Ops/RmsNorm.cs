// Normalisation by the root of the mean square (Zhang and Sennrich 2019, arXiv:1910.07467), of whole rows, or of the heads in them as
// Qwen3 normalises queries and keys.

using Translucent.Tensors;

namespace Translucent.Autodiff.Ops;

/// <summary>y = x·r ⊙ w, r = 1/sqrt(mean(x²) + eps), over each stretch of C numbers of the last axis.</summary>
/// <remarks>
/// <code>
/// x, y [.., G·C]   w [C]
/// pull  gx = r·(g⊙w − x̂·mean(g⊙w⊙x̂))       x̂ = x·r
/// </code>
/// G is 1 for a norm of whole rows, the number of heads for a norm of heads.
/// </remarks>
sealed unsafe class RmsNorm(Tensor weight, float eps) : Op
{
    /// <summary>w [C].</summary>
    public Tensor Weight => weight;

    /// <summary>eps.</summary>
    public float Epsilon => eps;

    internal override int[] OutputShape(ReadOnlySpan<Tensor> x) => x[0].Shape.ToArray();

    internal override long KeptNumbers(ReadOnlySpan<Tensor> x) => 2L * x[0].Length / weight.Length;

    internal override void PullCost(Call call, Flow g, CostWalk walk)
    {
        if (g is { Factors: { } count, Shared: false } && g.Value.Width == weight.Length)
        {
            if (!walk.Frozen) walk.Add(2.0 * count * call.X[0].Value.Length); // against x̂
            walk.Give(call.X[0], new Flow(call.X[0], factors: count, shared: !walk.Frozen));
        }
        else base.PullCost(call, g, walk);
    }

    internal override Tensor Forward(ReadOnlySpan<Tensor> x, Arena arena, out Tensor[] kept)
    {
        Tensor input = x[0];
        int n = weight.Length;
        if (input.Width % n != 0) throw new ArgumentException($"rms norm: weight {weight} needs rows of a multiple of {n} numbers, found {input}.");
        Tensor y = arena.Rent(input.Shape), moments = arena.Rent(input.Length / n, 2); // mean 0 and r, as LayerNorm keeps them
        kept = [moments];
        arena.Compute.ForRows(moments.Rows, (first, end) =>
        {
            for (int r = first; r < end; r++)
            {
                float* row = input.Pointer + (long)r * n;
                float scale = 1 / MathF.Sqrt(Kernels.Dot(row, row, n) / n + eps);
                (moments.Row(r)[0], moments.Row(r)[1]) = (0, scale);
                Kernels.Scale(row, scale, weight.Pointer, y.Pointer + (long)r * n, n);
            }
        });
        return y;
    }

    internal override void Pull(Call call, Cotangent g, Walk walk) => Pull(call, g, walk, keepScale: true);

    /// <summary>r is a constant: gx = r·g⊙w, which hands relevance on unchanged (Achtibat et al. 2024, Prop. 3.4, of layer norm).</summary>
    internal void FreezeScale(Call call, Cotangent g, Walk walk) => Pull(call, g, walk, keepScale: false);

    void Pull(Call call, Cotangent g, Walk walk, bool keepScale)
    {
        Tensor x = call.X[0].Value, moments = call.Kept[0];
        int n = weight.Length, groups = x.Width / n, tokens = x.Shape[^2];
        if (g.Factors is { Shared: null } factors && groups == 1)
        {
            walk.Give(call.X[0], NormFactors.Pull(call, factors, weight, walk.Arena, keepMean: false, keepScale));
            return;
        }
        using Walk.Sink sink = walk.Open(call.X[0], g);
        Tensor gx = sink.Values, values = g.Values;
        bool accumulate = sink.Accumulate;
        walk.Compute.ForRows(values.Rows, (first, end) =>
        {
            for (int i = first * groups; i < end * groups; i++)
            {
                int source = g.SourceRow(i / groups, tokens) * groups + i % groups;
                float* from = values.Pointer + (long)i * n, into = gx.Pointer + (long)i * n;
                float scale = moments.Row(source)[1];
                if (keepScale) Kernels.PullRms(x.Pointer + (long)source * n, scale, weight.Pointer, from, into, n, accumulate);
                else Kernels.PullAffine(scale, weight.Pointer, from, into, n, accumulate, keepMean: false);
            }
        });
    }

    internal override PreciseMatrix PreciseForward(PreciseCall call)
    {
        PreciseMatrix x = call.X[0];
        double[] w = PreciseMatrix.Widen(weight);
        return PreciseMatrix.Map(call.Compute, x.Rows, x.Width, (row, into) =>
        {
            for (int at = 0; at < into.Length; at += w.Length)
            {
                Span<double> stretch = x.Row(row).Slice(at, w.Length), y = into.Slice(at, w.Length);
                TensorPrimitives.Multiply(stretch, Scale(stretch), y);
                TensorPrimitives.Multiply(y, w, y);
            }
        });
    }

    internal override PreciseMatrix?[] PrecisePull(PreciseCall call, PreciseMatrix g)
    {
        PreciseMatrix x = call.X[0];
        double[] w = PreciseMatrix.Widen(weight);
        return [PreciseMatrix.Map(call.Compute, g.Rows, x.Width, (row, into) =>
        {
            double[] unit = new double[w.Length];
            for (int at = 0; at < into.Length; at += w.Length)
            {
                Span<double> stretch = x.Row(row % x.Rows).Slice(at, w.Length), gx = into.Slice(at, w.Length);
                double scale = Scale(stretch);
                TensorPrimitives.Multiply(stretch, scale, unit);
                TensorPrimitives.Multiply(g.Row(row).Slice(at, w.Length), w, gx);
                double along = TensorPrimitives.Dot<double>(gx, unit) / w.Length;
                for (int i = 0; i < gx.Length; i++) gx[i] = (gx[i] - unit[i] * along) * scale;
            }
        })];
    }

    double Scale(ReadOnlySpan<double> x) => 1 / Math.Sqrt(PreciseMatrix.SumOfSquares(x) / x.Length + eps);
}
