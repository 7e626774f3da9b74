// Whether the sweeps of a run are exact or sparse: by what was asked for, by the forecast, and by a check against exact targets.

using System.Globalization;
using Translucent.Evaluate.Trust;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Runs.Records;

namespace Translucent.Runs;

/// <summary>What a user chose.</summary>
/// <param name="Rows">K; null where it is left to the forecast.</param>
/// <param name="Exact">Whether nothing may be dropped.</param>
/// <param name="Check">M, how many targets are computed both ways.</param>
sealed record RowsChoice(int? Rows, bool Exact, int Check)
{
    /// <summary>As it stands in settings.</summary>
    public string Word => Exact ? "exact" : Rows?.ToString(CultureInfo.InvariantCulture) ?? "auto";

    /// <summary>As typed; help shows the default this way.</summary>
    public override string ToString() => Word;
}

/// <summary>What was decided.</summary>
/// <param name="Record">For result.json.</param>
/// <param name="Notes">What the user should know of it, a line each; nothing where sweeps are exact as a matter of course.</param>
sealed record SparseDecision(SparseRecord Record, IReadOnlyList<string> Notes)
{
    const double SomeSeconds = 10; // exact sweeps that take less are not worth an approximation
    const double Good = 0.95;      // median rank correlation below which more rows are kept, or all
    const int Seed = 20_261_129;   // of the random targets

    static readonly int[] s_ladder = [0, 16];

    /// <summary>Decides.</summary>
    /// <param name="choice">What was asked for.</param>
    /// <param name="seconds">What exact sweeps would take.</param>
    /// <param name="samples">Random ones of the targets, by kinds: latent tokens, classes.</param>
    /// <param name="check">Holds sparse rows of targets that keep so many others against exact ones.</param>
    /// <exception cref="TranslucentException">Sparse sweeps were asked for and are not defined here.</exception>
    public static SparseDecision Of(RowsChoice choice, double seconds, Func<Random, IEnumerable<(string Of, Targets Targets)>> samples,
        Func<Targets, int, SparseCheck> check)
    {
        bool auto = choice is { Rows: null, Exact: false };
        if (choice.Exact) return new SparseDecision(new SparseRecord(null, "exact, as asked", []), []);
        if (auto && seconds < SomeSeconds) return new SparseDecision(new SparseRecord(null, "exact, because that takes only seconds", []), []);
        (string Of, Targets Targets)[] kinds = [.. samples(new Random(Seed))];
        List<SparseCheckRecord> checks = [];
        foreach (int k in auto ? s_ladder : [choice.Rows!.Value])
        {
            SparseCheckRecord[] now;
            try
            {
                now = [.. kinds.Select(kind => SparseCheckRecord.Make(kind.Of, check(kind.Targets, k)))];
            }
            catch (TranslucentException e) when (auto)
            {
                return Noted(null, $"exact, because {e.Message.TrimEnd('.')}", checks);
            }
            checks.AddRange(now);
            if (auto && now.Any(c => c.MedianRank < Good)) continue;
            return Noted(k, $"sparse: every target keeps {Kept(k)}{(auto ? ", because exact sweeps would take long" : ", as asked")}", checks);
        }
        return Noted(null, "exact, because sparse sweeps were checked and are too far off here", checks);
    }

    static SparseDecision Noted(int? rows, string why, List<SparseCheckRecord> checks) => new(new SparseRecord(rows, why, checks),
        [$"sweeps: {why}.", .. checks.Where(c => rows is null || c.Rows == rows).Select(c => $"check of {Kept(c.Rows)}: {c}")]);

    static string Kept(int rows) => rows == 0 ? "its own row only" : $"its own row and {rows} others";

    /// <summary>Some of so many numbers, each once, ascending.</summary>
    public static int[] Pick(Random random, int of, int count)
    {
        int[] all = [.. Enumerable.Range(0, of)];
        random.Shuffle(all);
        return [.. all.Take(count).Order()];
    }
}
