// A frame around the patch whose token is explained.

namespace Translucent.Images;

/// <summary>Marks a rectangle of a picture.</summary>
public static class Marker
{
    /// <summary>Draws a frame around a rectangle.</summary>
    /// <param name="picture">Any channels.</param>
    /// <param name="box">Edges in pixels, as <see cref="InputGeometry.Cell"/> gives them; the line is centred on them, moved inside where the picture ends.</param>
    /// <param name="color">The line; by default white. It gets a dark rim.</param>
    /// <param name="thickness">Pixels; by default 1/200 of the longer side, at least 1.5.</param>
    /// <returns>A colour image of the same size.</returns>
    public static Image Frame(
        Image picture, (double Left, double Top, double Right, double Bottom) box, Rgb? color = null, double? thickness = null)
    {
        double line = thickness ?? Outline.Thickness(picture) * 1.5, inset = line / 2;
        double left = Math.Clamp(box.Left, inset, picture.Width - inset), right = Math.Clamp(box.Right, inset, picture.Width - inset);
        double top = Math.Clamp(box.Top, inset, picture.Height - inset), bottom = Math.Clamp(box.Bottom, inset, picture.Height - inset);
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
