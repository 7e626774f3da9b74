// Curves of deletion and insertion, and how they compare with those of random orders (Petsiuk et al. 2018, arXiv:1806.07421,
// section 3.3; docs/trust.md).

using Translucent.Evaluate.Metrics;

namespace Translucent.Evaluate.Trust;

/// <summary>The probability of a class as patches are removed or inserted.</summary>
/// <param name="Fractions">Part of the patches that is changed, 0 .. 1, rising.</param>
/// <param name="Probabilities">Of the class, at each of them.</param>
public sealed record PerturbationCurve(IReadOnlyList<double> Fractions, IReadOnlyList<double> Probabilities)
{
    /// <summary>The area under the curve by trapezoids, 0 .. 1: the mean probability along the way.</summary>
    public double Auc => CurveArea.Trapezoids(Fractions, Probabilities);
}

/// <summary>A curve of a map beside curves of the same class in random orders of the patches.</summary>
/// <param name="Curve">In the order of the map.</param>
/// <param name="Random">In random orders; at least two.</param>
/// <param name="LowIsGood">Whether a good map has a small area (deletion) or a large one (insertion).</param>
public sealed record PerturbationResult(PerturbationCurve Curve, IReadOnlyList<PerturbationCurve> Random, bool LowIsGood)
{
    const double Rounding = 1e-6; // of a mean of probabilities in float32, as a share

    /// <summary>The area of the map's curve.</summary>
    public double Auc { get; } = Curve.Auc;

    /// <summary>The mean area of random orders.</summary>
    public double RandomMean { get; } = Random.Average(c => c.Auc);

    /// <summary>The sample standard deviation of their areas.</summary>
    public double RandomDeviation { get; } = Deviation([.. Random.Select(c => c.Auc)]);

    /// <summary>By how many deviations the map is better than random orders; negative: worse; NaN where these are all alike, but for what float32
    /// rounds.</summary>
    public double Z => RandomDeviation <= Rounding * RandomMean ? double.NaN : (LowIsGood ? RandomMean - Auc : Auc - RandomMean) / RandomDeviation;

    /// <summary>The part of the random orders that the map is better than, 0 .. 1; an equal area counts half.</summary>
    public double Beats => Random.Average(c => c.Auc == Auc ? 0.5 : c.Auc > Auc == LowIsGood ? 1 : 0);

    /// <summary>
    /// The probability where no patch of the image is shown, as part of that of the whole image, 0 .. ; where the baseline keeps most of the
    /// class, above one half say, no order of patches means much.
    /// </summary>
    public double Kept => LowIsGood ? Curve.Probabilities[^1] / Curve.Probabilities[0] : Curve.Probabilities[0] / Curve.Probabilities[^1];

    static double Deviation(double[] values)
    {
        double mean = values.Average();
        return Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1));
    }
}
