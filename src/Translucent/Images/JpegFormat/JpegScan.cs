// The scan header (ITU-T T.81, B.2.3): which components a scan codes, with which tables, and which bits of which coefficients (G.1.1.1).

namespace Translucent.Images.JpegFormat;

/// <summary>What one scan codes.</summary>
internal sealed class JpegScan
{
    const int MaxBlocksPerMcu = 10;      // B.2.3

    JpegScan(JpegComponent[] components, JpegHuffman?[] dc, JpegHuffman?[] ac) => (Components, Dc, Ac) = (components, dc, ac);

    public JpegComponent[] Components { get; }

    /// <summary>Per component of the scan: its Huffman table for DC differences; null when the scan needs none.</summary>
    public JpegHuffman?[] Dc { get; }

    /// <summary>Per component of the scan: its Huffman table for AC coefficients; null when the scan needs none.</summary>
    public JpegHuffman?[] Ac { get; }

    public bool Progressive { get; private init; }

    /// <summary>The first and last coefficient coded, in zigzag order.</summary>
    public int First { get; private init; }

    /// <inheritdoc cref="First"/>
    public int Last { get; private init; }

    /// <summary>Whether the scan adds one bit to coefficients sent before.</summary>
    public bool Refines { get; private init; }

    /// <summary>The place of the lowest bit sent: values are multiples of 2^Low.</summary>
    public int Low { get; private init; }

    /// <summary>MCUs between restart markers; 0 for none.</summary>
    public int RestartInterval { get; private init; }

    public static JpegScan Read(ReadOnlySpan<byte> p, JpegHeader header)
    {
        JpegFrame frame = header.Frame ?? throw new InvalidDataException("JPEG: a scan comes before the frame header; the file is damaged.");
        int count = p.IsEmpty ? 0 : p[0];
        if (count is < 1 or > 4 || p.Length != 4 + 2 * count)
            throw new InvalidDataException($"JPEG: a scan header of {p.Length} bytes for {count} components; the file is damaged.");
        (int first, int last, int high, int low) = frame.Progressive ? (p[^3], p[^2], p[^1] >> 4, p[^1] & 15) : (0, 63, 0, 0);
        if (first > last || last > 63 || (first == 0 && last != 0 && frame.Progressive) || (first > 0 && count > 1) || low > 13 || (high != 0 && high != low + 1))
            throw new InvalidDataException($"JPEG: a scan of {count} components codes coefficients {first} .. {last}, bits {high} to {low}, which is not allowed; the file is damaged.");

        JpegComponent[] components = new JpegComponent[count];
        JpegHuffman?[] dc = new JpegHuffman[count], ac = new JpegHuffman[count];
        for (int i = 0; i < count; i++)
        {
            (int id, int tables) = (p[1 + 2 * i], p[2 + 2 * i]);
            JpegComponent c = Array.Find(frame.Components, c => c.Id == id)
                ?? throw new InvalidDataException($"JPEG: a scan codes component {id}, which the frame does not have; the file is damaged.");
            if (components.Contains(c)) throw new InvalidDataException($"JPEG: a scan codes component {id} twice; the file is damaged.");
            components[i] = c;
            if (first == 0 && high == 0) dc[i] = Table(header.Dc, tables >> 4, "DC");
            if (last > 0) ac[i] = Table(header.Ac, tables & 15, "AC");
            c.Quantization ??= header.Quantization[c.Table]
                ?? throw new InvalidDataException($"JPEG: component {id} needs quantization table {c.Table}, which the file does not define before its scan.");
        }
        if (count > 1 && components.Sum(c => c.H * c.V) > MaxBlocksPerMcu)
            throw new InvalidDataException($"JPEG: a scan has {components.Sum(c => c.H * c.V)} blocks per MCU; at most {MaxBlocksPerMcu} are allowed.");
        return new(components, dc, ac)
        {
            Progressive = frame.Progressive,
            First = first,
            Last = last,
            Refines = high != 0,
            Low = low,
            RestartInterval = header.RestartInterval,
        };
    }

    static JpegHuffman Table(JpegHuffman?[] tables, int index, string kind)
        => index < 4 && tables[index] is { } table
            ? table
            : throw new InvalidDataException($"JPEG: a scan needs {kind} Huffman table {index}, which the file does not define before it.");
}
