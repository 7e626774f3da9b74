// The frame header (ITU-T T.81, B.2.2): size, components, sampling factors, and the grid of blocks that follows from them (A.1, A.2).

namespace Translucent.Images.JpegFormat;

/// <summary>Size and components of the picture.</summary>
internal sealed class JpegFrame
{
    const long MaxPixels = 250_000_000;

    JpegFrame(bool progressive, int width, int height, JpegComponent[] components)
    {
        (Progressive, Width, Height, Components) = (progressive, width, height, components);
        MaxH = components.Max(c => c.H);
        MaxV = components.Max(c => c.V);
        McusPerRow = CeilingDivide(width, 8 * MaxH);
        McuRows = CeilingDivide(height, 8 * MaxV);
        foreach (JpegComponent c in components)
        {
            c.Width = CeilingDivide(width * c.H, MaxH);
            c.Height = CeilingDivide(height * c.V, MaxV);
            c.BlocksPerRow = McusPerRow * c.H;
            Blocks += (long)c.BlocksWide * c.BlocksHigh;
        }
    }

    public bool Progressive { get; }

    /// <summary>Pixels per row and rows.</summary>
    public int Width { get; }

    /// <inheritdoc cref="Width"/>
    public int Height { get; }

    public JpegComponent[] Components { get; }

    /// <summary>The largest sampling factors: an MCU covers 8·MaxH × 8·MaxV pixels.</summary>
    public int MaxH { get; }

    /// <inheritdoc cref="MaxH"/>
    public int MaxV { get; }

    public int McusPerRow { get; }

    public int McuRows { get; }

    /// <summary>Blocks of all components that hold at least one pixel.</summary>
    public long Blocks { get; }

    public static JpegFrame Read(byte marker, ReadOnlySpan<byte> p)
    {
        if (p.Length < 6 || p.Length != 6 + 3 * p[5])
            throw new InvalidDataException($"JPEG: the frame header is {p.Length} bytes long, which does not fit its number of components; the file is damaged.");
        (int bits, int height, int width, int count) = (p[0], p[1] << 8 | p[2], p[3] << 8 | p[4], p[5]);
        if (bits != 8) throw new InvalidDataException($"JPEG: {bits} bits per sample; only 8 are read. Convert the file to 8 bits.");
        if (height == 0 && width != 0)
            throw new InvalidDataException("JPEG: the frame header leaves the height open (0, a DNL marker follows); this is not read. Save the file anew.");
        if (width == 0 || height == 0) throw new InvalidDataException($"JPEG: {width} x {height} pixels; both must be at least 1. The file is damaged.");
        if ((long)width * height > MaxPixels)
            throw new InvalidDataException($"JPEG: {width} x {height} pixels are {width * (long)height / 1_000_000} megapixels; at most {MaxPixels / 1_000_000} are read. Make it smaller.");
        if (count is not (1 or 3 or 4))
            throw new InvalidDataException($"JPEG: {count} components; 1 (grey), 3 (YCbCr, RGB) and 4 (CMYK, YCCK) are read.");

        JpegComponent[] components = new JpegComponent[count];
        for (int i = 0; i < count; i++)
        {
            (int id, int h, int v, int table) = (p[6 + 3 * i], p[7 + 3 * i] >> 4, p[7 + 3 * i] & 15, p[8 + 3 * i]);
            if (h is < 1 or > 4 || v is < 1 or > 4)
                throw new InvalidDataException($"JPEG: component {id} has sampling factors {h} x {v}; both must be 1 .. 4. The file is damaged.");
            if (table > 3) throw new InvalidDataException($"JPEG: component {id} names quantization table {table}; 0 .. 3 exist. The file is damaged.");
            if (components.Take(i).Any(c => c.Id == id)) throw new InvalidDataException($"JPEG: two components have the number {id}; the file is damaged.");
            components[i] = count == 1 ? new(id, 1, 1, table) : new(id, h, v, table);    // alone, its factors mean nothing
        }
        JpegFrame frame = new(marker == JpegMarker.ProgressiveFrame, width, height, components);
        foreach (JpegComponent c in components)
            if (frame.MaxH % c.H != 0 || frame.MaxV % c.V != 0)
                throw new InvalidDataException($"JPEG: component {c.Id} is sampled {c.H} x {c.V} of {frame.MaxH} x {frame.MaxV}; only whole ratios are read. Save the file with 4:4:4 or 4:2:0.");
        return frame;
    }

    static int CeilingDivide(int a, int b) => (a + b - 1) / b;
}
