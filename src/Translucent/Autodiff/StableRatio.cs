// The division that all rules share, as Chefer's Transformer-Explainability has it (modules/layers_ours.py, safe_divide), and the rule for clones.

using Translucent.Tensors;

namespace Translucent.Autodiff;

/// <summary>s(r, y) = r / (y + 1e-9), and 0 where y = 0.</summary>
static class StableRatio
{
    public const double Epsilon = 1e-9;

    public static double Of(double r, double y)
    {
        if (y == 0) return 0;
        double divisor = y + Epsilon;
        return r / (divisor == 0 ? Epsilon : divisor);
    }

    /// <summary>s(r, y) number by number; y is used again for every target.</summary>
    /// <param name="compute">Threads and memory.</param>
    /// <param name="r">[T·rows, width].</param>
    /// <param name="y">[rows, width].</param>
    public static PreciseMatrix Of(Compute compute, PreciseMatrix r, PreciseMatrix y) => PreciseMatrix.Map(compute, r.Rows, r.Width, (row, into) =>
    {
        Span<double> above = r.Row(row), below = y.Row(row % y.Rows);
        for (int i = 0; i < into.Length; i++) into[i] = Of(above[i], below[i]);
    });

    /// <summary>A value that is used several times: R = x ⊙ Σ s(R_i, x).</summary>
    public static PreciseMatrix Clone(Compute compute, PreciseMatrix x, IReadOnlyList<PreciseMatrix> parts) =>
        PreciseMatrix.Map(compute, parts[0].Rows, x.Width, (row, into) =>
        {
            Span<double> value = x.Row(row % x.Rows);
            into.Clear();
            foreach (PreciseMatrix part in parts)
            {
                Span<double> r = part.Row(row);
                for (int i = 0; i < into.Length; i++) into[i] += Of(r[i], value[i]);
            }
            TensorPrimitives.Multiply(into, value, into);
        });

    /// <summary>The share of one of n parts of a mean: x / n ⊙ s(r, total).</summary>
    public static void Part(ReadOnlySpan<double> x, ReadOnlySpan<double> total, ReadOnlySpan<double> r, int n, Span<double> into)
    {
        for (int i = 0; i < into.Length; i++) into[i] = x[i] / n * Of(r[i], total[i]);
    }
}
