// The linear layer in float64, and its relevance rules: alpha-beta (Bach et al. 2015, PLoS ONE 10(7):e0130140, eq. 60), beta = alpha - 1,
// in the two forms of Chefer's Transformer-Explainability (modules/layers_ours.py and modules/layers_lrp.py, class Linear), and z^B for
// inputs between two bounds (Montavon et al., Pattern Recognition 65, 2017, arXiv:1512.02479, section 4.3; class Conv2d there).

using Translucent.Tensors;

namespace Translucent.Autodiff.Ops;

sealed unsafe partial class Linear
{
    internal override PreciseMatrix PreciseForward(PreciseCall call)
    {
        PreciseMatrix y = Affine(call.Compute, call.X[0]);
        if (Activation != Activation.None) call.Compute.ForRows(y.Rows, (first, end) => PreciseActivation.Run(Activation, y.RowSpan(first, end - first)));
        return y;
    }

    /// <summary>(g ⊙ act′ ⊙ λ)·W, the slopes computed once for all targets.</summary>
    internal override PreciseMatrix?[] PrecisePull(PreciseCall call, PreciseMatrix g)
    {
        if (Activation != Activation.None)
        {
            PreciseMatrix slopes = Affine(call.Compute, call.X[0]);
            call.Compute.ForRows(slopes.Rows, (first, end) => PreciseActivation.Slopes(Activation, slopes.RowSpan(first, end - first)));
            PreciseMatrix above = g;
            g = PreciseMatrix.Map(call.Compute, g.Rows, g.Width, (row, into) => TensorPrimitives.Multiply(above.Row(row), slopes.Row(row % slopes.Rows), into));
        }
        else if (Scale is not null)
        {
            double[] scale = PreciseMatrix.Widen(Scale);
            PreciseMatrix above = g;
            g = PreciseMatrix.Map(call.Compute, g.Rows, g.Width, (row, into) => TensorPrimitives.Multiply(above.Row(row), scale, into));
        }
        PreciseMatrix gx = PreciseMatrix.Uninitialized(g.Rows, Weight.Columns);
        PreciseProduct.Multiply(call.Compute, g.View, new PreciseView(Weight), gx.View);
        return [gx];
    }

    /// <summary>(x·Wᵀ + b) ⊙ λ: the layer before its activation.</summary>
    PreciseMatrix Affine(Compute compute, PreciseMatrix x)
    {
        PreciseMatrix y = PreciseMatrix.Uninitialized(x.Rows, Weight.Rows);
        PreciseProduct.Multiply(compute, x.View, new PreciseView(Weight).Transposed, y.View);
        double[] bias = Bias is null ? new double[y.Width] : PreciseMatrix.Widen(Bias), scale = Scale is null ? [] : PreciseMatrix.Widen(Scale);
        compute.ForRows(y.Rows, (first, end) =>
        {
            for (int r = first; r < end; r++)
            {
                TensorPrimitives.Add(y.Row(r), bias, y.Row(r));
                if (Scale is not null) TensorPrimitives.Multiply(y.Row(r), scale, y.Row(r));
            }
        });
        return y;
    }

    /// <summary>R_x from R_y for y = x·Wᵀ by the alpha-beta rule; the bias takes no relevance.</summary>
    /// <remarks>
    /// With x⁺, x⁻, W⁺, W⁻ the parts of one sign, z⁺ = x⁺·W⁺ᵀ and z⁻ = x⁻·W⁻ᵀ:
    /// <code>
    /// joint      S = s(R_y, z⁺ + z⁻)                        R_x = x⁺ ⊙ (S·W⁺) + x⁻ ⊙ (S·W⁻)          conserves relevance
    /// separate   S⁺ = s(R_y, z⁺), S⁻ = s(R_y, z⁻)           R_x = x⁺ ⊙ (S⁺·W⁺) + x⁻ ⊙ (S⁻·W⁻)        roughly doubles it
    /// alpha      alpha · that − (alpha − 1) · the same with W⁺ and W⁻ exchanged
    /// </code>
    /// z is computed once for all targets.
    /// </remarks>
    internal PreciseRule AlphaBeta(double alpha, bool joint) => (call, r) =>
    {
        PreciseMatrix helping = Half(call, r, joint, SignPart.Positive, SignPart.Negative);
        if (alpha == 1) return [helping];
        PreciseMatrix hindering = Half(call, r, joint, SignPart.Negative, SignPart.Positive);
        TensorPrimitives.Multiply(helping.Span, alpha, helping.Span);
        TensorPrimitives.MultiplyAdd(hindering.Span, 1 - alpha, helping.Span, helping.Span);
        return [helping];
    };

