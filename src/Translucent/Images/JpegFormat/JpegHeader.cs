// What the segments before a scan set up: tables, restart interval, frame, and the application markers that tell the colour space.
// ITU-T T.81, B.2.4; APP0 "JFIF" is ITU-T T.871, APP14 "Adobe" is Adobe Technical Note 5116.

namespace Translucent.Images.JpegFormat;

/// <summary>The state that scans are read with; tables may be replaced between scans.</summary>
internal sealed class JpegHeader
{
    /// <summary>Quantization tables, 64 numbers each in row-major order.</summary>
    public int[]?[] Quantization { get; } = new int[4][];

    /// <summary>Huffman tables for DC differences.</summary>
    public JpegHuffman?[] Dc { get; } = new JpegHuffman[4];

    /// <summary>Huffman tables for AC coefficients.</summary>
    public JpegHuffman?[] Ac { get; } = new JpegHuffman[4];

    /// <summary>MCUs between restart markers; 0 for none.</summary>
    public int RestartInterval { get; private set; }

    /// <summary>The frame, once it was read.</summary>
    public JpegFrame? Frame { get; private set; }

    /// <summary>Whether a JFIF marker was seen: three components are then YCbCr.</summary>
    public bool Jfif { get; private set; }

    /// <summary>The colour transform of the Adobe marker (0 none, 1 YCbCr, 2 YCCK), if there is one.</summary>
    public int? AdobeTransform { get; private set; }

    /// <summary>EXIF orientation 1 .. 8; 1 when the file says nothing.</summary>
    public int Orientation { get; private set; } = 1;

    bool _exif;

    /// <summary>Takes the frame, if the bytes that follow could hold that many blocks at all.</summary>
    public void SetFrame(JpegFrame frame, int bytes)
    {
        if (Frame is not null) throw new InvalidDataException("JPEG: a second frame header; a file must have one. The file is damaged.");
        long least = frame.Blocks * (frame.Progressive ? 1 : 2) / 8;     // bits: a DC code, and in sequential mode also an end of block
        if (least > bytes)
            throw new InvalidDataException(
                $"JPEG: {frame.Width} x {frame.Height} pixels take at least {least} bytes of data, {bytes} follow the frame header; the file is cut short or damaged.");
        Frame = frame;
    }

    /// <summary>Reads a segment that is neither a frame nor a scan header.</summary>
    public void Read(byte marker, ReadOnlySpan<byte> parameters)
    {
        switch (marker)
        {
            case JpegMarker.QuantizationTables: ReadQuantization(parameters); break;
            case JpegMarker.HuffmanTables: ReadHuffman(parameters); break;
            case JpegMarker.RestartInterval: ReadRestartInterval(parameters); break;
            case JpegMarker.App0: Jfif |= parameters.Length >= 14 && parameters.StartsWith("JFIF\0"u8); break;
            case JpegMarker.App14 when parameters.Length >= 12 && parameters.StartsWith("Adobe"u8): AdobeTransform = parameters[11]; break;
            case JpegMarker.App1 when !_exif && parameters.StartsWith("Exif\0"u8):
                _exif = true;
                Orientation = Images.Orientation.Read(parameters[Math.Min(6, parameters.Length)..]);
                break;
            case >= JpegMarker.App0 and <= JpegMarker.App15 or JpegMarker.Comment or JpegMarker.NumberOfLines: break;
            default: throw JpegMarker.Refuse(marker);
        }
    }

    void ReadQuantization(ReadOnlySpan<byte> p)
    {
        while (!p.IsEmpty)
        {
            (int wide, int index) = (p[0] >> 4, p[0] & 15);
            if (wide > 1 || index > 3 || p.Length < 1 + (64 << wide))
                throw new InvalidDataException($"JPEG: damaged quantization table (precision {wide}, number {index}, {p.Length} bytes left of its segment).");
            int[] table = new int[64];
            for (int k = 0; k < 64; k++)
                table[JpegZigzag.Order[k]] = wide == 0 ? p[1 + k] : p[1 + 2 * k] << 8 | p[2 + 2 * k];
            Quantization[index] = table;
            p = p[(1 + (64 << wide))..];
        }
    }

    void ReadHuffman(ReadOnlySpan<byte> p)
    {
        while (!p.IsEmpty)
        {
            (int kind, int index) = (p[0] >> 4, p[0] & 15);
            if (kind > 1 || index > 3 || p.Length < 17)
                throw new InvalidDataException($"JPEG: damaged Huffman table (class {kind}, number {index}, {p.Length} bytes left of its segment).");
            JpegHuffman table = JpegHuffman.Read(p[1..], dc: kind == 0);
            (kind == 0 ? Dc : Ac)[index] = table;
            p = p[(17 + table.Symbols)..];
        }
    }

    void ReadRestartInterval(ReadOnlySpan<byte> p)
    {
        if (p.Length != 2) throw new InvalidDataException($"JPEG: the restart interval takes {p.Length} bytes, 2 expected; the file is damaged.");
        RestartInterval = p[0] << 8 | p[1];
    }
}
