// A linear axis from 0 with round ticks.

namespace Translucent.Segment;

/// <summary>An axis that covers 0 .. <paramref name="top"/> and ends on a tick.</summary>
sealed class HeightAxis(double top)
{
    /// <summary>The distance of two ticks: 1, 2 or 5 times a power of ten, so that there are three to eight.</summary>
    public double Step { get; } = RoundStep(top);

    /// <summary>How many steps the axis is long.</summary>
    public int Steps => top > 0 ? Math.Max(1, (int)Math.Ceiling((top / Step) - 1e-9)) : 1;

    /// <summary>Where on the axis a height lies: 0 at the bottom, 1 at the top, 1 for what is higher.</summary>
    public double Share(double height) => Math.Min(1, height / (Steps * Step));

    /// <summary>A tick's text.</summary>
    public FormattableString Text(int tick) => $"{tick * Step:G4}";

    static double RoundStep(double top)
    {
        if (!(top > 0)) return 1;
        double power = Math.Pow(10, Math.Floor(Math.Log10(top / 5)));
        double ratio = top / 5 / power; // in 1 .. 10
        return power * (ratio <= 1.5 ? 1 : ratio <= 3.5 ? 2 : ratio <= 7.5 ? 5 : 10);
    }
}
