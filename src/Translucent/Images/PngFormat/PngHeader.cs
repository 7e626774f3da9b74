// What the IHDR chunk says about a PNG, and how its pixels are packed (PNG specification, sections 7 and 11.2.1).

using System.Buffers.Binary;

namespace Translucent.Images.PngFormat;

/// <summary>How the samples of a pixel are to be read; the numbers are the format's own.</summary>
internal enum PngColor { Grey = 0, Rgb = 2, Palette = 3, GreyAlpha = 4, Rgba = 6 }

/// <summary>The size and the form of the pixels of a PNG.</summary>
/// <param name="Width">Pixels per row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Depth">Bits per sample, or per palette index.</param>
/// <param name="Color">What the samples mean.</param>
/// <param name="Interlaced">Whether rows come in the seven passes of Adam7.</param>
internal readonly record struct PngHeader(int Width, int Height, int Depth, PngColor Color, bool Interlaced)
{
    const int LargestSide = 1_000_000;
    const long MostPixels = 250_000_000;

    public static PngHeader Parse(ReadOnlySpan<byte> data)
    {
        if (data.Length != 13) throw Png.Bad($"IHDR holds {data.Length} bytes, expected 13.");
        uint width = BinaryPrimitives.ReadUInt32BigEndian(data), height = BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
        if (width == 0 || height == 0) throw Png.Bad($"its size is {width} x {height} pixels.");
        if (width > LargestSide || height > LargestSide || (long)width * height > MostPixels)
            throw Png.Bad($"it claims {width} x {height} pixels; at most 250 megapixels and {LargestSide} a side are read. Scale it down first.");
        (byte depth, byte color) = (data[8], data[9]);
        bool known = color switch
        {
            0 => depth is 1 or 2 or 4 or 8 or 16,
            3 => depth is 1 or 2 or 4 or 8,
            2 or 4 or 6 => depth is 8 or 16,
            _ => false,
        };
        if (!known) throw Png.Bad($"colour type {color} with {depth} bits per sample does not exist.");
        if (data[10] != 0 || data[11] != 0) throw Png.Bad($"unknown compression {data[10]} or filter method {data[11]}, expected 0 and 0.");
        if (data[12] > 1) throw Png.Bad($"unknown interlace method {data[12]}, expected 0 or 1.");
        return new PngHeader((int)width, (int)height, depth, (PngColor)color, data[12] == 1);
    }

    /// <summary>Samples per pixel as stored.</summary>
    public int Samples => Color switch { PngColor.Rgb => 3, PngColor.GreyAlpha => 2, PngColor.Rgba => 4, _ => 1 };

    /// <summary>How far back, in bytes, the filters find the pixel to the left.</summary>
    public int FilterStep => Math.Max(1, Samples * Depth / 8);

    /// <summary>Bytes of a packed row of so many pixels, without its filter byte.</summary>
    public int RowBytes(int width) => (int)(((long)width * Samples * Depth + 7) / 8);

    /// <summary>The grids of pixels that follow each other in the data; those that hold no pixel are left out.</summary>
    public IEnumerable<PngPass> Passes()
    {
        PngPass[] all = Interlaced ? s_adam7 : s_plain;
        foreach (PngPass pass in all)
            if (pass.Columns(Width) > 0 && pass.Rows(Height) > 0) yield return pass;
    }

    /// <summary>Bytes of all filtered rows.</summary>
    public long DataBytes
    {
        get
        {
            long sum = 0;
            foreach (PngPass pass in Passes()) sum += (1L + RowBytes(pass.Columns(Width))) * pass.Rows(Height);
            return sum;
        }
    }

    static readonly PngPass[] s_plain = [new(0, 0, 1, 1)];
    static readonly PngPass[] s_adam7 =
        [new(0, 0, 8, 8), new(4, 0, 8, 8), new(0, 4, 4, 8), new(2, 0, 4, 4), new(0, 2, 2, 4), new(1, 0, 2, 2), new(0, 1, 1, 2)];
}

/// <summary>Every pixel whose column is X + i StepX and whose row is Y + j StepY.</summary>
internal readonly record struct PngPass(int X, int Y, int StepX, int StepY)
{
    public int Columns(int width) => (width - X + StepX - 1) / StepX;

    public int Rows(int height) => (height - Y + StepY - 1) / StepY;
}
