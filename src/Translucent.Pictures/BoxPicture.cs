// Boxes on a photograph: plain lines as a picture, and with their names as a figure.

using Translucent.Images;

namespace Translucent.Pictures;

/// <summary>A box on a photograph.</summary>
/// <param name="Left">Left edge, in pixels of the photograph.</param>
/// <param name="Top">Top edge.</param>
/// <param name="Right">Right edge.</param>
/// <param name="Bottom">Bottom edge.</param>
/// <param name="Color">Of its lines.</param>
/// <param name="Label">What is in it; empty for nothing.</param>
/// <param name="Fill">How much of its colour covers what is in it, 0 .. 1.</param>
sealed record PhotoBox(double Left, double Top, double Right, double Bottom, Rgb Color, string Label = "", double Fill = 0);

/// <summary>Draws boxes.</summary>
static class BoxPicture
{
    /// <summary>The photograph with lines around the boxes, the first on top.</summary>
    /// <returns>A colour image of the photograph's size.</returns>
    public static Image Draw(Image photo, IReadOnlyList<PhotoBox> boxes)
    {
        Image picture = Canvas.Copy(photo);
        foreach (PhotoBox box in boxes.Where(b => b.Fill > 0).Reverse()) Shade(picture, box);
        double thickness = Math.Clamp(Math.Max(photo.Width, photo.Height) / 220.0, 1.2, 6);
        foreach (PhotoBox box in boxes.Reverse())
        {
            Stroke stroke = new(photo.Width, photo.Height, thickness);
            (double l, double t, double r, double b) = (Math.Clamp(box.Left, 0, photo.Width), Math.Clamp(box.Top, 0, photo.Height),
                Math.Clamp(box.Right, 0, photo.Width), Math.Clamp(box.Bottom, 0, photo.Height));
            stroke.Line(l, t, r, t);
            stroke.Line(r, t, r, b);
            stroke.Line(r, b, l, b);
            stroke.Line(l, b, l, t);
            stroke.Draw(picture, box.Color);
        }
        return picture;
    }

    /// <summary>The same with a name above each box, as text.</summary>
    public static Figure Named(Image photo, IReadOnlyList<PhotoBox> boxes)
    {
        Image picture = Draw(photo, boxes);
        double size = Sheet.LetterSize(photo.Width), line = 1.35 * size;
        return new Figure(photo.Width, photo.Height, (svg, x, y) =>
        {
            svg.Picture(ImageFile.Encode(picture), x, y, photo.Width, photo.Height);
            foreach (PhotoBox box in boxes.Reverse().Where(b => b.Label.Length > 0))
            {
                string text = Svg.Fit(box.Label, photo.Width - 4, size);
                double width = Svg.WidthOf(text, size) + size * 0.6, left = Math.Clamp(box.Left, 0, Math.Max(0, photo.Width - width)),
                    top = Math.Clamp(box.Top - line, 0, Math.Max(0, photo.Height - line));
                svg.Rect(x + left, y + top, width, line, box.Color);
                svg.Text(x + left + size * 0.3, y + top + size, text, size, color: box.Color.Luma < 140 ? "#ffffff" : Svg.Ink);
            }
        });
    }

    static void Shade(Image picture, PhotoBox box)
    {
        (int left, int right) = ((int)Math.Clamp(box.Left, 0, picture.Width), (int)Math.Clamp(Math.Ceiling(box.Right), 0, picture.Width));
        (int top, int bottom) = ((int)Math.Clamp(box.Top, 0, picture.Height), (int)Math.Clamp(Math.Ceiling(box.Bottom), 0, picture.Height));
        for (int y = top; y < bottom; y++)
            for (int x = left; x < right; x++)
            {
                int pixel = y * picture.Width + x;
                Canvas.Set(picture, pixel, Canvas.Get(picture, pixel).Mix(box.Color, Math.Clamp(box.Fill, 0, 1)));
            }
    }
}
