// A linear axis with round ticks.

namespace Translucent.Pictures;

/// <summary>An axis that covers what it is made for, and begins and ends on a tick.</summary>
internal sealed class Axis
{
    /// <param name="low">The smallest number to show.</param>
    /// <param name="high">The largest number to show.</param>
    public Axis(double low, double high)
    {
        if (!(high > low) && low == 0)
        {
            (Step, Steps) = (1, 1);
            return;
        }
        if (!(high > low)) (low, high) = (low - 1, high + 1);
        double power = Math.Pow(10, Math.Floor(Math.Log10((high - low) / 5))), ratio = (high - low) / 5 / power; // in 1 .. 10
        Step = power * (ratio <= 1.5 ? 1 : ratio <= 3.5 ? 2 : ratio <= 7.5 ? 5 : 10);
        Low = Math.Floor(low / Step + 1e-9) * Step;
        Steps = Math.Max(1, (int)Math.Ceiling((high - Low) / Step - 1e-9));
    }

    /// <summary>An axis with a given step.</summary>
    public Axis(double low, double step, int steps) => (Low, Step, Steps) = (low, step, steps);

    /// <summary>The number at the lower end.</summary>
    public double Low { get; }

    /// <summary>The distance of two ticks: 1, 2 or 5 times a power of ten, so that there are three to eight.</summary>
    public double Step { get; }

    /// <summary>How many steps the axis is long.</summary>
    public int Steps { get; }

    /// <summary>The number at the upper end.</summary>
    public double High => Low + Steps * Step;

    /// <summary>The number of a tick, 0 .. Steps.</summary>
    public double Tick(int tick) => Math.Round(Low / Step + tick) * Step;

    /// <summary>Where on the axis a number lies: 0 at the lower end, 1 at the upper, and beyond these for what is beyond.</summary>
    public double Share(double value) => (value - Low) / (Steps * Step);
}
