using Translucent.Evaluate.Metrics;

namespace Translucent.Tests.Evaluate.Metrics;

/// <summary>Areas and means of curves, worked by hand.</summary>
public class CurveAreaTests
{
    [Fact]
    public void Trapezoids_of_uneven_steps() => Assert.Equal(0.1 * 0.75 + 0.4 * 0.25, CurveArea.Trapezoids([0, 0.1, 0.5], [1, 0.5, 0]), 12);

    [Fact]
    public void Ten_steps_of_a_constant_are_nine_tenths() =>
        Assert.Equal(0.9, CurveArea.Trapezoids([.. Enumerable.Range(0, 10).Select(i => i / 10.0)], [.. Enumerable.Repeat(1.0, 10)]), 12);

    [Fact]
    public void As_many_y_as_x() => Assert.Throws<ArgumentException>(() => CurveArea.Trapezoids([0, 1], [1]));

    [Fact]
    public void The_area_over_the_curve_counts_the_untouched_step() => // (0 + 0.4 + 0.8) / 3
        Assert.Equal(0.4, CurveArea.OverPerturbation([0.9, 0.5, 0.1]), 12);

    [Fact]
    public void Log_odds_leave_the_untouched_step_out() => // (ln 1/2 + ln 1/4) / 2
        Assert.Equal(1.5 * Math.Log(0.5), CurveArea.LogOdds([0.8, 0.4, 0.2]), 12);

    [Fact]
    public void A_probability_of_zero_is_finite() => Assert.Equal(Math.Log(1e-12), CurveArea.LogOdds([1, 0]), 12);
}
