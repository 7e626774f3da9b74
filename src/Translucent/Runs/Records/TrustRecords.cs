// Trust in maps as trust.json and result.json have it (docs/trust.md).

using Translucent.Evaluate.Trust;

namespace Translucent.Runs.Records;

/// <summary>How trust is measured.</summary>
sealed record TrustSettings(
    int Steps, int RandomOrders, string Deletion, string Insertion, int RandomStages, double NoiseSigma, int NoiseCopies, ulong Seed);

/// <summary>trust.json.</summary>
sealed record TrustFile(TrustSettings Trust, IReadOnlyList<TrustOfMap> Maps);

/// <summary>What is known about one map.</summary>
sealed record TrustOfMap(
    string Map, string Method, int Class, string Label, OrderRecord Deletion, OrderRecord Insertion, IReadOnlyList<StageRecord> Randomization,
    StabilityRecord Stability, ConservationRecord? Conservation = null);

/// <summary>Patches removed or inserted in the order of a map, compared with random orders.</summary>
sealed record OrderRecord(
    Measure Auc, Measure RandomMean, Measure RandomDeviation, Measure Z, Measure Beats, Measure KeptByBaseline,
    IReadOnlyList<Measure>? Fractions = null, IReadOnlyList<Measure>? Probabilities = null, IReadOnlyList<IReadOnlyList<Measure>>? Random = null)
{
    public static OrderRecord Of(PerturbationResult r, bool curves) => new(
        r.Auc, r.RandomMean, r.RandomDeviation, r.Z, r.Beats, r.Kept, curves ? All(r.Curve.Fractions) : null, curves ? All(r.Curve.Probabilities) : null,
        curves ? [.. r.Random.Select(c => All(c.Probabilities))] : null);

    static Measure[] All(IReadOnlyList<double> values) => [.. values.Select(v => new Measure(v))];
}

/// <summary>Likeness to the map of a model that is random down to a stage.</summary>
sealed record StageRecord(string DownTo, Measure Rho, Measure AbsoluteRho);

/// <summary>Likeness to maps of noisy copies.</summary>
sealed record StabilityRecord(Measure MeanRho, Measure MaxRelativeChange, Measure SameAnswer);

/// <summary>What a map adds up to.</summary>
sealed record ConservationRecord(Measure Sum, Measure Promised, Measure RelativeGap);
