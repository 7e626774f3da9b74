// JPEG files for tests: the golden ones, cut up into segments, and tiny ones written by hand.

using System.IO.Compression;
using System.Text;
using Translucent.Images;
using Translucent.Pictures.Files;

namespace Translucent.Tests.Pictures;

static class JpegFile
{
    public static byte[] Golden(string name) => File.ReadAllBytes(Tests.Golden.File($"jpeg/{name}.jpg"));

    /// <summary>The pixels that libjpeg-turbo gives for a golden file.</summary>
    public static Image Pixels(string name)
    {
        using GZipStream zipped = new(File.OpenRead(Tests.Golden.File($"jpeg/{name}.pnm.gz")), CompressionMode.Decompress);
        using MemoryStream plain = new();
        zipped.CopyTo(plain);
        byte[] pnm = plain.ToArray();
        string[] header = Encoding.ASCII.GetString(pnm, 0, Math.Min(20, pnm.Length)).Split((char[])[' ', '\n'])[..4];      // kind, width, height, 255
        Assert.Equal("255", header[3]);
        return new(int.Parse(header[1]), int.Parse(header[2]), header[0] == "P5" ? 1 : 3, pnm[(header.Sum(t => t.Length) + 4)..]);
    }

    /// <summary>Where the segments after the start of image begin (their 0xFF), the end of image included; scan data belong to their scan header.</summary>
    public static List<int> Segments(byte[] file)
    {
        List<int> starts = [];
        for (int at = 2; ; at = Next(file, at))
        {
            starts.Add(at);
            if (file[at + 1] == JpegMarker.EndOfImage) return starts;
        }
    }

    static int Next(byte[] file, int at)
    {
        int next = at + 2 + (file[at + 2] << 8) + file[at + 3];
        if (file[at + 1] == JpegMarker.StartOfScan)
            while (file[next] != 0xFF || file[next + 1] == 0 || JpegMarker.IsRestart(file[next + 1])) next++;
        return next;
    }

    /// <summary>Where the first segment of that kind begins.</summary>
    public static int Find(byte[] file, byte marker) => Segments(file).First(at => file[at + 1] == marker);

    /// <summary>The file without its segments of that kind.</summary>
    public static byte[] Without(byte[] file, byte marker)
    {
        List<int> starts = Segments(file);
        IEnumerable<byte> kept = file[..2];
        for (int i = 0; i < starts.Count; i++)
            if (file[starts[i] + 1] != marker) kept = kept.Concat(file[starts[i]..(i + 1 < starts.Count ? starts[i + 1] : file.Length)]);
        return [.. kept];
    }

    /// <summary>The file with some of its bytes replaced.</summary>
    public static byte[] With(byte[] file, int at, params byte[] bytes)
    {
        byte[] changed = [.. file];
        bytes.CopyTo(changed, at);
        return changed;
    }

    /// <summary>A grey picture of 8 × 8 pixels: DC code "0" is no difference, AC codes "0", "10", "110", ... are the symbols given.</summary>
    public static byte[] Tiny(byte[] acSymbols, params byte[] data) =>
    [
        0xFF, 0xD8,
        0xFF, 0xDB, 0, 67, 0, .. Enumerable.Repeat((byte)1, 64),
        0xFF, 0xC0, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0,
        0xFF, 0xC4, 0, 20, 0x00, 1, .. new byte[15], 0,
        0xFF, 0xC4, 0, (byte)(19 + acSymbols.Length), 0x10, .. acSymbols.Select(_ => (byte)1), .. new byte[16 - acSymbols.Length], .. acSymbols,
        0xFF, 0xDA, 0, 8, 1, 1, 0x00, 0, 63, 0,
        .. data,
        0xFF, 0xD9,
    ];
}
