// A PNG file taken apart into the chunks that matter (PNG specification, sections 5 and 11).

using System.Buffers.Binary;
using System.Text;
using Translucent.Checkpoints;

namespace Translucent.Images.PngFormat;

/// <summary>The header, palette, transparency, orientation and compressed data of a PNG.</summary>
internal sealed class PngFile
{
    readonly byte[] _file;
    readonly List<(int Offset, int Length)> _data = [];

    PngFile(byte[] file) => _file = file;

    public PngHeader Header { get; private set; }

    /// <summary>Red, green and blue of each entry; empty when the file has no palette.</summary>
    public byte[] Palette { get; private set; } = [];

    /// <summary>Alpha of the first palette entries, or the 16-bit samples of the one transparent colour; null when there is none.</summary>
    public byte[]? Transparency { get; private set; }

    /// <summary>EXIF orientation, 1 to 8.</summary>
    public int Orientation { get; private set; } = 1;

    /// <summary>Bytes of compressed pixel data.</summary>
    public long DataLength { get; private set; }

    /// <summary>The compressed pixel data, joined.</summary>
    public Stream OpenData() => new JoinedStream(_file, _data);

    /// <exception cref="InvalidDataException">A chunk is damaged, missing, unknown and critical, or in a wrong place.</exception>
    public static PngFile Parse(byte[] file)
    {
        if (!Png.IsPng(file)) throw Png.Bad("the signature is missing; this is not a PNG file, or its transfer has changed line ends.");
        PngFile png = new(file);
        string last = "";
        for (int at = Png.Signature.Length; last != "IEND";)
        {
            if (file.Length - at < 12) throw Png.Bad($"the file ends after {file.Length} bytes, before its IEND chunk. It is truncated.");
            uint length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            string type = Name(file.AsSpan(at + 4, 4));
            if (length > file.Length - at - 12)
                throw Png.Bad($"chunk {type} claims {length} bytes, but {file.Length - at - 12} remain. The file is truncated.");
            uint check = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at + 8 + (int)length));
            if (check != Crc32.Of(file.AsSpan(at + 4, (int)length + 4))) throw Png.Bad($"the check value of chunk {type} is wrong. The file is damaged.");
            png.Take(type, last, at + 8, (int)length);
            (last, at) = (type, at + 12 + (int)length);
        }
        if (png._data.Count == 0) throw Png.Bad("it has no IDAT chunk, so no pixels.");
        return png;
    }

    void Take(string type, string last, int offset, int length)
    {
        if ((last == "") != (type == "IHDR")) throw Png.Bad(last == "" ? $"the first chunk is {type}, expected IHDR." : "a second IHDR chunk.");
        ReadOnlySpan<byte> data = _file.AsSpan(offset, length);
        switch (type)
        {
            case "IHDR": Header = PngHeader.Parse(data); break;
            case "PLTE": TakePalette(data); break;
            case "tRNS": TakeTransparency(data); break;
            case "eXIf": Orientation = Images.Orientation.Read(data); break;
            case "IDAT":
                if (_data.Count > 0 && last != "IDAT") throw Png.Bad($"chunk {last} lies between two IDAT chunks.");
                if (Header.Color == PngColor.Palette && Palette.Length == 0) throw Png.Bad("it needs a palette, but no PLTE chunk comes before IDAT.");
                _data.Add((offset, length));
                DataLength += length;
                break;
            case "IEND": break;
            default:
                bool critical = (type[0] & 0x20) == 0; // a capital first letter
                if (critical) throw Png.Bad($"unknown chunk {type}, which the file declares necessary.");
                break;
        }
    }

    void TakePalette(ReadOnlySpan<byte> data)
    {
        if (_data.Count > 0 || Palette.Length > 0 || Transparency != null) throw Png.Bad("the PLTE chunk is repeated or comes too late.");
        if (Header.Color is PngColor.Grey or PngColor.GreyAlpha) throw Png.Bad("a grey image with a PLTE chunk.");
        int most = Header.Color == PngColor.Palette ? 1 << Header.Depth : 256;
        if (data.Length == 0 || data.Length % 3 != 0 || data.Length / 3 > most)
            throw Png.Bad($"PLTE holds {data.Length} bytes, expected 3 for each of 1 to {most} colours.");
        Palette = data.ToArray();
    }

    void TakeTransparency(ReadOnlySpan<byte> data)
    {
        if (_data.Count > 0 || Transparency != null) throw Png.Bad("the tRNS chunk is repeated or comes after IDAT.");
        if (Header.Color == PngColor.Palette && Palette.Length == 0) throw Png.Bad("the tRNS chunk comes before the palette.");
        bool fits = Header.Color switch
        {
            PngColor.Grey => data.Length == 2,
            PngColor.Rgb => data.Length == 6,
            PngColor.Palette => data.Length <= Palette.Length / 3,
            _ => false,
        };
        if (!fits) throw Png.Bad($"tRNS holds {data.Length} bytes, which does not fit a {Header.Color} image.");
        Transparency = data.ToArray();
    }

    static string Name(ReadOnlySpan<byte> type)
    {
        foreach (byte b in type)
            if (!char.IsAsciiLetter((char)b)) throw Png.Bad($"a chunk is named 0x{Convert.ToHexString(type)}, expected four letters. The file is damaged.");
        return Encoding.ASCII.GetString(type);
    }
}
