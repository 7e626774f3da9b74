// A line chart as part of an SVG: axes with round ticks, lines told apart by colour and dashes, a tip on every point.
// Colours of text and grid follow the reader's preference for light or dark.

using System.Globalization;
using System.Net;
using System.Text;
using Translucent.Images;

namespace Translucent.Cli.Pictures;

/// <summary>A line of a chart.</summary>
/// <param name="Name">What it is, for tips.</param>
/// <param name="Color">Its colour.</param>
/// <param name="Dash">An SVG dash pattern; empty for a solid line.</param>
/// <param name="First">x of the first point; the others follow at distance 1.</param>
/// <param name="Values">y of the points.</param>
sealed record ChartLine(string Name, Rgb Color, string Dash, int First, float[] Values);

/// <summary>What a chart shows.</summary>
/// <param name="Title">A line above it.</param>
/// <param name="Axis">The name of the vertical axis.</param>
/// <param name="Lines">The lines.</param>
/// <param name="Share">Whether the vertical axis is from 0 to 1; else it fits the lines.</param>
/// <param name="Legend">Whether the chart has lines of its own that the legend of the whole does not name.</param>
sealed record Chart(string Title, string Axis, IReadOnlyList<ChartLine> Lines, bool Share = true, bool Legend = false);

/// <summary>Draws charts one beside the other, with one legend.</summary>
static class LineChart
{
    const int Wide = 540, High = 320, Left = 64, Right = 18, Top = 44, Bottom = 46, PerRow = 2, Line = 22;

    const string Style = """
        <style>.chart .ink{fill:#24292f}.chart .soft{fill:#667080}.chart .grid{stroke:#e3e7ec}.chart .axis{stroke:#a3abb5}.chart .ground{fill:#fff}.chart .dash{stroke:#24292f}
        @media (prefers-color-scheme:dark){.chart .ink{fill:#e8ecf2}.chart .soft{fill:#97a3b5}.chart .grid{stroke:#2a323e}.chart .axis{stroke:#566172}.chart .ground{fill:#181e27}.chart .dash{stroke:#e8ecf2}}</style>
        """;

