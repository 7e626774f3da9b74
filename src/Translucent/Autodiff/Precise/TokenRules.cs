// What the heads of the families read from the tokens: picking keeps relevance where it was picked; a mean hands it to its parts.

using Translucent.Autodiff.Ops;
using Translucent.Tensors;

namespace Translucent.Autodiff.Precise;

static class TokenRules
{
    /// <summary>y = the first tokens side by side: R of each = x ⊙ s(R_y, x), of other tokens zero.</summary>
    public static PreciseMatrix[] Select(Select op, RelevanceCall call, PreciseMatrix r)
    {
        PreciseMatrix x = call.X[0], rx = new(call.Targets * x.Rows, x.Width);
        for (int t = 0; t < call.Targets; t++)
            for (int i = 0; i < op.Count; i++) Pick(x.Row(i), x.Row(i), r.Row(t).Slice(i * x.Width, x.Width), 1, rx.Row(t * x.Rows + i));
        return [rx];
    }

    /// <summary>y = [x₀ | mean of n patches]: R₀ = x₀ ⊙ s(R_y, x₀), R_i = x_i / n ⊙ s(R_y, mean), of registers zero.</summary>
    public static PreciseMatrix[] ClassAndMean(ClassAndMean op, RelevanceCall call, PreciseMatrix r)
    {
        PreciseMatrix x = call.X[0], rx = new(call.Targets * x.Rows, x.Width);
        ReadOnlySpan<double> mean = call.Y.Row(0)[x.Width..];
        for (int t = 0; t < call.Targets; t++)
        {
            Pick(x.Row(0), x.Row(0), r.Row(t)[..x.Width], 1, rx.Row(t * x.Rows));
            for (int i = op.Prefix; i < x.Rows; i++) Pick(x.Row(i), mean, r.Row(t)[x.Width..], x.Rows - op.Prefix, rx.Row(t * x.Rows + i));
        }
        return [rx];
    }

    /// <summary>x / n ⊙ s(r, total).</summary>
    static void Pick(ReadOnlySpan<double> x, ReadOnlySpan<double> total, ReadOnlySpan<double> r, int n, Span<double> into)
    {
        for (int i = 0; i < into.Length; i++) into[i] = x[i] / n * StableRatio.Of(r[i], total[i]);
    }
}
