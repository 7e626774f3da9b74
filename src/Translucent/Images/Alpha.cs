// Premultiplied alpha in bytes, rounded as Pillow does (src/libImaging/Convert.c: rgbA2rgba, rgba2rgbA and their grey forms).

namespace Translucent.Images;

/// <summary>Colours times alpha and back; the last channel is alpha.</summary>
internal static class Alpha
{
    public static Image Multiply(Image image) => Map(image, static (color, alpha) =>
    {
        int product = color * alpha + 128;
        return ((product >> 8) + product) >> 8;
    });

    public static Image Divide(Image image) => Map(image, static (color, alpha) =>
        alpha is 0 or 255 ? color : Math.Min(255 * color / alpha, 255));

    static Image Map(Image image, Func<int, int, int> change)
    {
        byte[] to = [.. image.Pixels];
        int last = image.Channels - 1;
        for (int at = 0; at < to.Length; at += image.Channels)
            for (int c = 0; c < last; c++) to[at + c] = (byte)change(to[at + c], to[at + last]);
        return new Image(image.Width, image.Height, image.Channels, to);
    }
}
