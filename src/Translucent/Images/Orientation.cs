// How a camera was held: the Orientation tag (0x0112) of EXIF, which is a TIFF directory (TIFF 6.0 section 2; EXIF 2.32 section 4.6.4).

using System.Buffers.Binary;

namespace Translucent.Images;

/// <summary>EXIF orientation: 1 upright, 2 mirrored, 3 upside down, 4 flipped, 5 to 8 also transposed.</summary>
internal static class Orientation
{
    /// <summary>The orientation a TIFF block states; 1 when it states none or cannot be read, as cameras write much nonsense there.</summary>
    public static int FromTiff(ReadOnlySpan<byte> tiff)
    {
        if (tiff.Length < 8) return 1;
        bool little = tiff[0] == 'I';
        if (!(little ? tiff.StartsWith("II*\0"u8) : tiff.StartsWith("MM\0*"u8))) return 1;
        uint at = Long(tiff[4..], little);
        if (at > tiff.Length - 2) return 1;
        int entries = Short(tiff[(int)at..], little);
        ReadOnlySpan<byte> rest = tiff[((int)at + 2)..];
        for (; entries > 0 && rest.Length >= 12; entries--, rest = rest[12..])
        {
            if (Short(rest, little) != 0x0112) continue;
            int value = Short(rest[8..], little);
            return value is >= 1 and <= 8 ? value : 1;
        }
        return 1;
    }

    /// <summary>The image as it is to be looked at.</summary>
    public static Image Apply(Image image, int orientation)
    {
        if (orientation == 1) return image;
        bool transpose = orientation >= 5, flipX = orientation is 2 or 3 or 7 or 8, flipY = orientation is 3 or 4 or 6 or 7;
        (int width, int height) = transpose ? (image.Height, image.Width) : (image.Width, image.Height);
        int c = image.Channels;
        byte[] to = new byte[image.Pixels.Length];
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
            {
                (int column, int row) = transpose ? (y, x) : (x, y); // where the pixel came from
                if (flipX) column = image.Width - 1 - column;
                if (flipY) row = image.Height - 1 - row;
                image.Pixels.AsSpan((row * image.Width + column) * c, c).CopyTo(to.AsSpan((y * width + x) * c));
            }
        return new Image(width, height, c, to);
    }

    static int Short(ReadOnlySpan<byte> at, bool little) => little ? BinaryPrimitives.ReadUInt16LittleEndian(at) : BinaryPrimitives.ReadUInt16BigEndian(at);

    static uint Long(ReadOnlySpan<byte> at, bool little) => little ? BinaryPrimitives.ReadUInt32LittleEndian(at) : BinaryPrimitives.ReadUInt32BigEndian(at);
}
