// Trust as the terminal shows it: a line per map.

using Translucent.Evaluate.Trust;

namespace Translucent.Cli.Runs;

/// <summary>Prints what is known about maps.</summary>
static class TrustTable
{
    const int Most = 60; // lines; the files hold all

    public static void Show(IReadOnlyList<MapTrust> trust, Terminal terminal)
    {
        if (trust.Count == 0) return;
        terminal.Table(["method", "class", ">deletion", ">random", ">z", ">insertion", ">random", ">z", ">random model", ">sum off by", ">noise"],
            trust.Take(Most).Select(m => new[]
            {
                m.Map.Method.Name, m.Judged.Label,
                Text(m.Deletion.Auc), Random(m.Deletion), Signed(m.Deletion.Z), Text(m.Insertion.Auc), Random(m.Insertion), Signed(m.Insertion.Z),
                Layers(m.Randomization), m.Conservation is { } sum ? Gap(sum) : "-", Text(m.Stability.MeanRho),
            }));
        if (trust.Count > Most) terminal.Line($"{trust.Count - Most} more maps are in trust.csv.");
        foreach (MapTrust map in trust.DistinctBy(m => m.Judged.Target.Class))
            foreach ((string test, PerturbationResult r) in (ReadOnlySpan<(string, PerturbationResult)>)[("Deletion", map.Deletion),
                ("Insertion", map.Insertion)])
                if (IsVoid(r))
                    terminal.Line(
                        $"{test} says little of {map.Judged.First}: without any patch of the photograph its probability is {100 * r.Kept:0} % of what it was.");
        terminal.Line("Deletion: small is good, insertion: large is good; z: deviations better than random orders, below 2 is chance.");
        terminal.Line("Random model: likeness to the map with a random head, then with all layers random, near 0 is good.");
        terminal.Line("Noise: likeness to maps of noisy copies, 1 is good. See docs/trust.md.");
    }

    /// <summary>Whether the baseline by itself keeps most of the class.</summary>
    public static bool IsVoid(PerturbationResult r) => !(r.Kept <= 0.5);

    /// <summary>Two digits; a dash for what is not defined.</summary>
    public static string Text(double value) => double.IsFinite(value) ? FormattableString.Invariant($"{value:0.00;-0.00;0.00}") : "-";

    /// <summary>The mean and deviation of random orders.</summary>
    public static string Random(PerturbationResult r) => $"{Text(r.RandomMean)} ± {Text(r.RandomDeviation)}";

    /// <summary>A number of deviations with its sign.</summary>
    public static string Signed(double z) => double.IsFinite(z) ? FormattableString.Invariant($"{z:+0.0;-0.0;0.0}") : "-";

    /// <summary>The part that is missing or too much.</summary>
    public static string Gap(Conservation sum) => !double.IsFinite(sum.RelativeGap) ? "-" : sum.RelativeGap < 10
        ? FormattableString.Invariant($"{100 * sum.RelativeGap:0.#} %") : "> 10 x";

    static string Layers(IReadOnlyList<RandomizationStage> stages) => stages.Count == 1 ? Text(stages[0].Rho)
        : $"{Text(stages[0].Rho)} .. {Text(stages[^1].Rho)}";
}
