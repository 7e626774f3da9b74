// Small charts of trust as SVG in the colours of the page: curves beside random orders, and likeness to maps of random models.

using System.Globalization;
using System.Text;
using Translucent.Evaluate.Trust;

namespace Translucent.Pictures;

/// <summary>Draws one chart.</summary>
sealed class TrustChart
{
    const double Width = 240, Height = 132, Left = 30, Right = 8, Top = 8, Bottom = 20;

    readonly StringBuilder _svg = new();
    readonly double _low, _high;

    TrustChart(string name, double low, double high, IEnumerable<double> ticks)
    {
        (_low, _high) = (low, high);
        _svg.Append($"<svg class='chart' viewBox='0 0 {Width} {Height}' role='img' aria-label='{Svg.Escape(name)}'>");
        foreach (double tick in ticks)
            _svg.Append($"<line class='grid' x1='{Left}' x2='{Width - Right}' y1='{N(Y(tick))}' y2='{N(Y(tick))}'/><text class='end' x='{Left - 5}' "
                + $"y='{N(Y(tick) + 3.5)}'>{tick.ToString("0.##", CultureInfo.InvariantCulture)}</text>");
    }

    /// <summary>The probability of the class as patches change, in the order of the map and in random orders with their deviation.</summary>
    public static string Curve(string name, PerturbationResult result)
    {
        IReadOnlyList<double> at = result.Curve.Fractions;
        (double[] mean, double[] deviation) = Spread(result);
        double high = Ceiling(result.Curve.Probabilities.Concat(mean.Zip(deviation, (m, d) => m + d)).Max());
        TrustChart chart = new(name, 0, high, [0, high / 2, high]);
        double[] upper = [.. mean.Zip(deviation, (m, d) => Math.Min(high, m + d))], lower = [.. mean.Zip(deviation, (m, d) => Math.Max(0, m - d))];
        chart._svg.Append($"<polygon class='band' points='{Points(chart, at, upper)} {string.Join(' ', Points(chart, at, lower).Split(' ').Reverse())}'/>");
        chart._svg.Append(
            $"<polyline class='chance' points='{Points(chart, at, mean)}'/><polyline class='curve' points='{Points(chart, at, result.Curve.Probabilities)}'/>");
        foreach ((double x, string text, string anchor) in (ReadOnlySpan<(double, string, string)>)[(0, "0", "start"), (0.5, "patches changed", "middle"),
            (1, "100 %", "end")])
            chart._svg.Append($"<text class='{anchor}' x='{N(X(x))}' y='{Height - 5}'>{text}</text>");
        return chart._svg.Append("</svg>").ToString();
    }

    /// <summary>Spearman's correlation with the map of the trained model, stage by stage, and what chance alone would give.</summary>
    public static string Stages(string name, IReadOnlyList<RandomizationStage> stages, int patches)
    {
        TrustChart chart = new(name, -1, 1, [-1, 0, 1]);
        double chance = Math.Min(1, 2 / Math.Sqrt(Math.Max(1, patches - 1))); // two deviations of ρ of unrelated orders
        chart._svg.Append(
            $"<rect class='band' x='{Left}' width='{Width - Left - Right}' y='{N(chart.Y(chance))}' height='{N(chart.Y(-chance) - chart.Y(chance))}'/>");
        (double, double)[] points = [(0, 1), .. stages.Select((s, i) => ((i + 1.0) / stages.Count, s.Rho)).Where(p => double.IsFinite(p.Rho))];
        chart._svg.Append($"<polyline class='curve' points='{Points(chart, [.. points.Select(p => p.Item1)], [.. points.Select(p => p.Item2)])}'/>");
        foreach ((double x, double rho) in points) chart._svg.Append($"<circle class='dot' cx='{N(X(x))}' cy='{N(chart.Y(rho))}' r='2.6'/>");
        chart._svg.Append($"<text class='start' x='{N(X(0))}' y='{Height - 5}'>trained</text><text class='middle' x='{N(X(0.5))}' y='{Height - 5}'>layers "
            + $"random</text><text class='end' x='{N(X(1))}' y='{Height - 5}'>all</text>");
        return chart._svg.Append("</svg>").ToString();
    }

    /// <summary>The mean of random orders at every step, and their sample deviation.</summary>
    static (double[] Mean, double[] Deviation) Spread(PerturbationResult result)
    {
        double[] mean = [.. result.Curve.Fractions.Select((_, k) => result.Random.Average(c => c.Probabilities[k]))];
        double[] deviation = [.. mean.Select(
            (m, k) => Math.Sqrt(result.Random.Sum(c => (c.Probabilities[k] - m) * (c.Probabilities[k] - m)) / (result.Random.Count - 1)))];
        return (mean, deviation);
    }

    /// <summary>The upper end of an axis: 1, or for rare classes the next of 1, 2, 5 times a power of ten.</summary>
    static double Ceiling(double value)
    {
        if (value > 0.5) return 1;
        double power = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(value, 1e-6))));
        return ((ReadOnlySpan<double>)[1, 2, 5]).ToArray().Select(step => step * power).FirstOrDefault(step => step >= value, 10 * power);
    }

    static string Points(TrustChart chart, IReadOnlyList<double> x, IReadOnlyList<double> y) =>
        string.Join(' ', x.Zip(y, (a, b) => $"{N(X(a))},{N(chart.Y(b))}"));

    static double X(double fraction) => Left + fraction * (Width - Left - Right);

    double Y(double value) => Top + (_high - value) / (_high - _low) * (Height - Top - Bottom);

    static string N(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}
