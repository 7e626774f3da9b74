// The one room that SVG is written in: shapes, text as text, pictures as embedded PNG, each escaped and with numbers in the invariant culture.

using System.Globalization;
using System.Net;
using System.Text;
using System.Xml;
using Translucent.Images;

namespace Translucent.Pictures;

/// <summary>Builds an SVG document; lengths are pixels, the origin is the upper left corner.</summary>
internal sealed class Svg
{
    /// <summary>Fonts of every system that a browser or an editor runs on; what they lack comes from its fallbacks, so that any script shows.</summary>
    public const string Fonts = "system-ui, Segoe UI, Helvetica Neue, Arial, Noto Sans, sans-serif";

    /// <summary>The colour of text, and of text that steps back.</summary>
    public const string Ink = "#24292f", Soft = "#667080";

    readonly StringBuilder _text = new();
    readonly HashSet<string> _ramps = [];

    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="title">What the drawing shows, for readers that do not see it.</param>
    /// <param name="attributes">Further attributes of the document, as XML.</param>
    public Svg(double width, double height, string title, string attributes = "")
    {
        Add($"<svg xmlns='http://www.w3.org/2000/svg' width='{width:0.##}' height='{height:0.##}' ",
            $"viewBox='0 0 {width:0.##} {height:0.##}' font-family='{Fonts}' role='img'{attributes}>");
        if (title.Length > 0) Add($"<title>{Escape(title)}</title>");
    }

    /// <summary>Adds a line of XML, in pieces; numbers in it are written in the invariant culture, texts must be escaped.</summary>
    public void Add(FormattableString first, FormattableString? second = null, FormattableString? third = null)
    {
        foreach (FormattableString? piece in (ReadOnlySpan<FormattableString?>)[first, second, third])
            _text.Append(piece?.ToString(CultureInfo.InvariantCulture));
        _text.Append('\n');
    }

    /// <summary>Adds a filled rectangle.</summary>
    public void Rect(double x, double y, double width, double height, Rgb color) =>
        Add($"<rect x='{x:0.##}' y='{y:0.##}' width='{width:0.##}' height='{height:0.##}' fill='{color}'/>");

    /// <summary>Adds a line of text on a baseline.</summary>
    /// <param name="x">Where it starts, has its middle or ends, as <paramref name="anchor"/> says.</param>
    /// <param name="y">The baseline.</param>
    /// <param name="text">Any characters; those that XML cannot hold are left out.</param>
    /// <param name="size">Font size.</param>
    /// <param name="anchor">start, middle or end.</param>
    /// <param name="color">By default <see cref="Ink"/>.</param>
    /// <param name="bold">Whether it stands out.</param>
    public void Text(double x, double y, string text, double size, string anchor = "start", string color = Ink, bool bold = false)
    {
        if (text.Length == 0) return;
        string weight = bold ? " font-weight='600'" : "";
        Add($"<text x='{x:0.##}' y='{y:0.##}' font-size='{size:0.##}' text-anchor='{anchor}' fill='{color}'{weight}>{Escape(text)}</text>");
    }

    /// <summary>Adds a picture, embedded as PNG.</summary>
    /// <param name="png">The file.</param>
    /// <param name="x">Left edge.</param>
    /// <param name="y">Upper edge.</param>
    /// <param name="width">The width to show it with.</param>
    /// <param name="height">The height to show it with.</param>
    public void Picture(ReadOnlySpan<byte> png, double x, double y, double width, double height) =>
        Add($"<image x='{x:0.##}' y='{y:0.##}' width='{width:0.##}' height='{height:0.##}' preserveAspectRatio='none' ",
            $"href='data:image/png;base64,{Convert.ToBase64String(png)}'/>");

    /// <summary>Adds a strip of the colours of a map, the lowest on the left.</summary>
    public void Ramp(ColorMap colors, double x, double y, double width, double height, bool fade = false)
    {
        const int steps = 32;
        string name = fade ? $"faded-{colors.Name}" : $"ramp-{colors.Name}";
        if (_ramps.Add(name))
        {
            ColorScale scale = new(colors, 0, 1);
            string Opacity(double at) => fade ? FormattableString.Invariant($" stop-opacity='{scale.Weight((float)at):0.###}'") : "";
            IEnumerable<string> stops = Enumerable.Range(0, steps + 1).Select(i => i / (double)steps)
                .Select(at => FormattableString.Invariant($"<stop offset='{at:0.#####}' stop-color='{colors.At(at)}'{Opacity(at)}/>"));
            Add($"<defs><linearGradient id='{name}'>{string.Concat(stops)}</linearGradient></defs>");
        }
        Add($"<rect x='{x:0.##}' y='{y:0.##}' width='{width:0.##}' height='{height:0.##}' fill='url(#{name})'/>");
    }

    /// <summary>The document.</summary>
    public override string ToString() => _text + "</svg>\n";

    /// <summary>Text as content or attribute value of XML; characters that XML cannot hold are left out.</summary>
    public static string Escape(string text) =>
        WebUtility.HtmlEncode(string.Concat(text.EnumerateRunes().Where(r => r.Value != 0xFFFD && (!r.IsBmp || XmlConvert.IsXmlChar((char)r.Value)))));

    /// <summary>About how wide a line of text is: fonts differ, so this leaves some room. Wide characters (East Asian, pictographs) count as a
    /// square.</summary>
    public static double WidthOf(string text, double size)
    {
        double width = 0;
        foreach (Rune rune in text.EnumerateRunes())
            width += Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark ? 0
                : rune.Value is >= 0x1100 and <= 0x115F or >= 0x2E80 and <= 0xD7A3 or >= 0xF900 and <= 0xFAFF or >= 0xFE30 and <= 0xFF60 or >= 0x1F300 ? 1
                : "ijl.,:;'|! ".Contains((char)rune.Value) ? 0.3 : "mwMW@%".Contains((char)rune.Value) ? 0.9 : Rune.IsUpper(rune) ? 0.7 : 0.57;
        return width * size;
    }

    /// <summary>The text, or its beginning and an ellipsis, so that it is about as wide as asked at most.</summary>
    public static string Fit(string text, double width, double size)
    {
        if (WidthOf(text, size) <= width) return text;
        int[] starts = StringInfo.ParseCombiningCharacters(text);
        for (int count = starts.Length - 1; count > 0; count--)
        {
            string cut = text[..starts[count]].TrimEnd() + "…";
            if (WidthOf(cut, size) <= width) return cut;
        }
        return "";
    }
}
