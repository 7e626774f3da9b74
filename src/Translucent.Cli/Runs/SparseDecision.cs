// Whether the sweeps of a run are exact or sparse: by what was asked for, by the forecast, and by a check against exact targets.

using Translucent.Evaluate.Trust;
using Translucent.Explain;
using Translucent.Files;

namespace Translucent.Cli.Runs;

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
        FormattableString.Invariant(
            $"{Targets} {Of} computed exactly too: error {100 * MedianError:0.0} % (worst {100 * WorstError:0.0} %), rank correlation {MedianRank:0.000} (worst {WorstRank:0.000})");
}

/// <summary>Decides.</summary>
static class SparseDecision
{
    const double SomeSeconds = 10; // exact sweeps that take less are not worth an approximation
    const double Good = 0.95;      // median rank correlation below which more rows are kept, or all
    const int Seed = 20_261_129;   // of the random targets

    static readonly int[] s_ladder = [0, 16];

    /// <summary>Sets how the sweeps of a run go, and notes it.</summary>
    public static void Make(ImageVerb verb, ImageRun run, Workload work, Forecast forecast)
    {
        if (verb.Rows is not { } choice) return;
        bool auto = choice is { Rows: null, Exact: false };
        if (choice.Exact || (auto && (work.Flops - work.Repeats) / forecast.FlopsPerSecond < SomeSeconds))
        {
            run.Sparse = new SparseRecord(null, choice.Exact ? "exact, as asked" : "exact, because that takes only seconds", []);
            return;
        }
        Random random = new(Seed);
        (string Of, Targets Targets)[] samples = [.. verb.Samples(run, random, choice.Check)];
        List<SparseCheckRecord> checks = [];
        foreach (int k in auto ? s_ladder : [choice.Rows!.Value])
        {
            SparseCheckRecord[] now;
            try
            {
                now = [.. samples.Select(s => SparseCheckRecord.Make(
                    s.Of, run.Time("check", () => SparseCheck.Of(run.Trace, s.Targets, k, run.Progress.Options))))];
            }
            catch (TranslucentException e) when (auto)
            {
                Set(run, null, $"exact, because {e.Message.TrimEnd('.')}", checks);
                return;
            }
            checks.AddRange(now);
            if (auto && now.Any(c => c.MedianRank < Good)) continue;
            Set(run, k, $"sparse: every target keeps {Kept(k)}{(auto ? ", because exact sweeps would take long" : ", as asked")}", checks);
            return;
        }
        Set(run, null, "exact, because sparse sweeps were checked and are too far off here", checks);
    }

    static void Set(ImageRun run, int? rows, string why, IReadOnlyList<SparseCheckRecord> checks)
    {
        run.Progress.Rows = rows;
        run.Sparse = new SparseRecord(rows, why, checks);
        run.Notes.Add($"sweeps: {why}.");
        run.Notes.AddRange(checks.Where(c => rows is null || c.Rows == rows).Select(c => $"check of {Kept(c.Rows)}: {c}"));
    }

    static string Kept(int rows) => rows == 0 ? "its own row only" : $"its own row and {rows} others";

    /// <summary>Some of so many numbers, each once, ascending.</summary>
    public static int[] Pick(Random random, int of, int count)
    {
        int[] all = [.. Enumerable.Range(0, of)];
        random.Shuffle(all);
        return [.. all.Take(count).Order()];
    }
}
