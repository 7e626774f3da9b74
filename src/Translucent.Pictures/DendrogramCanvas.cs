// The parts of the drawing of a dendrogram, each written as SVG elements; DendrogramSvg puts them together.

using System.Globalization;
using Translucent.Segment;

namespace Translucent.Pictures;

/// <summary>Draws onto a plot of leaves from left to right and heights from the bottom up; numbers are pixels.</summary>
sealed class DendrogramCanvas
{
    public const double Left = 76, Top = 48, Plot = 400, BandHeight = 18;
    public const string Faint = "#7b8490";
    const string Grid = "#e8ebef", Mixed = "#a3abb5";
    const int LongestText = 24;

    readonly Dendrogram _tree;
    readonly DendrogramLayout _layout;
    readonly Axis _axis;
    readonly IReadOnlyList<(byte Red, byte Green, byte Blue)> _palette;
    readonly string[] _texts;
    readonly bool _upright;
    readonly double _pitch;

    public DendrogramCanvas(
        Dendrogram tree, DendrogramLayout layout, Axis axis, IReadOnlyList<(byte Red, byte Green, byte Blue)> palette, Func<int, string> name)
    {
        (_tree, _layout, _axis, _palette) = (tree, layout, axis, palette);
        _texts = Array.ConvertAll(layout.Leaves, id => layout.SizeOf(id) > 1 ? $"{layout.SizeOf(id)}" : Shortened(name(id)));
        int longest = _texts.Max(text => text.Length);
        _upright = longest > 5;
        TextHeight = _upright ? 10 + (6.5 * longest) : 20;
        _pitch = Math.Clamp(840.0 / layout.Leaves.Length, 28, 96);
    }

    public double Right => Left + (_pitch * _layout.Leaves.Length);
    public double TextHeight { get; }

    static double Bottom => Top + Plot;

