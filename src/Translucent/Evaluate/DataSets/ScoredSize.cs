// At which size pictures and labels are scored: the resizing and cropping of the public evaluations, as torchvision does it (transforms/functional.py:
// resize, center_crop; torchvision/transforms on Pillow images).

using System.Globalization;
using Translucent.Images;

namespace Translucent.Evaluate.DataSets;

/// <summary>A size.</summary>
/// <param name="Shorter">The shorter side in pixels, the other one truncated; null for the picture's own size.</param>
/// <param name="Filter">How the photograph is resized; labels always by their nearest pixel.</param>
/// <param name="Crop">The side of the square that is cut from the middle; null for none.</param>
sealed record ScoredSize(int? Shorter, Resampling Filter, int? Crop)
{
    /// <summary>Pictures as they are.</summary>
    public static ScoredSize Own { get; } = new(null, Resampling.Bilinear, null);

    /// <summary>How pictures are resized, in words.</summary>
    public string Resizing => Shorter is { } s ? string.Create(CultureInfo.InvariantCulture,
        $"shorter side to {s}, photograph {Filter.ToString().ToLowerInvariant()}, labels nearest") : "none";

    /// <summary>How pictures are cut, in words.</summary>
    public string Cropping => Crop is { } c ? string.Create(CultureInfo.InvariantCulture, $"middle {c} x {c}") : "none";

    /// <summary>A photograph and its labels at this size.</summary>
    public (Image Photo, LabelMap Labels) Of(Image photo, LabelMap labels)
    {
        Image packed = Packed(labels);
        if (Shorter is { } shorter)
        {
            bool wide = photo.Width >= photo.Height;
            int longer = (int)((long)shorter * Math.Max(photo.Width, photo.Height) / Math.Min(photo.Width, photo.Height));
            (int width, int height) = wide ? (longer, shorter) : (shorter, longer);
            (photo, packed) = (Resize.To(photo, width, height, Filter), Resize.To(packed, width, height, Resampling.Nearest));
        }
        return Crop is { } side ? (Cut(photo, side), Unpacked(Cut(packed, side))) : (photo, Unpacked(packed));
    }

    /// <summary>The middle; where the picture is smaller, all of it on that axis.</summary>
    static Image Cut(Image image, int side)
    {
        (int width, int height, int c) = (Math.Min(side, image.Width), Math.Min(side, image.Height), image.Channels);
        int left = (int)Math.Round((image.Width - width) / 2.0), top = (int)Math.Round((image.Height - height) / 2.0); // halves to even, as Python rounds
        byte[] pixels = new byte[width * height * c];
        for (int y = 0; y < height; y++)
            image.Pixels.AsSpan(((y + top) * image.Width + left) * c, width * c).CopyTo(pixels.AsSpan(y * width * c));
        return new Image(width, height, c, pixels);
    }

    /// <summary>Labels as three bytes a pixel, so that they go the way of photographs.</summary>
    static Image Packed(LabelMap labels)
    {
        byte[] pixels = new byte[labels.Values.Length * 3];
        for (int i = 0; i < labels.Values.Length; i++)
        {
            int value = labels.Values[i] + 1; // what does not count is 0
            (pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2]) = ((byte)value, (byte)(value >> 8), (byte)(value >> 16));
        }
        return new Image(labels.Width, labels.Height, 3, pixels);
    }

    static LabelMap Unpacked(Image image) => new(image.Width, image.Height, [.. Enumerable.Range(0, image.Width * image.Height)
        .Select(i => (image.Pixels[3 * i] | image.Pixels[3 * i + 1] << 8 | image.Pixels[3 * i + 2] << 16) - 1)]);
}
