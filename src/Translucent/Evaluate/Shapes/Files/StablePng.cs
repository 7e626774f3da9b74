// PNG files with the same bytes on every machine (PNG specification, third edition): as Images' writer, but compressed by Deflate.

using System.Buffers.Binary;
using Translucent.Checkpoints;
using Translucent.Images;

namespace Translucent.Evaluate.Shapes.Files;

/// <summary>Writes images and label maps.</summary>
static class StablePng
{
    /// <summary>The twelve bytes that end every whole PNG.</summary>
    public static ReadOnlySpan<byte> End => [0, 0, 0, 0, (byte)'I', (byte)'E', (byte)'N', (byte)'D', 0xAE, 0x42, 0x60, 0x82];

    /// <summary>A red-green-blue image, each row by the filter with the least sum of differences.</summary>
    public static byte[] Write(Image image)
    {
        int length = image.Width * 3;
        byte[] rows = new byte[image.Height * (length + 1)];
        byte[] stored = new byte[length];
        ReadOnlySpan<byte> above = new byte[length];
        for (int y = 0; y < image.Height; y++)
        {
            ReadOnlySpan<byte> row = image.Pixels.AsSpan(y * length, length);
            Span<byte> kept = rows.AsSpan(y * (length + 1), length + 1);
            long least = long.MaxValue;
            for (int filter = 1; filter <= 4; filter++)
            {
                PngFilter.Apply(filter, row, above, 3, stored);
                long cost = PngFilter.Cost(stored);
                if (cost >= least) continue;
                (least, kept[0]) = (cost, (byte)filter);
                stored.CopyTo(kept[1..]);
            }
            above = row;
        }
        return Assemble(image.Width, image.Height, colourType: 2, [], rows);
    }

    /// <summary>A label map of bytes with a palette: PASCAL VOC's colours, so that viewers show it and tools read the numbers.</summary>
    public static byte[] WriteLabels(byte[] labels, int width, int height)
    {
        byte[] rows = new byte[height * (width + 1)];
        for (int y = 0; y < height; y++) labels.AsSpan(y * width, width).CopyTo(rows.AsSpan(y * (width + 1) + 1));
        byte[] palette = [.. Enumerable.Range(0, Shapes.Classes.Count).Select(Palette.Pascal).SelectMany(c => (byte[])[c.R, c.G, c.B])];
        return Assemble(width, height, colourType: 3, palette, rows);
    }

    static byte[] Assemble(int width, int height, byte colourType, byte[] palette, byte[] rows)
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, colourType);
        return [0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n', .. Chunk("IHDR"u8, header), .. palette.Length > 0 ? Chunk("PLTE"u8, palette) : [], .. Chunk("IDAT"u8, Deflate.Compress(rows)), .. End];
    }

    static byte[] Chunk(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        byte[] bytes = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, data.Length);
        type.CopyTo(bytes.AsSpan(4));
        data.CopyTo(bytes.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(8 + data.Length), Crc32.Of(bytes.AsSpan(4, 4 + data.Length)));
        return bytes;
    }
}
