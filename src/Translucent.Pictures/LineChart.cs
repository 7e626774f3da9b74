// A line chart as part of an SVG: axes with round ticks, lines told apart by colour and dashes, a tip on every point.
// Colours of text and grid follow the reader's preference for light or dark.

using Translucent.Images;

namespace Translucent.Pictures;

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
        <style>.chart .ink{fill:#24292f}.chart .soft{fill:#667080}.chart .grid{stroke:#e3e7ec}
        .chart .axis{stroke:#a3abb5}.chart .ground{fill:#fff}.chart .dash{stroke:#24292f}
        @media (prefers-color-scheme:dark){.chart .ink{fill:#e8ecf2}.chart .soft{fill:#97a3b5}.chart .grid{stroke:#2a323e}
        .chart .axis{stroke:#566172}.chart .ground{fill:#181e27}.chart .dash{stroke:#e8ecf2}}</style>
        """;

    /// <summary>Draws charts over layers.</summary>
    /// <param name="charts">The charts, from left to right and top to bottom.</param>
    /// <param name="colors">What colours stand for.</param>
    /// <param name="dashes">What dashes stand for; none when all lines are solid.</param>
    /// <param name="layers">The last layer on the horizontal axis, which begins at 1.</param>
    /// <returns>An SVG document.</returns>
    public static string Draw(IReadOnlyList<Chart> charts, IReadOnlyList<(Rgb Color, string Text)> colors, IReadOnlyList<(string Dash, string Text)> dashes,
        int layers)
    {
        double width = PerRow * Wide;
        (List<Entry> legend, int lines) = Place(colors, dashes, width);
        double head = 14 + lines * Line, height = head + (charts.Count + PerRow - 1) / PerRow * High;
        Svg svg = new(width, height, "How classes come into being, layer by layer", " class='chart'");
        svg.Add($"{Style}");
        svg.Add($"<rect class='ground' width='100%' height='100%' fill='#fff'/>");
        foreach (Entry entry in legend) Draw(svg, entry);
        for (int i = 0; i < charts.Count; i++)
        {
            svg.Add($"<g transform='translate({i % PerRow * Wide} {head + i / PerRow * High:0.#})'>");
            Panel(svg, charts[i], layers);
            svg.Add($"</g>");
        }
        return svg.ToString();
    }

    /// <summary>A part of the legend: a colour, or a dash where there is none.</summary>
    readonly record struct Entry(Rgb? Color, string Dash, string Text, double Left, int Row);

    static (List<Entry> Entries, int Lines) Place(IReadOnlyList<(Rgb Color, string Text)> colors, IReadOnlyList<(string Dash, string Text)> dashes,
        double width)
    {
        List<Entry> entries = [];
        (double x, int line) = (20, 0);
        void Add(Rgb? color, string dash, string text)
        {
            double needed = 34 + Svg.WidthOf(text, 13) + 22;
            if (x > 20 && x + needed > width) (x, line) = (20, line + 1);
            entries.Add(new Entry(color, dash, text, x, line));
            x += needed;
        }
        foreach ((Rgb color, string text) in colors) Add(color, "", text);
        if (dashes.Count > 0) (x, line) = (20, line + 1);
        foreach ((string dash, string text) in dashes) Add(null, dash, text);
        return (entries, line + 1);
    }

    static void Draw(Svg svg, Entry entry)
    {
        int y = entry.Row * Line;
        if (entry.Color is { } color) svg.Add($"<rect x='{entry.Left:0.#}' y='{14 + y}' width='24' height='12' rx='3' fill='{color}'/>");
        else svg.Add($"<path class='dash' d='M{entry.Left:0.#} {20 + y}h26' stroke='{Svg.Ink}' stroke-width='2.2' stroke-dasharray='{entry.Dash}'/>");
        svg.Add($"<text class='ink' x='{entry.Left + 32:0.#}' y='{25 + y}' font-size='13' fill='{Svg.Ink}'>{Svg.Escape(entry.Text)}</text>");
    }

    static void Panel(Svg svg, Chart chart, int layers)
    {
        float[] all = [.. chart.Lines.SelectMany(l => l.Values).Where(float.IsFinite)];
        Axis axis = chart.Share ? new(0, 0.25, 4) : new(all.DefaultIfEmpty(0).Min(), all.DefaultIfEmpty(1).Max());
        double X(int layer) => Left + (Wide - Left - Right) * (layers > 1 ? (layer - 1.0) / (layers - 1) : 0.5);
        double Y(double value) => High - Bottom - (High - Top - Bottom) * axis.Share(value);

        svg.Add($"<text class='ink' x='{Left}' y='24' font-size='14' font-weight='600' fill='#24292f'>{Svg.Escape(chart.Title)}</text>");
        for (int i = 0; i <= axis.Steps; i++)
        {
            double tick = axis.Tick(i);
            svg.Add($"<path class='grid' d='M{Left} {Y(tick):0.#}H{Wide - Right}' stroke='#e3e7ec'/>");
            svg.Add($"<text class='soft' x='{Left - 8}' y='{Y(tick) + 4:0.#}' font-size='11' text-anchor='end' fill='#667080'>{tick:0.####}</text>");
        }
        int every = (layers + 14) / 15;
        for (int layer = 1; layer <= layers; layer++)
            if ((layers - layer) % every == 0)
                svg.Add($"<text class='soft' x='{X(layer):0.#}' y='{High - Bottom + 17}' font-size='11' text-anchor='middle' fill='#667080'>{layer}</text>");
        svg.Add($"<path class='axis' d='M{Left} {Y(axis.Low < 0 && axis.High > 0 ? 0 : axis.Low):0.#}H{Wide - Right}' stroke='#a3abb5'/>");
        svg.Add($"<text class='soft' x='{(Left + Wide - Right) / 2}' y='{High - 12}' font-size='12' text-anchor='middle' fill='#667080'>layer</text>");
        svg.Add($"<text class='soft' transform='translate(18 {(Top + High - Bottom) / 2}) rotate(-90)' font-size='12' text-anchor='middle' ",
            $"fill='#667080'>{Svg.Escape(chart.Axis)}</text>");
        foreach (ChartLine line in chart.Lines.Reverse()) // the first lies on top
        {
            string points = string.Join(" ", line.Values.Select((v, i) => FormattableString.Invariant($"{X(line.First + i):0.#},{Y(v):0.#}")));
            svg.Add($"<polyline fill='none' stroke='{line.Color}' stroke-width='2.2' stroke-linejoin='round' stroke-linecap='round' ",
                $"stroke-dasharray='{line.Dash}' points='{points}'/>");
            for (int i = 0; i < line.Values.Length; i++)
                svg.Add($"<circle cx='{X(line.First + i):0.#}' cy='{Y(line.Values[i]):0.#}' r='{(line.Dash.Length == 0 ? 3 : 2)}' fill='{line.Color}'>",
                    $"<title>{Svg.Escape(line.Name)}, layer {line.First + i}: {line.Values[i]:0.###}</title></circle>");
        }
        if (!chart.Legend) return;
        double at = Left;
        foreach (ChartLine line in chart.Lines)
        {
            svg.Add($"<rect x='{at:0.#}' y='31' width='10' height='10' rx='2' fill='{line.Color}'/>",
                $"<text class='soft' x='{at + 15:0.#}' y='40' font-size='11' fill='#667080'>{Svg.Escape(line.Name)}</text>");
            at += 33 + Svg.WidthOf(line.Name, 11);
        }
    }
}
