// The EXIF orientation tag (CIPA DC-008, 4.6.4 A, tag 0x0112) and where it puts a stored pixel.

using System.Buffers.Binary;
using Translucent.Images;

namespace Translucent.Pictures.Files;

/// <summary>Orientation 1 .. 8: how the stored rows and columns lie in the scene.</summary>
internal static class Orientation
{
    const int Tag = 0x0112, Short = 3, Long = 4;

    /// <summary>The orientation in an EXIF block (a TIFF header and its directory); 1 when there is none or the block is damaged.</summary>
    /// <remarks>Damage here does not make the picture unreadable, so it is no error.</remarks>
    public static int Read(ReadOnlySpan<byte> tiff)
    {
        bool little = tiff.StartsWith("II*\0"u8);
        if (!little && !tiff.StartsWith("MM\0*"u8)) return 1;
        long directory = Number(tiff, 4, 4, little);
        int entries = (int)Number(tiff, directory, 2, little);
        for (int i = 0; i < entries; i++)
        {
            long entry = directory + 2 + 12 * i;
            if (Number(tiff, entry, 2, little) != Tag) continue;
            long type = Number(tiff, entry + 2, 2, little);
            long value = type is Short or Long ? Number(tiff, entry + 8, type == Short ? 2 : 4, little) : 0;
            return value is >= 1 and <= 8 ? (int)value : 1;
        }
        return 1;
    }

    static long Number(ReadOnlySpan<byte> tiff, long at, int bytes, bool little)
    {
        if (at + bytes > tiff.Length) return 0;
        ReadOnlySpan<byte> number = tiff.Slice((int)at, bytes);
        return (bytes, little) switch
        {
            (2, true) => BinaryPrimitives.ReadUInt16LittleEndian(number),
            (2, false) => BinaryPrimitives.ReadUInt16BigEndian(number),
            (_, true) => BinaryPrimitives.ReadUInt32LittleEndian(number),
            _ => BinaryPrimitives.ReadUInt32BigEndian(number),
        };
    }

    /// <summary>Whether rows and columns change places.</summary>
    public static bool Transposes(int orientation) => orientation >= 5;

    /// <summary>Where stored pixel (x, y) goes: pixel Origin + x·Right + y·Down of the upright picture, counted row by row.</summary>
    /// <param name="orientation">1 .. 8.</param>
    /// <param name="width">Stored pixels per row.</param>
    /// <param name="height">Stored rows.</param>
    public static (int Origin, int Right, int Down) Place(int orientation, int width, int height)
    {
        int end = width * height - 1;
        return orientation switch
        {
            2 => (width - 1, -1, width),                         // mirrored left to right
            3 => (end, -1, -width),                              // turned by 180 degrees
            4 => (end - width + 1, 1, -width),                   // mirrored top to bottom
            5 => (0, height, 1),                                 // mirrored along the main diagonal
            6 => (height - 1, height, -1),                       // to be turned right
            7 => (end, -height, -1),                             // mirrored along the other diagonal
            8 => (end - height + 1, -height, 1),                 // to be turned left
            _ => (0, 1, width),
        };
    }

    /// <summary>The stored picture as it is to be looked at.</summary>
    public static Image Apply(Image stored, int orientation)
    {
        if (orientation == 1) return stored;
        (int width, int height, int channels) = (stored.Width, stored.Height, stored.Channels);
        (int origin, int right, int down) = Place(orientation, width, height);
        byte[] upright = new byte[stored.Pixels.Length];
        for (int y = 0, from = 0; y < height; y++)
            for (int x = 0; x < width; x++, from += channels)
                stored.Pixels.AsSpan(from, channels).CopyTo(upright.AsSpan((origin + x * right + y * down) * channels));
        return Transposes(orientation) ? new Image(height, width, channels, upright) : new Image(width, height, channels, upright);
    }
}
