// The residual connection; for relevance Chefer's Transformer-Explainability, class Add of modules/layers_ours.py (rescaled) and
// modules/layers_lrp.py.

using Translucent.Tensors;

namespace Translucent.Autodiff.Ops;

/// <summary>y = a + b, of equal shapes. Pull: g goes to both, without a copy.</summary>
sealed class Add : Op
{
    /// <summary>The operation.</summary>
    public static readonly Add Op = new();

    internal override int[] OutputShape(ReadOnlySpan<Tensor> x) => x[0].Shape.ToArray();

    internal override void PullCost(Call call, Flow g, CostWalk walk)
    {
        walk.Give(call.X[0], g);
        walk.Give(call.X[1], g);
    }

    internal override Tensor Forward(ReadOnlySpan<Tensor> x, Arena arena, out Tensor[] kept)
    {
        if (!x[0].Shape.SequenceEqual(x[1].Shape)) throw new ArgumentException($"add: shapes {x[0]} and {x[1]} differ.");
        kept = [];
        Tensor y = arena.Rent(x[0].Shape);
        TensorPrimitives.Add(x[0].Span, x[1].Span, y.Span);
        return y;
    }

    internal override void Pull(Call call, Cotangent g, Walk walk)
    {
        walk.Share(call.X[0], g);
        walk.Share(call.X[1], g);
    }

    internal override PreciseMatrix PreciseForward(PreciseCall call) => PreciseMatrix.Sum(call.X[0], call.X[1]);

    internal override PreciseMatrix?[] PrecisePull(PreciseCall call, PreciseMatrix g) => [g, g];

    /// <summary>R_a and R_b from R_y for y = a + b.</summary>
    /// <remarks>
    /// <code>
    /// S = s(R_y, a + b)      R_a = a ⊙ S      R_b = b ⊙ S
    /// rescaled               R_a ← R_a · s(s(|ΣR_a|, |ΣR_a| + |ΣR_b|) · ΣR_y, ΣR_a)      R_b likewise
    /// </code>
    /// Σ is over all tokens and channels of one target. Rescaled branches share ΣR_y by the size of their totals, so that huge relevances
    /// of opposite sign, where a + b nearly cancels, do not grow from layer to layer.
    /// </remarks>
    internal static PreciseRule Shares(bool rescaled) => (call, r) => Share(call.Compute, call.X[0], call.X[1], r, rescaled);

    /// <inheritdoc cref="Shares"/>
    internal static PreciseMatrix[] Share(Compute compute, PreciseMatrix a, PreciseMatrix b, PreciseMatrix r, bool rescaled)
    {
        int rows = a.Rows, targets = r.Rows / rows;
        PreciseMatrix ra = PreciseMatrix.Uninitialized(r.Rows, r.Width), rb = PreciseMatrix.Uninitialized(r.Rows, r.Width);
        double[] sums = new double[3 * r.Rows]; // of each row of R_a, R_b, R_y
        compute.ForRows(r.Rows, (first, end) =>
        {
            for (int row = first; row < end; row++)
            {
                Span<double> x = a.Row(row % rows), y = b.Row(row % rows), above = r.Row(row);
                Span<double> intoA = ra.Row(row), intoB = rb.Row(row), sum = sums.AsSpan(3 * row, 3);
                for (int i = 0; i < x.Length; i++)
                {
                    double s = StableRatio.Of(above[i], x[i] + y[i]);
                    sum[0] += intoA[i] = x[i] * s;
                    sum[1] += intoB[i] = y[i] * s;
                    sum[2] += above[i];
                }
            }
        });
        for (int t = 0; rescaled && t < targets; t++)
        {
            double sumA = 0, sumB = 0, sum = 0;
            for (int row = t * rows; row < (t + 1) * rows; row++) (sumA, sumB, sum) = (sumA + sums[3 * row], sumB + sums[3 * row + 1], sum + sums[3 * row + 2]);
            Scale(ra.RowSpan(t * rows, rows), sumA, sumB, sum);
            Scale(rb.RowSpan(t * rows, rows), sumB, sumA, sum);
        }
        return [ra, rb];
    }

    static void Scale(Span<double> branch, double own, double other, double sum)
    {
        double share = StableRatio.Of(Math.Abs(own), Math.Abs(own) + Math.Abs(other)) * sum;
        TensorPrimitives.Multiply(branch, StableRatio.Of(share, own), branch);
    }
}
