// Small files that claim or hold great things: refused by their headers, within --memory and --max-pixels, before pixels or numbers get memory.

using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace Translucent.Fuzz.Hostile;

/// <summary>Claims.</summary>
static class GreatClaims
{
    static readonly string[] s_limits = ["--memory 300M", "--max-pixels 1000000"];

    public static IEnumerable<HostileEntry> All =>
    [
        .. from claim in Pictures() from limit in s_limits select Refused(claim, limit),
        new("a folder with one picture too large: the others go on", [.. Explain("in"), "--memory", "300M"], 1, "15800 x 15800.*1 of 3 images")
        {
            Megabytes = 350,
            Make = place =>
            {
                place.Model();
                foreach (string name in (string[])["in/a.png", "in/z.png"]) place.Photo(name);
                place.File("in/m.png", Png(15_800, 15_800, 16, 6));
            },
            After = place =>
            {
                foreach (string name in (string[])["a", "z"])
                    if (!File.Exists(place[$"out/{name}/result.json"])) throw new InvalidProgramException($"{name} is not done");
            },
        },
        new("safetensors that claims a terabyte", ["models", "inspect", "x.safetensors"], 1, "x.safetensors")
        {
            Make = place => place.File("x.safetensors", Frame("""{"w":{"dtype":"F32","shape":[1000000,262144],"data_offsets":[0,1048576000000]}}""")),
        },
        new("safetensors whose header claims 2^62 bytes", ["models", "inspect", "x.safetensors"], 1, "x.safetensors")
        {
            Make = place => place.File("x.safetensors", [.. BitConverter.GetBytes(1L << 62), .. new byte[64]]),
        },
        new("npz of zeros, a thousand times packed", ["ask", "what?", "--features", "x.npz", "--model", "shapes-lxmert", "--out", "out"], 1, "x.npz")
        {
            Make = place => place.File("x.npz", Bomb()),
        },
    ];

    static string[] Explain(string what) => ["explain", what, "--model", "model", "--no-segmentation", "--out", "out"];

    static HostileEntry Refused((string Name, string File, byte[] Content) claim, string limit) =>
        new($"{claim.Name} under {limit}", [.. Explain(claim.File), .. limit.Split(' ')], 1, $"^translucent: {claim.File}: ")
        {
            Megabytes = 350,
            Make = place =>
            {
                place.Model();
                place.File(claim.File, claim.Content);
            },
        };

    static IEnumerable<(string, string, byte[])> Pictures()
    {
        yield return ("PNG 15800 x 15800, 16-bit colour and alpha", "x.png", Png(15_800, 15_800, 16, 6));
        yield return ("PNG 15800 x 15800, 8-bit grey", "x.png", Png(15_800, 15_800, 8, 0));
        yield return ("PNG 1000000 x 200, one bit", "x.png", Png(1_000_000, 200, 1, 0));
        yield return ("PNG that claims 900000 x 900000", "x.png", Png(900_000, 900_000, 8, 2, rows: 1));
        yield return ("JPEG that claims 65500 x 65500", "x.jpg", Jpeg(65_500, 65_500));
        yield return ("GIF that claims 65535 x 65535", "x.gif", [.. "GIF89a"u8, 0xFF, 0xFF, 0xFF, 0xFF, 0x80, 0, 0, 0, 0, 0, 255, 255, 255, 0x2C, 0, 0, 0, 0,
            0xFF, 0xFF, 0xFF, 0xFF, 0, 2, 2, 0x44, 1, 0, 0x3B]);
        yield return ("BMP that claims 2^30 x 2^30", "x.bmp", Bmp(1 << 30, 1 << 30));
        yield return ("BMP of a height below zero", "x.bmp", Bmp(40_000, -40_000));
        yield return ("WebP that claims 16384 x 16384", "x.webp", [.. "RIFF"u8, 26, 0, 0, 0, .. "WEBPVP8L"u8, 14, 0, 0, 0,
            0x2F, 0xFF, 0xFF, 0xFF, 0x0F, .. new byte[9]]);
    }

    /// <summary>A PNG of zeros, whole unless rows are fewer.</summary>
    public static byte[] Png(int width, int height, int depth, int color, int? rows = null)
    {
        int samples = color switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        using MemoryStream packed = new();
        using (ZLibStream zlib = new(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            byte[] row = new byte[1 + ((long)width * samples * depth + 7) / 8];
            for (int y = 0; y < (rows ?? height); y++) zlib.Write(row);
        }
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = ((byte)depth, (byte)color);
        return [0x89, .. "PNG"u8, 13, 10, 26, 10, .. Chunk("IHDR", header), .. Chunk("IDAT", packed.ToArray()), .. Chunk("IEND", [])];
    }

    static byte[] Chunk(string type, byte[] data)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(type), .. data], length = new byte[4], check = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(check, Crc32.HashToUInt32(named));
        return [.. length, .. named, .. check];
    }

    /// <summary>A golden file whose frame header says another size.</summary>
    static byte[] Jpeg(int width, int height) => Seeds.Golden("jpeg").Select(golden => Resized(golden, width, height)).First(file => file.Length > 0);

    static byte[] Resized(byte[] golden, int width, int height)
    {
        byte[] file = [.. golden];
        for (int at = 2; at + 9 < file.Length && file[at] == 0xFF; at += 2 + BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(at + 2)))
            if (file[at + 1] is 0xC0 or 0xC1 or 0xC2)
            {
                BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(at + 5), (ushort)height);
                BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(at + 7), (ushort)width);
                return file;
            }
        return [];
    }

    static byte[] Bmp(int width, int height)
    {
        byte[] file = [.. Seeds.Pictures[3]];
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), width);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), height);
        return file;
    }

    static byte[] Frame(string header) => [.. BitConverter.GetBytes((long)header.Length), .. Encoding.UTF8.GetBytes(header), .. new byte[64]];

    static byte[] Bomb()
    {
        using MemoryStream to = new();
        using (ZipArchive zip = new(to, ZipArchiveMode.Create, leaveOpen: true))
        using (Stream stream = zip.CreateEntry("features.npy", CompressionLevel.SmallestSize).Open())
        {
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 1024; i++) stream.Write(zeros);
        }
        return to.ToArray();
    }
}