    /// <summary>A number and what it counts, as in <c>3,136 tokens</c>.</summary>
    public static string Counted(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {what}{(count == 1 ? "" : "s")}");

    public void Heights(Svg svg)
    {
        for (int tick = 0; tick <= _axis.Steps; tick++)
        {
            double y = Y(_axis.Tick(tick));
            svg.Add($"<path d='M{Left:0.#} {y:0.#}H{Right:0.#}' stroke='{(tick == 0 ? Mixed : Grid)}'/>");
            svg.Add($"<text x='{Left - 10:0.#}' y='{y + 4:0.#}' text-anchor='end' font-size='11' fill='{Faint}'>{_axis.Tick(tick):G4}</text>");
        }
        svg.Add($"<text transform='translate(20 {Top + (Plot / 2):0.#}) rotate(-90)' text-anchor='middle' font-size='12' ",
            $"fill='{Faint}'>distance at which clusters merge</text>");
    }

    /// <summary>Every drawn merge as two arms, each in the colour of the cluster that it leads to, grey where it leads to several.</summary>
    public void Branches(Svg svg)
    {
        svg.Add($"<g fill='none' stroke-width='2'>");
        for (int merge = _layout.FirstMerge; merge < _tree.Merges.Length; merge++)
        {
            int id = _tree.Count + merge;
            Arm(svg, _tree.Merges[merge].First, id);
            Arm(svg, _tree.Merges[merge].Second, id);
        }
        svg.Add($"</g>");
    }

    void Arm(Svg svg, int child, int parent)
    {
        double x = X(child), end = X(parent), from = Y(_layout.HeightOf(child)), y = Y(_layout.HeightOf(parent));
        double bend = Math.Min(6, Math.Min(Math.Abs(end - x), from - y));
        svg.Add($"<path stroke='{Colour(_layout.ClusterOf(child))}' d='M{x:0.##} {from:0.##}V{y + bend:0.##}",
            $"Q{x:0.##} {y:0.##} {x + (Math.Sign(end - x) * bend):0.##} {y:0.##}H{end:0.##}'/>");
    }

    /// <summary>A dot for an observation, a triangle for several; below it their number or the observation's name.</summary>
    public void Leaves(Svg svg)
    {
        double most = _layout.Leaves.Max(_layout.SizeOf);
        for (int i = 0; i < _texts.Length; i++)
        {
            int id = _layout.Leaves[i], size = _layout.SizeOf(id);
            string colour = Colour(_layout.ClusterOf(id));
            double x = X(id), y = Math.Min(Y(_layout.HeightOf(id)), Bottom - 4), half = Math.Min(_pitch, 48) * (0.12 + (0.32 * Math.Sqrt(size / most)));
            if (size == 1)
                svg.Add($"<circle cx='{x:0.##}' cy='{Bottom:0.#}' r='3.5' fill='{colour}'/>");
            else
                svg.Add($"<path d='M{x:0.##} {y:0.##}L{x + half:0.##} {Bottom:0.#}H{x - half:0.##}Z' fill='{colour}' fill-opacity='.3' ",
                    $"stroke='{colour}' stroke-width='1.5' stroke-linejoin='round'>",
                    $"<title>{Counted(size, "token")}, merged below {_layout.HeightOf(id):G4}</title></path>");
            string place = _upright
                ? string.Create(CultureInfo.InvariantCulture, $"transform='translate({x + 4:0.##} {Bottom + 10:0.#}) rotate(-90)' text-anchor='end'")
                : string.Create(CultureInfo.InvariantCulture, $"x='{x:0.##}' y='{Bottom + 17:0.#}' text-anchor='middle'");
            string weight = size == 1 ? $"fill='{Faint}' font-weight='400'" : $"fill='{Svg.Ink}' font-weight='600'";
            svg.Add($"<text {place} font-size='11' {weight}>{Svg.Escape(_texts[i])}</text>");
        }
    }

    /// <summary>Under the leaves a coloured band for every cluster, with its number.</summary>
    public void Bands(Svg svg)
    {
        double y = Bottom + TextHeight + 8;
        for (int i = 0, next; i < _texts.Length; i = next)
        {
            int cluster = _layout.ClusterOf(_layout.Leaves[i]);
            for (next = i + 1; next < _texts.Length && _layout.ClusterOf(_layout.Leaves[next]) == cluster; next++) { }
            double x = Left + (i * _pitch) + 2, width = ((next - i) * _pitch) - 4;
            string tip = cluster < 0 ? "several clusters" : $"cluster {cluster}: {Counted(_layout.Labels.Count(label => label == cluster), "token")}";
            svg.Add($"<rect x='{x:0.##}' y='{y:0.#}' width='{width:0.##}' height='{BandHeight:0.#}' rx='4' ",
                $"fill='{Colour(cluster)}'><title>{tip}</title></rect>");
            string text = cluster < 0 ? "…" : $"{cluster}";
            if (width > 7 * text.Length)
                svg.Add($"<text x='{x + (width / 2):0.##}' y='{y + 13:0.#}' text-anchor='middle' font-size='11' font-weight='600' ",
                    $"fill='{Contrast(cluster)}'>{text}</text>");
        }
    }

    /// <summary>The cut as a dashed line; to the right of it what it yields and below that the rule that placed it.</summary>
    public void Cut(Svg svg, double height, string clusters, string rule)
    {
        double y = Y(height);
        svg.Add($"<path d='M{Left:0.#} {y:0.##}H{Right + 8:0.#}' stroke='{Svg.Ink}' stroke-width='1.2' stroke-dasharray='6 4'/>");
        svg.Add($"<text x='{Right + 14:0.#}' y='{y + 4:0.##}' font-size='12' font-weight='600' fill='{Svg.Ink}'>{clusters}</text>");
        svg.Add($"<text x='{Right + 14:0.#}' y='{y + 20:0.##}' font-size='11' fill='{Faint}'>{rule}</text>");
    }

    double X(int id) => Left + ((_layout.Place(id) + 0.5) * _pitch);

    double Y(double height) => Bottom - (Plot * Math.Min(1, _axis.Share(height)));

    string Colour(int cluster)
    {
        if (cluster < 0) return Mixed;
        (byte red, byte green, byte blue) = _palette[cluster % _palette.Count];
        return $"#{red:x2}{green:x2}{blue:x2}";
    }

    /// <summary>White on dark colours, dark on light ones (luma of ITU-R BT.601).</summary>
    string Contrast(int cluster)
    {
        if (cluster < 0) return "#ffffff";
        (byte red, byte green, byte blue) = _palette[cluster % _palette.Count];
        return (0.299 * red) + (0.587 * green) + (0.114 * blue) > 150 ? Svg.Ink : "#ffffff";
    }

    static string Shortened(string text) => text.Length <= LongestText ? text : text[..(LongestText - 1)] + "…";
}
