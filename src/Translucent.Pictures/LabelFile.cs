// Label images: the numbers that a PNG file stores, palette indices above all, which a codec would turn into colours
// (PNG specification, 3rd edition: sections 7.2 samples, 8 interlacing, 9 filters).

using System.Buffers.Binary;
using System.IO.Compression;
using Translucent.Evaluate.DataSets;
using Translucent.Files;
using Translucent.Pictures.Files;

namespace Translucent.Pictures;

/// <summary>Reads label images exactly.</summary>
internal static class LabelFile
{
    const int Grey = 0, Palette = 3; // colour types

    static readonly (int X, int Y, int Across, int Down)[] s_passes =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]; // Adam7

    /// <summary>Photographs by <see cref="ImageFile"/>, labels by <see cref="Read"/>.</summary>
    public static PictureReader Pictures { get; } = new(path => ImageFile.Read(path), Read);

    /// <summary>The numbers of a PNG file.</summary>
    /// <returns>Palette indices, or grey levels in the depth of the file (8 or 16 bits are not scaled); of colour files 0xRRGGBB. Transparency is passed
    /// over.</returns>
    /// <exception cref="TranslucentException">There is no such file, it is no PNG, or it is damaged; the message begins with its path.</exception>
    public static LabelMap Read(string path)
    {
        if (!File.Exists(path)) throw new TranslucentException($"{path}: there is no such file.");
        try
        {
            return Decode(File.ReadAllBytes(path));
        }
        catch (TranslucentException e)
        {
            throw new TranslucentException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>The same of a file in memory.</summary>
    public static LabelMap Decode(ReadOnlySpan<byte> file)
    {
        if (ImageSignature.FormatOf(file) != FileFormat.Png)
            throw new TranslucentException(
                $"this is {ImageSignature.Describe(file)}; label images are read from PNG files alone, because others may have changed the numbers.");
        PngCheck.Walk(file);
        ReadOnlySpan<byte> header = file.Slice(16, 13);
        long width = BinaryPrimitives.ReadUInt32BigEndian(header), height = BinaryPrimitives.ReadUInt32BigEndian(header[4..]);
        if (width * height > ImageFile.DefaultMostPixels)
            throw new TranslucentException($"PNG: {width} x {height} pixels; at most {ImageFile.DefaultMostPixels / 1_000_000} megapixels are read.");
        (int depth, int color) = (header[8], header[9]);
        int samples = color switch { Grey or Palette => 1, 2 => 3, 4 => 2, _ => 4 };
        int[] values = new int[width * height];
        using ZLibStream rows = new(new MemoryStream(Compressed(file)), CompressionMode.Decompress);
        try
        {
            foreach ((int x, int y, int across, int down) in header[12] == 0 ? [(0, 0, 1, 1)] : s_passes)
                Pass(rows, values, (int)width, (int)height, (x, y, across, down), depth, samples);
        }
        catch (Exception e) when (e is InvalidDataException or IOException) // which of the two, zlib decides
        {
            throw new TranslucentException(e is EndOfStreamException ? "PNG: the file is cut short: not all of its pixels are there."
                : "PNG: the compressed data are damaged.");
        }
        return new LabelMap((int)width, (int)height, values, samples > 2);
    }

    /// <summary>One pass over the picture; without interlacing the only one.</summary>
    static void Pass(Stream rows, int[] values, int width, int height, (int X, int Y, int Across, int Down) p, int depth, int samples)
    {
        int columns = (width - p.X + p.Across - 1) / p.Across, bytes = (int)(((long)columns * samples * depth + 7) / 8), step = Math.Max(1,
            samples * depth / 8);
        if (columns <= 0) return;
        byte[] row = new byte[bytes], above = new byte[bytes];
        for (int y = p.Y; y < height; y += p.Down, (row, above) = (above, row))
        {
            int filter = rows.ReadByte();
            if (filter < 0) throw new EndOfStreamException();
            rows.ReadExactly(row);
            Unfilter(filter, row, above, step);
            for (int i = 0; i < columns; i++) values[y * width + p.X + i * p.Across] = Value(row, i, depth, samples);
        }
    }

    /// <summary>Section 9.2: what was subtracted is added again.</summary>
    static void Unfilter(int filter, Span<byte> row, ReadOnlySpan<byte> above, int step)
    {
        if (filter > 4) throw new TranslucentException($"PNG: a row has filter {filter}, expected 0 to 4. The file is damaged.");
        for (int i = 0; i < row.Length; i++)
        {
            int left = i >= step ? row[i - step] : 0, up = above[i], corner = i >= step ? above[i - step] : 0;
            row[i] += (byte)(filter switch { 0 => 0, 1 => left, 2 => up, 3 => (left + up) / 2, _ => Paeth(left, up, corner) });
        }
    }

    static int Paeth(int left, int up, int corner)
    {
        int toLeft = Math.Abs(up - corner), toUp = Math.Abs(left - corner), toCorner = Math.Abs(left + up - 2 * corner);
        return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
    }

    static int Value(ReadOnlySpan<byte> row, int pixel, int depth, int samples)
    {
        if (depth < 8) return (row[pixel * depth / 8] >> (8 - depth - pixel * depth % 8)) & ((1 << depth) - 1);
        int size = depth / 8, at = pixel * samples * size;
        if (samples > 2) return row[at] << 16 | row[at + size] << 8 | row[at + 2 * size];
        return size == 1 ? row[at] : BinaryPrimitives.ReadUInt16BigEndian(row[at..]);
    }

    static byte[] Compressed(ReadOnlySpan<byte> file)
    {
        using MemoryStream data = new();
        for (int at = ImageSignature.Png.Length; at < file.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file[at..]);
            if (file.Slice(at + 4, 4).SequenceEqual("IDAT"u8)) data.Write(file.Slice(at + 8, length));
            if (file.Slice(at + 4, 4).SequenceEqual("IEND"u8)) break;
            at += 12 + length;
        }
        return data.ToArray();
    }
}