    PreciseMatrix Half(PreciseCall call, PreciseMatrix r, bool joint, SignPart withPositive, SignPart withNegative)
    {
        Compute on = call.Compute;
        PreciseMatrix x = call.X[0];
        PreciseView up = new(Weight, withPositive), down = new(Weight, withNegative);
        PreciseMatrix z = PreciseMatrix.Uninitialized(x.Rows, Weight.Rows), other = joint ? z : PreciseMatrix.Uninitialized(x.Rows, Weight.Rows);
        PreciseProduct.Multiply(on, x.Positive().View, up.Transposed, z.View);
        PreciseProduct.Multiply(on, x.Negative().View, down.Transposed, other.View, accumulate: joint);

        PreciseMatrix s = StableRatio.Of(on, r, z), g = PreciseMatrix.Uninitialized(r.Rows, x.Width), h = PreciseMatrix.Uninitialized(r.Rows, x.Width);
        PreciseProduct.Multiply(on, s.View, up, g.View);
        PreciseProduct.Multiply(on, (joint ? s : StableRatio.Of(on, r, other)).View, down, h.View);
        return PreciseMatrix.Map(on, g.Rows, g.Width, (row, into) =>
        {
            Span<double> value = x.Row(row % x.Rows), positive = g.Row(row), negative = h.Row(row);
            for (int i = 0; i < into.Length; i++) into[i] = value[i] * (value[i] > 0 ? positive[i] : negative[i]);
        });
    }

    /// <summary>R_x from R_y for y = x·Wᵀ of bounded x, with l and u the smallest and the largest number of x.</summary>
    /// <remarks>
    /// <code>
    /// Z = (x − l)·W⁺ᵀ + (x − u)·W⁻ᵀ + 1e-9      S = R_y / Z      R_x = (x − l) ⊙ (S·W⁺) + (x − u) ⊙ (S·W⁻)
    /// </code>
    /// This is x·Wᵀ − l·W⁺ᵀ − u·W⁻ᵀ and its like, with nothing left that could cancel: every term of Z is at least zero.
    /// </remarks>
    internal PreciseMatrix?[] Bounded(PreciseCall call, PreciseMatrix r)
    {
        Compute on = call.Compute;
        PreciseMatrix x = call.X[0], above = Shifted(x, TensorPrimitives.Min<double>(x.Span)), below = Shifted(x, TensorPrimitives.Max<double>(x.Span));
        PreciseView positive = new(Weight, SignPart.Positive), negative = new(Weight, SignPart.Negative);
        PreciseMatrix z = PreciseMatrix.Uninitialized(x.Rows, Weight.Rows);
        PreciseProduct.Multiply(on, above.View, positive.Transposed, z.View);
        PreciseProduct.Multiply(on, below.View, negative.Transposed, z.View, accumulate: true);
        PreciseMatrix s = PreciseMatrix.Map(on, r.Rows, r.Width, (row, into) =>
        {
            Span<double> from = r.Row(row), total = z.Row(row % z.Rows);
            for (int i = 0; i < into.Length; i++) into[i] = from[i] / (total[i] + StableRatio.Epsilon);
        });
        PreciseMatrix g = PreciseMatrix.Uninitialized(r.Rows, x.Width), h = PreciseMatrix.Uninitialized(r.Rows, x.Width);
        PreciseProduct.Multiply(on, s.View, positive, g.View);
        PreciseProduct.Multiply(on, s.View, negative, h.View);
        return [PreciseMatrix.Map(on, g.Rows, g.Width, (row, into) =>
        {
            TensorPrimitives.Multiply(above.Row(row % x.Rows), g.Row(row), into);
            TensorPrimitives.MultiplyAdd(below.Row(row % x.Rows), h.Row(row), into, into);
        })];
    }

    static PreciseMatrix Shifted(PreciseMatrix x, double bound)
    {
        PreciseMatrix shifted = PreciseMatrix.Uninitialized(x.Rows, x.Width);
        TensorPrimitives.Subtract(x.Span, bound, shifted.Span);
        return shifted;
    }
}
