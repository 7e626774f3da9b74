using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace Translucent.Tests.Pictures;

/// <summary>Writes label images as data sets have them: with a palette, in grey or in colour, unfiltered.</summary>
static class LabelPng
{
    /// <param name="width">Pixels per row.</param>
    /// <param name="rows">Rows that are written.</param>
    /// <param name="values">Palette indices, grey levels, or 0xRRGGBB.</param>
    /// <param name="depth">8, or 16 for grey.</param>
    /// <param name="kind">0 grey, 2 colour, 3 palette.</param>
    /// <param name="height">Rows that the header claims, when others.</param>
    public static byte[] Encode(int width, int rows, int[] values, int depth = 8, int kind = 0, int? height = null)
    {
        using MemoryStream data = new();
        using (ZLibStream zlib = new(data, CompressionLevel.Fastest, leaveOpen: true))
            for (int i = 0; i < Math.Min(values.Length, width * rows); i++)
            {
                if (i % width == 0) zlib.WriteByte(0);
                for (int shift = kind == 2 ? 16 : depth - 8; shift >= 0; shift -= 8) zlib.WriteByte((byte)(values[i] >> shift));
            }
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height ?? rows);
        (header[8], header[9]) = ((byte)depth, (byte)kind);
        using MemoryStream file = new();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        Chunk(file, "IHDR"u8, header);
        if (kind == 3) Chunk(file, "PLTE"u8, [.. Enumerable.Range(0, 768).Select(i => (byte)(i * 37))]);
        Chunk(file, "IDAT"u8, data.ToArray());
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    static void Chunk(Stream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        byte[] chunk = [.. new byte[4], .. type, .. content, .. new byte[4]];
        BinaryPrimitives.WriteInt32BigEndian(chunk, content.Length);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(chunk.Length - 4), Crc32.HashToUInt32(chunk.AsSpan(4, chunk.Length - 8)));
        file.Write(chunk);
    }
}
