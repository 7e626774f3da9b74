using Translucent.Evaluate.Trust;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Runs;
using Translucent.Runs.Records;

namespace Translucent.Tests.Runs;

/// <summary>Whether sweeps are exact or sparse follows from what was asked for, the forecast, and the check.</summary>
public class SparseDecisionTests
{
    static readonly RowsChoice s_auto = new(null, Exact: false, 8);

    readonly List<(int Targets, int Rows)> _checked = [];

    /// <summary>Decides with checks whose median rank correlation is told by the rows kept; NaN stands for a sweep that is not defined.</summary>
    SparseDecision Decide(RowsChoice choice, double seconds, Func<int, double> rank) => SparseDecision.Of(choice, seconds,
        random => [("classes", new ClassTargets([.. SparseDecision.Pick(random, 100, choice.Check)]))],
        (targets, k) =>
        {
            _checked.Add((targets.Count, k));
            double found = rank(k);
            return double.IsNaN(found) ? throw TranslucentException.OfRequest("not defined here.") : new SparseCheck(k, targets.Count, 0.1, 0.2, found, 0.5);
        });

    [Fact]
    public void What_was_asked_for_is_done_and_checked()
    {
        SparseDecision exact = Decide(new RowsChoice(null, Exact: true, 8), 1e9, _ => 1);
        Assert.Equal((null, "exact, as asked"), (exact.Record.Rows, exact.Record.Why));
        Assert.Empty(exact.Notes);
        Assert.Empty(_checked);
        SparseDecision sparse = Decide(new RowsChoice(5, Exact: false, 3), 0, _ => 0.2); // however bad
        Assert.Equal((5, "sparse: every target keeps its own row and 5 others, as asked"), (sparse.Record.Rows, sparse.Record.Why));
        Assert.Equal([(3, 5)], _checked);
        Assert.Equal(["sweeps: sparse: every target keeps its own row and 5 others, as asked.",
            "check of its own row and 5 others: 3 classes computed exactly too: error 10.0 % (worst 20.0 %), rank correlation 0.200 (worst 0.500)"],
            sparse.Notes);
        Assert.Throws<TranslucentException>(() => Decide(new RowsChoice(5, Exact: false, 3), 0, _ => double.NaN));
    }

    [Fact]
    public void Exact_sweeps_of_seconds_are_not_worth_an_approximation()
    {
        SparseDecision decision = Decide(s_auto, 9.99, _ => 1);
        Assert.Equal((null, "exact, because that takes only seconds"), (decision.Record.Rows, decision.Record.Why));
        Assert.Empty(decision.Notes);
        Assert.Equal(0, Decide(s_auto, 10, _ => 1).Record.Rows);
    }

    [Fact]
    public void More_rows_are_kept_until_the_check_is_good_and_all_where_it_never_is()
    {
        Assert.Equal(0, Decide(s_auto, 100, _ => 0.95).Record.Rows);
        SparseDecision some = Decide(s_auto, 100, k => k == 0 ? 0.94 : 0.96);
        Assert.Equal(16, some.Record.Rows);
        Assert.Equal([0, 16], some.Record.Checks.Select(c => c.Rows));
        Assert.Equal(2, some.Notes.Count); // the decision and the check that led to it
        SparseDecision none = Decide(s_auto, 100, _ => 0.94);
        Assert.Null(none.Record.Rows);
        Assert.Equal(3, none.Notes.Count);
        Assert.StartsWith("exact, because sparse sweeps were checked", none.Record.Why);
    }

    [Fact]
    public void Every_kind_of_targets_has_to_be_near_enough()
    {
        Targets tokens = new ClassTargets([1]), classes = new ClassTargets([2, 3]);
        SparseDecision decision = SparseDecision.Of(s_auto, 100, _ => [("tokens", tokens), ("classes", classes)],
            (targets, k) => new SparseCheck(k, targets.Count, 0, 0, targets == tokens || k > 0 ? 0.99 : 0.9, 0));
        Assert.Equal(16, decision.Record.Rows);
        Assert.Equal([("tokens", 0), ("classes", 0), ("tokens", 16), ("classes", 16)], decision.Record.Checks.Select(c => (c.Of, c.Rows)));
        Assert.Equal(3, decision.Notes.Count);
    }

    [Fact]
    public void Where_sparse_sweeps_are_not_defined_they_are_exact_and_it_is_said_why()
    {
        SparseDecision decision = Decide(s_auto, 100, _ => double.NaN);
        Assert.Null(decision.Record.Rows);
        Assert.Equal(["sweeps: exact, because not defined here."], decision.Notes);
    }

    [Fact]
    public void Samples_are_distinct_ascending_and_the_same_every_time()
    {
        int[] some = SparseDecision.Pick(new Random(5), 50, 8);
        Assert.Equal(8, some.Distinct().Count());
        Assert.Equal(some.Order(), some);
        Assert.Equal(some, SparseDecision.Pick(new Random(5), 50, 8));
        Assert.Equal([0, 1, 2], SparseDecision.Pick(new Random(5), 3, 8));
        int[] drawn = [.. Enumerable.Range(0, 2).Select(_ => Drawn())];
        Assert.Equal(drawn[0], drawn[1]);

        static int Drawn()
        {
            int drawn = 0;
            SparseDecision.Of(s_auto, 100, random => { drawn = random.Next(); return []; }, (_, _) => throw new InvalidOperationException("nothing to check"));
            return drawn;
        }
    }

    [Fact]
    public void Checks_are_kept_to_five_decimals()
    {
        SparseCheckRecord record = SparseCheckRecord.Make("classes", new SparseCheck(4, 8, 1 / 3.0, 2 / 3.0, 0.9999999, 0.123456));
        Assert.Equal(new SparseCheckRecord("classes", 4, 8, 0.33333, 0.66667, 1, 0.12346), record);
    }
}
