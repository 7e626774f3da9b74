// Infidelity (Yeh et al. 2019, arXiv:1901.09392, definition 2.1): how far what a map promises for a perturbation is from what it does to the output.

namespace Translucent.Evaluate.Metrics;

/// <summary>Infidelity of one map.</summary>
/// <param name="Value">Mean over perturbations of (β Φ·I − Δ)², β the best factor (appendix of the paper: maps have no scale of their own).</param>
/// <param name="Unexplained">The same as a share of the mean of Δ²: 0 where the map says all, 1 where it says nothing; NaN where nothing happens.</param>
readonly record struct Infidelity(double Value, double Unexplained)
{
    /// <summary>Compares promises with what happened.</summary>
    /// <param name="promised">Φ·I for every perturbation I: the relevance that it takes away.</param>
    /// <param name="happened">Δ = f(x) − f(x − I).</param>
    /// <exception cref="ArgumentException">There are not as many promises as changes, or none.</exception>
    public static Infidelity Of(IReadOnlyList<double> promised, IReadOnlyList<double> happened)
    {
        if (promised.Count != happened.Count || promised.Count == 0)
            throw new ArgumentException($"promised: {promised.Count} numbers, expected {happened.Count}, at least one.", nameof(promised));
        (double both, double own, double all, double error) = (0, 0, 0, 0);
        for (int i = 0; i < promised.Count; i++)
            (both, own, all) = (both + promised[i] * happened[i], own + promised[i] * promised[i], all + happened[i] * happened[i]);
        double beta = own > 0 ? both / own : 0;
        for (int i = 0; i < promised.Count; i++) error += (beta * promised[i] - happened[i]) * (beta * promised[i] - happened[i]);
        return new Infidelity(error / promised.Count, all > 0 ? error / all : double.NaN);
    }
}