    /// <summary>Draws charts over layers.</summary>
    /// <param name="charts">The charts, from left to right and top to bottom.</param>
    /// <param name="colors">What colours stand for.</param>
    /// <param name="dashes">What dashes stand for; none when all lines are solid.</param>
    /// <param name="layers">The last layer on the horizontal axis, which begins at 1.</param>
    /// <returns>An SVG document.</returns>
    public static string Draw(IReadOnlyList<Chart> charts, IReadOnlyList<(Rgb Color, string Text)> colors, IReadOnlyList<(string Dash, string Text)> dashes, int layers)
    {
        StringBuilder svg = new();
        (string legend, int lines) = Legend(colors, dashes);
        int head = 14 + lines * Line, width = PerRow * Wide, height = head + (charts.Count + PerRow - 1) / PerRow * High;
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns='http://www.w3.org/2000/svg' class='chart' width='{width}' height='{height}' viewBox='0 0 {width} {height}' font-family='system-ui, Segoe UI, Helvetica Neue, Arial, sans-serif' role='img'>\n");
        svg.Append(Style).Append("\n<rect class='ground' width='100%' height='100%' fill='#fff'/>\n").Append(legend);
        for (int i = 0; i < charts.Count; i++)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<g transform='translate({i % PerRow * Wide} {head + i / PerRow * High})'>\n");
            Panel(svg, charts[i], layers);
            svg.Append("</g>\n");
        }
        return svg.Append("</svg>\n").ToString();
    }

    static (string Svg, int Lines) Legend(IReadOnlyList<(Rgb Color, string Text)> colors, IReadOnlyList<(string Dash, string Text)> dashes)
    {
        StringBuilder svg = new();
        (double x, int line) = (20, 0);
        double Place(string text)
        {
            double needed = 34 + 7.2 * text.Length + 22;
            if (x > 20 && x + needed > PerRow * Wide) (x, line) = (20, line + 1);
            double at = x;
            x += needed;
            return at;
        }
        foreach ((Rgb color, string text) in colors)
        {
            double at = Place(text);
            svg.Append(CultureInfo.InvariantCulture, $"<rect x='{at:0.#}' y='{14 + line * Line}' width='24' height='12' rx='3' fill='{color}'/><text class='ink' x='{at + 32:0.#}' y='{25 + line * Line}' font-size='13' fill='#24292f'>{Text(text)}</text>\n");
        }
        if (dashes.Count > 0) (x, line) = (20, line + 1);
        foreach ((string dash, string text) in dashes)
        {
            double at = Place(text);
            svg.Append(CultureInfo.InvariantCulture, $"<path class='dash' d='M{at:0.#} {20 + line * Line}h26' stroke='#24292f' stroke-width='2.2' stroke-dasharray='{dash}'/><text class='ink' x='{at + 32:0.#}' y='{25 + line * Line}' font-size='13' fill='#24292f'>{Text(text)}</text>\n");
        }
        return (svg.ToString(), line + 1);
    }

    static void Panel(StringBuilder svg, Chart chart, int layers)
    {
        float[] all = [.. chart.Lines.SelectMany(l => l.Values).Where(float.IsFinite)];
        (double low, double high, double step) = chart.Share ? (0, 1, 0.25) : Round(all.DefaultIfEmpty(0).Min(), all.DefaultIfEmpty(1).Max());
        double X(int layer) => Left + (Wide - Left - Right) * (layers > 1 ? (layer - 1.0) / (layers - 1) : 0.5);
        double Y(double value) => High - Bottom - (High - Top - Bottom) * (value - low) / (high - low);
        void Add(FormattableString element) => svg.Append(element.ToString(CultureInfo.InvariantCulture)).Append('\n');

        Add($"<text class='ink' x='{Left}' y='24' font-size='14' font-weight='600' fill='#24292f'>{Text(chart.Title)}</text>");
        for (double tick = low; tick <= high + step / 2; tick += step)
        {
            Add($"<path class='grid' d='M{Left} {Y(tick):0.#}H{Wide - Right}' stroke='#e3e7ec'/>");
            Add($"<text class='soft' x='{Left - 8}' y='{Y(tick) + 4:0.#}' font-size='11' text-anchor='end' fill='#667080'>{Math.Round(tick / step) * step:0.####}</text>");
        }
        int every = (layers + 14) / 15;
        for (int layer = 1; layer <= layers; layer++)
            if ((layers - layer) % every == 0) Add($"<text class='soft' x='{X(layer):0.#}' y='{High - Bottom + 17}' font-size='11' text-anchor='middle' fill='#667080'>{layer}</text>");
        Add($"<path class='axis' d='M{Left} {Y(low < 0 && high > 0 ? 0 : low):0.#}H{Wide - Right}' stroke='#a3abb5'/>");
        Add($"<text class='soft' x='{(Left + Wide - Right) / 2}' y='{High - 12}' font-size='12' text-anchor='middle' fill='#667080'>layer</text>");
        Add($"<text class='soft' transform='translate(18 {(Top + High - Bottom) / 2}) rotate(-90)' font-size='12' text-anchor='middle' fill='#667080'>{Text(chart.Axis)}</text>");
        foreach (ChartLine line in chart.Lines.Reverse()) // the first lies on top
        {
            string points = string.Join(" ", line.Values.Select((v, i) => FormattableString.Invariant($"{X(line.First + i):0.#},{Y(v):0.#}")));
            Add($"<polyline fill='none' stroke='{line.Color}' stroke-width='2.2' stroke-linejoin='round' stroke-linecap='round' stroke-dasharray='{line.Dash}' points='{points}'/>");
            for (int i = 0; i < line.Values.Length; i++)
                Add($"<circle cx='{X(line.First + i):0.#}' cy='{Y(line.Values[i]):0.#}' r='{(line.Dash.Length == 0 ? 3 : 2)}' fill='{line.Color}'><title>{Text(line.Name)}, layer {line.First + i}: {line.Values[i]:0.###}</title></circle>");
        }
        if (!chart.Legend) return;
        double at = Left;
        foreach (ChartLine line in chart.Lines)
        {
            Add($"<rect x='{at:0.#}' y='31' width='10' height='10' rx='2' fill='{line.Color}'/><text class='soft' x='{at + 15:0.#}' y='40' font-size='11' fill='#667080'>{Text(line.Name)}</text>");
            at += 33 + 5.6 * line.Name.Length;
        }
    }

    /// <summary>An axis that ends on ticks of 1, 2 or 5 times a power of ten.</summary>
    static (double Low, double High, double Step) Round(double low, double high)
    {
        if (!(high > low)) (low, high) = (low - 1, high + 1);
        double power = Math.Pow(10, Math.Floor(Math.Log10((high - low) / 5))), ratio = (high - low) / 5 / power;
        double step = power * (ratio <= 1.5 ? 1 : ratio <= 3.5 ? 2 : ratio <= 7.5 ? 5 : 10);
        return (Math.Floor(low / step) * step, Math.Ceiling(high / step) * step, step);
    }

    /// <summary>Text without what XML cannot hold.</summary>
    static string Text(string text) => WebUtility.HtmlEncode(string.Concat(text.Where(c => !char.IsControl(c) && !char.IsSurrogate(c))));
}
