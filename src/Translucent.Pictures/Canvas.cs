// Basic drawing on images of 3 channels.

using Translucent.Images;

namespace Translucent.Pictures;

/// <summary>Plain drawing; whatever falls outside the image is left out.</summary>
internal static class Canvas
{
    public static Image Blank(int width, int height, Rgb color)
    {
        Image image = new(width, height, 3, new byte[(long)width * height * 3]);
        Fill(image, 0, 0, width, height, color);
        return image;
    }

    /// <summary>A copy in colour, to draw on.</summary>
    public static Image Copy(Image image) => new(image.Width, image.Height, 3, [.. image.ToRgb().Pixels]);

    public static Rgb Get(Image image, int pixel) => new(image.Pixels[3 * pixel], image.Pixels[3 * pixel + 1], image.Pixels[3 * pixel + 2]);

    public static void Set(Image image, int pixel, Rgb color) =>
        (image.Pixels[3 * pixel], image.Pixels[3 * pixel + 1], image.Pixels[3 * pixel + 2]) = (color.R, color.G, color.B);

    public static void Fill(Image image, int left, int top, int width, int height, Rgb color)
    {
        (int right, int bottom) = (Math.Min(left + width, image.Width), Math.Min(top + height, image.Height));
        for (int y = Math.Max(top, 0); y < bottom; y++)
            for (int x = Math.Max(left, 0); x < right; x++) Set(image, y * image.Width + x, color);
    }

    /// <summary>The colour of a place that the model does not see: dim and nearly grey.</summary>
    public static Rgb Unseen(Rgb color)
    {
        byte grey = (byte)(0.45 * color.Luma + 0.5);
        return color.Mix(new Rgb(grey, grey, grey), 0.85);
    }
}
