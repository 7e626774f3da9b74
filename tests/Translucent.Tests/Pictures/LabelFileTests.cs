using System.Buffers.Binary;
using Translucent.Evaluate.DataSets;
using Translucent.Files;
using Translucent.Pictures;

namespace Translucent.Tests.Pictures;

/// <summary>Label images give the numbers that are in the file, for every colour type, depth, filter and interlacing.</summary>
public class LabelFileTests
{
    public static TheoryData<string> Names => new(Directory.GetFiles(Golden.File("png"), "*.png").Select(Path.GetFileNameWithoutExtension)
        .Where(n => !n!.StartsWith("orientation", StringComparison.Ordinal)).Order()!);

    [Theory, MemberData(nameof(Names))]
    public void The_numbers_are_those_behind_the_pixels(string name)
    {
        byte[] file = File.ReadAllBytes(Golden.File($"png/{name}.png")), pixels = File.ReadAllBytes(Golden.File($"png/{name}.raw"));
        (int depth, int color) = (file[24], file[25]);
        byte[] palette = Chunk(file, "PLTE"u8);
        LabelMap labels = LabelFile.Decode(file);
        int channels = pixels.Length / labels.Values.Length;
        Assert.Equal(color is 2 or 6, labels.Coloured);
        for (int i = 0; i < labels.Values.Length; i++)
        {
            ReadOnlySpan<byte> p = pixels.AsSpan(i * channels, channels);
            int value = labels.Values[i];
            if (color == 3) Assert.Equal(p[..3].ToArray(), palette[(3 * value)..(3 * value + 3)]);
            else if (color is 2 or 6) Assert.Equal(p[0] << 16 | p[1] << 8 | p[2], value);
            else if (depth == 16) Assert.Equal(p[0], value >> 8);
            else Assert.Equal(p[0] * ((1 << depth) - 1) / 255, value);
        }
    }

    [Fact]
    public void A_wide_grey_level_keeps_its_low_byte() =>
        Assert.Equal([0x0102, 0xFF00], LabelFile.Decode(LabelPng.Encode(2, 1, [0x0102, 0xFF00], depth: 16)).Values);

    [Fact]
    public void A_photograph_is_refused_because_it_is_not_exact()
    {
        using TempFolder folder = new();
        string path = folder.Add("a.jpg", [0xFF, 0xD8, 0xFF, 0xE0]);
        TranslucentException e = Assert.Throws<TranslucentException>(() => LabelFile.Read(path));
        Assert.Contains("PNG", e.Message, StringComparison.Ordinal);
        Assert.StartsWith(path, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pixels_that_are_missing_are_noticed()
    {
        TranslucentException e = Assert.Throws<TranslucentException>(() => LabelFile.Decode(LabelPng.Encode(4, 3, new int[8], height: 3)));
        Assert.Contains("cut short", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pixel_data_that_ask_for_a_dictionary_are_refused()
    {
        byte[] file = LabelPng.Encode(4, 3, new int[12]);
        int data = file.AsSpan().IndexOf("IDAT"u8) + 4, length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(data - 8));
        (file[data], file[data + 1]) = (0x78, 0xBB); // zlib reports this by an exception of its own
        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(data + length), System.IO.Hashing.Crc32.HashToUInt32(file.AsSpan(data - 4, length + 4)));
        Assert.Contains("compressed data are damaged", Assert.Throws<TranslucentException>(() => LabelFile.Decode(file)).Message, StringComparison.Ordinal);
    }

    static byte[] Chunk(byte[] file, ReadOnlySpan<byte> type)
    {
        for (int at = 8; at + 8 <= file.Length; at += 12 + BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at)))
            if (file.AsSpan(at + 4, 4).SequenceEqual(type)) return file[(at + 8)..(at + 8 + BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at)))];
        return [];
    }
}
