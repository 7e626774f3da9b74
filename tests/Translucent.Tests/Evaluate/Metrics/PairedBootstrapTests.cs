using Translucent.Evaluate.Jobs;
using Translucent.Evaluate.Metrics;
using Translucent.Files;

namespace Translucent.Tests.Evaluate.Metrics;

/// <summary>Intervals of several rows over the same samples of images.</summary>
public class PairedBootstrapTests
{
    static readonly double[] s_values = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, double.NaN, 8];

    static IntervalRow Row(string name, Func<double, double> of) => IntervalRow.OfMeans(name, [.. s_values.Select(v => (double[])[of(v)])]);

    [Fact]
    public void A_row_of_means_has_the_interval_of_a_mean()
    {
        PairedBootstrap found = PairedBootstrap.Of(s_values.Length, [Row("a", v => v).Of], 1);
        Assert.Equal(s_values.Where(v => !double.IsNaN(v)).Average(), found.Own[0, 0], 12);
        Assert.Equal(Bootstrap.Mean(s_values), found.Interval(0, 0));
        Assert.Equal((0, 0), found.Difference(0, 0, 0));
    }

    [Fact]
    public void Differences_are_taken_sample_by_sample()
    {
        PairedBootstrap found = PairedBootstrap.Of(s_values.Length, [Row("a", v => v).Of, Row("b", v => v + 2).Of, Row("c", v => -v).Of], 1);
        (double low, double high) = found.Difference(1, 0, 0); // as wide as each by itself were they drawn apart
        Assert.Equal((2, 2), (low, high).Round(9));
        (double wide, double wider) = found.Difference(2, 0, 0);
        Assert.Equal((-2 * found.Interval(0, 0).High, -2 * found.Interval(0, 0).Low).Round(9), (wide, wider).Round(9));
    }

    [Fact]
    public void Tables_name_the_row_that_is_compared_with_and_refuse_others()
    {
        IntervalRow[] rows = [Row("a", v => v), Row("b", v => v + 2)];
        ResultTable[] tables = [.. IntervalTables.Of("Numbers", "row", ["n"], rows, s_values.Length, "b")];
        Assert.Equal(["Numbers, with intervals", "Numbers, less those of b"], tables.Select(t => t.Title));
        Assert.Equal("a", Assert.Single(tables[1].Rows).Name);
        Assert.Equal(-2, tables[1].Rows[0].Values[0]!.Value, 9);
        Assert.Equal(["n", "n: low", "n: high"], tables[1].Columns);
        Assert.Contains("expected one of a; b.", Assert.Throws<TranslucentException>(() => IntervalTables.Of("Numbers", "row", ["n"], rows, 12, "x").ToArray())
            .Message, StringComparison.Ordinal);
        Assert.Empty(IntervalTables.Of("Numbers", "row", ["n"], rows, 1, null));
    }
}

file static class Rounded
{
    public static (double, double) Round(this (double A, double B) pair, int digits) => (Math.Round(pair.A, digits), Math.Round(pair.B, digits));
}
