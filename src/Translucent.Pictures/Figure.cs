// A part of a drawing: a picture, a legend, a table, or several of them on one sheet. It knows its size, and stands alone or inside another.

using System.Text;
using Translucent.Images;

namespace Translucent.Pictures;

/// <summary>A drawing of known size: pictures embedded as PNG, words as text.</summary>
public sealed class Figure
{
    readonly Action<Svg, double, double> _draw;

    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="draw">Draws it, its upper left corner at the given x and y.</param>
    internal Figure(double width, double height, Action<Svg, double, double> draw) => (Width, Height, _draw) = (width, height, draw);

    /// <summary>Pixels from left to right.</summary>
    public double Width { get; }

    /// <summary>Pixels from top to bottom.</summary>
    public double Height { get; }

    /// <summary>A picture, one pixel of it to one of the figure.</summary>
    /// <param name="picture">The picture.</param>
    public static Figure Of(Image picture) => Of(ImageFile.Encode(picture), picture.Width, picture.Height);

    /// <summary>A picture that is a PNG file already.</summary>
    /// <param name="png">The file.</param>
    /// <param name="width">Pixels of the figure.</param>
    /// <param name="height">Pixels of the figure.</param>
    public static Figure Of(byte[] png, double width, double height) => new(width, height, (svg, x, y) => svg.Picture(png, x, y, width, height));

    /// <summary>Nothing, of a size.</summary>
    /// <param name="width">Pixels from left to right.</param>
    /// <param name="height">Pixels from top to bottom.</param>
    public static Figure Empty(double width, double height) => new(width, height, (_, _, _) => { });

    /// <summary>Figures one above the other, all flush left.</summary>
    /// <param name="gap">Pixels between them.</param>
    /// <param name="parts">From top to bottom.</param>
    public static Figure Stack(double gap, params Figure[] parts) =>
        new(parts.Max(p => p.Width), parts.Sum(p => p.Height) + gap * (parts.Length - 1), (svg, x, y) =>
        {
            foreach (Figure part in parts)
            {
                part.Draw(svg, x, y);
                y += part.Height + gap;
            }
        });

    /// <summary>Draws the figure as part of another.</summary>
    internal void Draw(Svg onto, double x, double y) => _draw(onto, x, y);

    /// <summary>The figure as an SVG document on white.</summary>
    /// <param name="title">What it shows, for readers that do not see it.</param>
    public string ToSvg(string title)
    {
        Svg svg = new(Width, Height, title);
        svg.Rect(0, 0, Width, Height, Rgb.White);
        Draw(svg, 0, 0);
        return svg.ToString();
    }

    /// <summary>The document as a file in memory, in UTF-8.</summary>
    /// <inheritdoc cref="ToSvg"/>
    public byte[] ToFile(string title) => Encoding.UTF8.GetBytes(ToSvg(title));
}
