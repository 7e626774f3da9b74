// Areas and means of curves of perturbation, each as its paper defines it.

namespace Translucent.Evaluate.Metrics;

/// <summary>Numbers that sum a curve up.</summary>
static class CurveArea
{
    /// <summary>The area under a curve by trapezoids.</summary>
    /// <exception cref="ArgumentException">There are not as many y as x.</exception>
    public static double Trapezoids(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        if (x.Count != y.Count) throw new ArgumentException($"y: {y.Count} numbers, expected {x.Count}.", nameof(y));
        double area = 0;
        for (int i = 1; i < x.Count; i++) area += (x[i] - x[i - 1]) * (y[i] + y[i - 1]) / 2;
        return area;
    }

    /// <summary>The area over the perturbation curve: the mean over all steps, step 0 among them, of f(x₀) − f(x_k) (Samek et al. 2017, arXiv:1509.06321,
    /// eq. 12).</summary>
    /// <param name="f">f at steps 0 .. L, step 0 untouched.</param>
    public static double OverPerturbation(IReadOnlyList<double> f) => f.Sum(v => f[0] - v) / f.Count;

    /// <summary>The mean over steps 1 .. L of ln f(x_k) − ln f(x₀), f a probability (log-odds score of Shrikumar et al. 2017 as Qiang et al. 2022, AttCAT,
    /// use it); probabilities below 1e-12 count as 1e-12, so that the mean stays finite.</summary>
    /// <param name="f">f at steps 0 .. L, step 0 untouched.</param>
    public static double LogOdds(IReadOnlyList<double> f) => f.Skip(1).Average(v => Math.Log(Math.Max(v, 1e-12)) - Math.Log(Math.Max(f[0], 1e-12)));
}
