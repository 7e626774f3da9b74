// Linear layers: the alpha-beta rule (Bach et al. 2015, PLoS ONE 10(7):e0130140, eq. 60), beta = alpha - 1, in the two forms of
// Chefer's Transformer-Explainability: modules/layers_ours.py and modules/layers_lrp.py (class Linear).

using Translucent.Tensors;

namespace Translucent.Autodiff.Precise;

/// <summary>R_x from R_y for y = x·Wᵀ; the bias takes no relevance.</summary>
/// <remarks>
/// With x⁺, x⁻, W⁺, W⁻ the parts of one sign, z⁺ = x⁺·W⁺ᵀ and z⁻ = x⁻·W⁻ᵀ:
/// <code>
/// joint      S = s(R_y, z⁺ + z⁻)                        R_x = x⁺ ⊙ (S·W⁺) + x⁻ ⊙ (S·W⁻)          conserves relevance
/// separate   S⁺ = s(R_y, z⁺), S⁻ = s(R_y, z⁻)           R_x = x⁺ ⊙ (S⁺·W⁺) + x⁻ ⊙ (S⁻·W⁻)        roughly doubles it
/// alpha      alpha · that − (alpha − 1) · the same with W⁺ and W⁻ exchanged
/// </code>
/// z is computed once for all targets.
/// </remarks>
sealed record AlphaBetaRule(double Alpha, bool Joint)
{
    /// <summary>[T·rows, In] from [T·rows, Out].</summary>
    public PreciseMatrix Relevance(Matrix w, PreciseMatrix x, PreciseMatrix r)
    {
        PreciseMatrix helping = Half(w, x, r, SignPart.Positive, SignPart.Negative);
        if (Alpha == 1) return helping;
        PreciseMatrix hindering = Half(w, x, r, SignPart.Negative, SignPart.Positive);
        TensorPrimitives.Multiply(helping.Span, Alpha, helping.Span);
        TensorPrimitives.MultiplyAdd(hindering.Span, 1 - Alpha, helping.Span, helping.Span);
        return helping;
    }

    PreciseMatrix Half(Matrix w, PreciseMatrix x, PreciseMatrix r, SignPart withPositive, SignPart withNegative)
    {
        PreciseView up = new(w, withPositive), down = new(w, withNegative);
        PreciseMatrix z = PreciseMatrix.Uninitialized(x.Rows, w.Rows), other = Joint ? z : PreciseMatrix.Uninitialized(x.Rows, w.Rows);
        PreciseProduct.Multiply(x.Positive().View, up.Transposed, z.View);
        PreciseProduct.Multiply(x.Negative().View, down.Transposed, other.View, accumulate: Joint);

        PreciseMatrix s = StableRatio.Of(r, z), g = PreciseMatrix.Uninitialized(r.Rows, x.Width), h = PreciseMatrix.Uninitialized(r.Rows, x.Width);
        PreciseProduct.Multiply(s.View, up, g.View);
        PreciseProduct.Multiply((Joint ? s : StableRatio.Of(r, other)).View, down, h.View);
        return StableRatio.Map(g, (row, into) =>
        {
            Span<double> value = x.Row(row % x.Rows), positive = g.Row(row), negative = h.Row(row);
            for (int i = 0; i < into.Length; i++) into[i] = value[i] * (value[i] > 0 ? positive[i] : negative[i]);
        });
    }
}
