// A frame around the patch whose token is explained.

using Translucent.Images;

namespace Translucent.Pictures;

/// <summary>Marks a rectangle of a picture.</summary>
static class Marker
{
    /// <summary>Draws a frame around a rectangle.</summary>
    /// <param name="picture">Any channels.</param>
    /// <param name="box">Edges in pixels, as <see cref="InputGeometry.Cell"/> gives them; the line is centred on them, moved inside where the picture
    /// ends.</param>
    /// <param name="color">The line; by default white. It gets a dark rim.</param>
    /// <param name="thickness">Pixels; by default 1/200 of the longer side, at least 1.5.</param>
    /// <returns>A colour image of the same size.</returns>
    public static Image Frame(
        Image picture, (double Left, double Top, double Right, double Bottom) box, Rgb? color = null, double? thickness = null)
    {
        double line = thickness ?? Outline.Thickness(picture) * 1.5, inset = line / 2;
        double Inside(double edge, int size) => Math.Max(Math.Min(edge, size - inset), Math.Min(inset, size / 2.0)); // a picture may be thinner than the line
        double left = Inside(box.Left, picture.Width), right = Inside(box.Right, picture.Width);
        double top = Inside(box.Top, picture.Height), bottom = Inside(box.Bottom, picture.Height);
        Stroke stroke = new(picture.Width, picture.Height, line);
        stroke.Line(left, top, right, top);
        stroke.Line(left, bottom, right, bottom);
        stroke.Line(left, top, left, bottom);
        stroke.Line(right, top, right, bottom);
        Image drawn = Canvas.Copy(picture);
        stroke.Draw(drawn, color ?? Rgb.White);
        return drawn;
    }
}
