// How sparse sweeps went, as result.json has it (docs/sparse.md).

using Translucent.Evaluate.Trust;

namespace Translucent.Runs.Records;

/// <summary>How the sweeps of a run went.</summary>
/// <param name="Rows">K; null for exact.</param>
/// <param name="Why">In words.</param>
/// <param name="Checks">What was measured on the way, the last being that of K; each of latent tokens and of classes.</param>
sealed record SparseRecord(int? Rows, string Why, IReadOnlyList<SparseCheckRecord> Checks);

/// <summary>A check: of what, how many rows were kept, and how far from exact they were.</summary>
sealed record SparseCheckRecord(string Of, int Rows, int Targets, double MedianError, double WorstError, double MedianRank, double WorstRank)
{
    public static SparseCheckRecord Make(string of, SparseCheck c) =>
        new(of, c.Rows, c.Targets, Math.Round(c.MedianError, 5), Math.Round(c.WorstError, 5), Math.Round(c.MedianRank, 5), Math.Round(c.WorstRank, 5));

    public override string ToString() =>
        FormattableString.Invariant($"{Targets} {Of} computed exactly too: error {100 * MedianError:0.0} % (worst {100 * WorstError:0.0} %), ")
        + FormattableString.Invariant($"rank correlation {MedianRank:0.000} (worst {WorstRank:0.000})");
}
