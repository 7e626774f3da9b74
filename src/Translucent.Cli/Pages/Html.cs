// Text and pictures as HTML that needs no other file.

using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Translucent.Images;
using Translucent.Pictures;

namespace Translucent.Cli.Pages;

/// <summary>The small parts of a page.</summary>
static class Html
{
    /// <summary>Text as content or attribute value.</summary>
    public static string Text(string text) => WebUtility.HtmlEncode(text);

    /// <summary>The name of a method, which may go on in the next line behind an underscore.</summary>
    public static string Name(string method) => method.Replace("_", "_<wbr>");

    /// <summary>A picture as a data URI.</summary>
    public static string Png(Image image) => $"data:image/png;base64,{Convert.ToBase64String(ImageFile.Encode(image))}";

    /// <summary>A drawing as a data URI.</summary>
    public static string Svg(string svg) => $"data:image/svg+xml;base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes(svg))}";

    /// <summary>What the colours of a map mean: a bar with the numbers of its ends, or the one number of a map that is the same everywhere.</summary>
    /// <param name="scale">The colours and their numbers.</param>
    /// <param name="fade">Whether they are faint where they stand for little.</param>
    public static string Bar(ColorScale scale, bool fade) => scale.Low == scale.High ? $"<p class='scale'>{Number(scale.Low)} everywhere</p>"
        : $"<div class='scale'><span>{Number(scale.Low)}</span><i style='background:{Gradient(scale.Colors, fade)}'></i>"
            + $"<span>{Number(scale.High)}</span></div>";

    /// <summary>A colour map as a CSS gradient from left to right.</summary>
    public static string Gradient(ColorMap colors, bool fade)
    {
        ColorScale scale = new(colors, 0, 1);
        string Stop(double at) => fade ? FormattableString.Invariant($"{colors.At(at)}{(int)(255 * scale.Weight((float)at) + 0.5):x2}") : $"{colors.At(at)}";
        return $"linear-gradient(90deg,{string.Join(",", Enumerable.Range(0, 17).Select(i => Stop(i / 16.0)))})";
    }

    /// <summary>A number in three digits, as colour bars show it.</summary>
    public static string Number(double value) =>
        value.ToString(value is 0 || Math.Abs(value) is >= 1e-3 and < 1e5 ? "G3" : "0.0e+0", CultureInfo.InvariantCulture);

    /// <summary>A share as CSS has it.</summary>
    public static string Share(double share) => FormattableString.Invariant($"{100 * share:0.##}%");

    /// <summary>A rectangle of a photograph as a CSS position over it.</summary>
    public static string Place(InputGeometry g, (double Left, double Top, double Right, double Bottom) box) =>
        $"left:{Share(box.Left / g.PhotoWidth)};top:{Share(box.Top / g.PhotoHeight)};"
            + $"width:{Share((box.Right - box.Left) / g.PhotoWidth)};height:{Share((box.Bottom - box.Top) / g.PhotoHeight)}";

    /// <summary>0.695 as in 69.5 %.</summary>
    public static string Percent(double part) => FormattableString.Invariant($"{100 * part:0.0} %");

    /// <summary>
    /// The head of every page down to its title. The policy lets a page load nothing, embed pictures and style sheets of its own, and run the scripts of this
    /// program alone, which are known by their hashes: what a name or a text of the user brings in does not run.
    /// </summary>
    /// <param name="title">Of the page.</param>
    /// <param name="images">Where its pictures may come from, as the policy has it.</param>
    public static string Head(string title, string images = "data:") =>
        "<!doctype html><html lang='en'><head><meta charset='utf-8'><meta name='viewport' content='width=device-width, initial-scale=1'>\n"
        + $"<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'; style-src 'unsafe-inline'; img-src {images}; "
        + $"script-src {s_scripts.Value}; base-uri 'none'; form-action 'none'\">\n"
        + $"<meta name='color-scheme' content='light dark'><title>{Text(title)} - Translucent</title>";

    static readonly Lazy<string> s_scripts = new(() => string.Join(' ', typeof(Html).Assembly.GetManifestResourceNames()
        .Where(name => name.EndsWith(".js", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
        .Select(name => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Resource(name))))}'")));

    /// <summary>A file that is part of the command, such as the style sheet.</summary>
    public static string Resource(string name)
    {
        using Stream stream = typeof(Html).Assembly.GetManifestResourceStream(name)!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
