// Inflates the rows of a PNG and lays them out as an image (PNG specification, sections 8 and 10).

using System.IO.Compression;

namespace Translucent.Images.PngFormat;

/// <summary>Reads the pixels of a PNG.</summary>
internal static class PngReader
{
    const int DeflateLimit = 1032; // no deflate stream is longer, inflated, than this many times itself

    public static Image Read(PngFile file)
    {
        PngHeader header = file.Header;
        if (header.DataBytes > DeflateLimit * file.DataLength)
            throw Png.Bad($"{file.DataLength} bytes of data cannot hold {header.Width} x {header.Height} pixels. The file is truncated.");
        PngPixels pixels = new(file);
        Image image = new(header.Width, header.Height, pixels.Channels, new byte[(long)header.Width * header.Height * pixels.Channels]);
        using ZLibStream data = new(file.OpenData(), CompressionMode.Decompress);
        foreach (PngPass pass in header.Passes()) ReadPass(data, header, pass, pixels, image);
        Fill(data, new byte[1], "the end"); // makes the stream compare its own check value
        return image;
    }

    static void ReadPass(Stream data, PngHeader header, PngPass pass, PngPixels pixels, Image image)
    {
        int columns = pass.Columns(header.Width), rows = pass.Rows(header.Height), channels = image.Channels, stride = image.Width * channels;
        byte[] row = new byte[1 + header.RowBytes(columns)], above = new byte[row.Length], line = new byte[columns * channels];
        for (int j = 0; j < rows; j++)
        {
            int y = pass.Y + j * pass.StepY;
            if (Fill(data, row, $"row {y} of {header.Height}") < row.Length)
                throw Png.Bad($"the pixel data end in row {y} of {header.Height}. The file is truncated.");
            PngFilter.Undo(row[0], row.AsSpan(1), above.AsSpan(1), header.FilterStep);
            Span<byte> target = image.Pixels.AsSpan(y * stride, stride);
            if (pass.StepX == 1)
                pixels.Expand(row.AsSpan(1), target);
            else
            {
                pixels.Expand(row.AsSpan(1), line);
                Scatter(line, target, pass, channels);
            }
            (row, above) = (above, row);
        }
    }

    static void Scatter(ReadOnlySpan<byte> line, Span<byte> target, PngPass pass, int channels)
    {
        for (int from = 0, to = pass.X * channels; from < line.Length; from += channels, to += pass.StepX * channels)
            line.Slice(from, channels).CopyTo(target[to..]);
    }

    static int Fill(Stream data, Span<byte> buffer, string where)
    {
        try
        {
            return data.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw Png.Bad($"the compressed data are damaged or cut short at {where}.");
        }
    }
}
