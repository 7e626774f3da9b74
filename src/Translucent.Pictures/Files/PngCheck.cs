// Whether a PNG file is whole: its chunks are walked to IEND, and their check values compared (PNG specification, sections 5 and 11).

using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Translucent.Files;

namespace Translucent.Pictures.Files;

/// <summary>Reads the structure of a PNG file.</summary>
internal static class PngCheck
{
    const int Grey = 0, Rgb = 2, Palette = 3, GreyAlpha = 4, Rgba = 6; // colour types
    const int DeflateLimit = 1032; // no deflate stream is longer, inflated, than this many times itself
    const int LargestSide = 1_000_000;

    /// <summary>Walks a file to its last chunk.</summary>
    /// <exception cref="TranslucentException">It is cut short or damaged.</exception>
    public static PictureHeader Walk(ReadOnlySpan<byte> file)
    {
        (int orientation, long data, bool transparent, bool palette) = (1, 0, false, false);
        ReadOnlySpan<byte> header = [];
        string last = "";
        for (int at = ImageSignature.Png.Length; last != "IEND";)
        {
            if (file.Length - at < 12) throw Bad($"the file ends after {file.Length} bytes, before its IEND chunk. It is truncated.");
            uint length = BinaryPrimitives.ReadUInt32BigEndian(file[at..]);
            string type = Name(file.Slice(at + 4, 4));
            if (length > file.Length - at - 12) throw Bad($"chunk {type} claims {length} bytes, but {file.Length - at - 12} remain. The file is truncated.");
            uint check = BinaryPrimitives.ReadUInt32BigEndian(file[(at + 8 + (int)length)..]);
            if (check != Crc32.HashToUInt32(file.Slice(at + 4, (int)length + 4))) throw Bad($"the check value of chunk {type} is wrong. The file is damaged.");
            ReadOnlySpan<byte> content = file.Slice(at + 8, (int)length);
            if ((last == "") != (type == "IHDR")) throw Bad(last == "" ? $"the first chunk is {type}, expected IHDR." : "a second IHDR chunk.");
            switch (type)
            {
                case "IHDR": header = CheckHeader(content); break;
                case "PLTE": palette = true; break;
                case "tRNS": transparent |= data == 0; break;
                case "eXIf": orientation = Orientation.Read(content); break;
                case "IDAT":
                    if (data > 0 && last != "IDAT") throw Bad($"chunk {last} lies between two IDAT chunks.");
                    data += length;
                    break;
                case "IEND": break;
                default:
                    bool critical = (type[0] & 0x20) == 0; // a capital first letter
                    if (critical) throw Bad($"unknown chunk {type}, which the file declares necessary.");
                    break;
            }
            (last, at) = (type, at + 12 + (int)length);
        }
        if (data == 0) throw Bad("it has no IDAT chunk, so no pixels.");
        CheckData(header, data);
        if (header[9] == Palette && !palette) throw Bad("it needs a palette, but there is no PLTE chunk.");
        int channels = header[9] switch { Grey => 1, GreyAlpha => 2, Rgba => 4, _ => 3 };
        return new PictureHeader(transparent && header[9] is Grey or Rgb or Palette ? channels + 1 : channels, orientation);
    }

    static ReadOnlySpan<byte> CheckHeader(ReadOnlySpan<byte> data)
    {
        if (data.Length != 13) throw Bad($"IHDR holds {data.Length} bytes, expected 13.");
        (uint width, uint height) = Size(data);
        if (width == 0 || height == 0) throw Bad($"its size is {width} x {height} pixels.");
        if (width > LargestSide || height > LargestSide)
            throw Bad($"it claims {width} x {height} pixels; at most {LargestSide} a side are read. Scale it down first.");
        (byte depth, byte color) = (data[8], data[9]);
        bool known = color switch
        {
            Grey => depth is 1 or 2 or 4 or 8 or 16,
            Palette => depth is 1 or 2 or 4 or 8,
            Rgb or GreyAlpha or Rgba => depth is 8 or 16,
            _ => false,
        };
        if (!known) throw Bad($"colour type {color} with {depth} bits per sample does not exist.");
        if (data[10] != 0 || data[11] != 0) throw Bad($"unknown compression {data[10]} or filter method {data[11]}, expected 0 and 0.");
        return data[12] <= 1 ? data : throw Bad($"unknown interlace method {data[12]}, expected 0 or 1.");
    }

    // Compressed data that could not hold the rows even if they were all alike.
    static void CheckData(ReadOnlySpan<byte> header, long compressed)
    {
        (uint width, uint height) = Size(header);
        int samples = header[9] switch { Rgb => 3, GreyAlpha => 2, Rgba => 4, _ => 1 };
        long rows = ((long)width * samples * header[8] + 7) / 8 * height;
        if (rows > DeflateLimit * compressed) throw Bad($"{compressed} bytes of data cannot hold {width} x {height} pixels. The file is truncated.");
    }

    static (uint Width, uint Height) Size(ReadOnlySpan<byte> header) =>
        (BinaryPrimitives.ReadUInt32BigEndian(header), BinaryPrimitives.ReadUInt32BigEndian(header[4..]));

    static string Name(ReadOnlySpan<byte> type)
    {
        foreach (byte b in type)
            if (!char.IsAsciiLetter((char)b)) throw Bad($"a chunk is named 0x{Convert.ToHexString(type)}, expected four letters. The file is damaged.");
        return Encoding.ASCII.GetString(type);
    }

    static TranslucentException Bad(string what) => new("PNG: " + what);
}
