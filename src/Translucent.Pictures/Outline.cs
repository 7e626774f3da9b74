// The borders between the regions of a label map.

using Translucent.Images;

namespace Translucent.Pictures;

/// <summary>Lines around regions.</summary>
static class Outline
{
    /// <summary>Draws a line wherever two neighbouring pixels have different labels.</summary>
    /// <param name="picture">Any channels.</param>
    /// <param name="labels">[picture height · picture width].</param>
    /// <param name="color">The line; by default white. It gets a dark rim.</param>
    /// <param name="thickness">Pixels; by default 1/300 of the longer side, at least 1.5.</param>
    /// <returns>A colour image of the same size.</returns>
    public static Image Draw(Image picture, int[] labels, Rgb? color = null, double? thickness = null)
    {
        (int width, int height) = (picture.Width, picture.Height);
        if (labels.Length != width * height)
            throw new ArgumentException($"labels: {labels.Length}, expected one for each of {width} x {height} pixels.", nameof(labels));
        Stroke stroke = new(width, height, thickness ?? Thickness(picture));
        for (int y = 0, at = 0; y < height; y++)
            for (int x = 0; x < width; x++, at++)
            {
                if (x + 1 < width && labels[at] != labels[at + 1]) stroke.Line(x + 1, y, x + 1, y + 1);
                if (y + 1 < height && labels[at] != labels[at + width]) stroke.Line(x, y + 1, x + 1, y + 1);
            }
        Image drawn = Canvas.Copy(picture);
        stroke.Draw(drawn, color ?? Rgb.White);
        return drawn;
    }

    /// <summary>A line that is visible but does not cover much.</summary>
    internal static double Thickness(Image picture) => Math.Max(1.5, Math.Max(picture.Width, picture.Height) / 300.0);
}
