// A chart of lines over any numbers as part of an SVG, as reports of evaluations show it, in the style of LineChart.

using Translucent.Images;

namespace Translucent.Pictures;

/// <summary>A line over numbers.</summary>
/// <param name="Name">What it is.</param>
/// <param name="X">Where.</param>
/// <param name="Y">What; as many as X. What is no number is left out.</param>
sealed record CurveLine(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y);

/// <summary>Draws one chart with its legend.</summary>
static class CurveChart
{
    const double Wide = 560, High = 330, Left = 64, Right = 18, Top = 40, Bottom = 46, Line = 20;

    /// <summary>An SVG document.</summary>
    /// <param name="title">A line above it.</param>
    /// <param name="across">The name of the horizontal axis.</param>
    /// <param name="up">The name of the vertical axis.</param>
    /// <param name="lines">The lines; the first lies on top.</param>
    public static string Draw(string title, string across, string up, IReadOnlyList<CurveLine> lines)
    {
        double[] xs = [.. lines.SelectMany(l => l.X).Where(double.IsFinite)], ys = [.. lines.SelectMany(l => l.Y).Where(double.IsFinite)];
        Axis horizontal = new(xs.DefaultIfEmpty(0).Min(), xs.DefaultIfEmpty(1).Max());
        Axis vertical = ys.All(y => y is >= 0 and <= 1) && ys.DefaultIfEmpty(1).Max() > 0.3 ? new Axis(0, 0.25, 4)
            : new Axis(ys.DefaultIfEmpty(0).Min(), ys.DefaultIfEmpty(1).Max());
        double X(double value) => Left + (Wide - Left - Right) * horizontal.Share(value);
        double Y(double value) => High - Bottom - (High - Top - Bottom) * vertical.Share(value);
        (List<(double Left, int Row)> places, int rows) = Places(lines);

        Svg svg = new(Wide, High + rows * Line + 8, title, " class='chart'");
        svg.Add($"<rect width='100%' height='100%' fill='#fff'/>");
        svg.Text(Left, 24, title, 14, bold: true);
        for (int i = 0; i <= vertical.Steps; i++)
        {
            double tick = vertical.Tick(i);
            svg.Add($"<path d='M{Left} {Y(tick):0.#}H{Wide - Right}' stroke='#e3e7ec'/>");
            svg.Add($"<text x='{Left - 8}' y='{Y(tick) + 4:0.#}' font-size='11' text-anchor='end' fill='#667080'>{tick:0.####}</text>");
        }
        for (int i = 0; i <= horizontal.Steps; i++)
        {
            double tick = horizontal.Tick(i);
            svg.Add($"<text x='{X(tick):0.#}' y='{High - Bottom + 17}' font-size='11' text-anchor='middle' fill='#667080'>{tick:0.####}</text>");
        }
        svg.Add($"<path d='M{Left} {Y(vertical.Low):0.#}H{Wide - Right}' stroke='#a3abb5'/>");
        svg.Add($"<text x='{(Left + Wide - Right) / 2}' y='{High - 12}' font-size='12' text-anchor='middle' fill='#667080'>{Svg.Escape(across)}</text>");
        svg.Add($"<text transform='translate(18 {(Top + High - Bottom) / 2}) rotate(-90)' font-size='12' text-anchor='middle' ",
            $"fill='#667080'>{Svg.Escape(up)}</text>");
        for (int l = lines.Count - 1; l >= 0; l--)
        {
            (double X, double Y)[] points = [.. lines[l].X.Zip(lines[l].Y).Where(p => double.IsFinite(p.First) && double.IsFinite(p.Second))];
            Rgb color = Palette.Distinct(l);
            svg.Add($"<polyline fill='none' stroke='{color}' stroke-width='2.2' stroke-linejoin='round' ",
                $"points='{string.Join(" ", points.Select(p => FormattableString.Invariant($"{X(p.X):0.#},{Y(p.Y):0.#}")))}'/>");
            foreach ((double x, double y) in points)
                svg.Add($"<circle cx='{X(x):0.#}' cy='{Y(y):0.#}' r='2.6' fill='{color}'>",
                    $"<title>{Svg.Escape(lines[l].Name)}, {x:0.####}: {y:0.####}</title></circle>");
            svg.Add($"<rect x='{places[l].Left:0.#}' y='{High + places[l].Row * Line}' width='12' height='12' rx='3' fill='{color}'/>");
            svg.Text(places[l].Left + 18, High + places[l].Row * Line + 11, lines[l].Name, 12);
        }
        return svg.ToString();
    }

    /// <summary>Where the names stand, and in how many rows.</summary>
    static (List<(double Left, int Row)> Places, int Rows) Places(IReadOnlyList<CurveLine> lines)
    {
        List<(double, int)> places = [];
        (double x, int row) = (20, 0);
        foreach (CurveLine line in lines)
        {
            double needed = 18 + Svg.WidthOf(line.Name, 12) + 22;
            if (x > 20 && x + needed > Wide) (x, row) = (20, row + 1);
            places.Add((x, row));
            x += needed;
        }
        return (places, row + 1);
    }
}
