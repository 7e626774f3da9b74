using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using Translucent.Files;
using Translucent.Pictures;
using Translucent.Pictures.Files;

namespace Translucent.Tests.Pictures;

/// <summary>Files that lie: each must end in one clear TranslucentException, quickly and within little memory.</summary>
public class HostilePngTests
{
    [Fact]
    public void Thousands_of_damaged_files_give_the_picture_or_one_kind_of_error()
    {
        Random random = new(20250);
        byte[][] seeds = [.. new[] { "rgb8_adam7", "palette4_transparent_short", "grey1", "rgba16", "many_idat_and_unknown_chunks", "orientation6" }
            .Select(n => File.ReadAllBytes(Golden.File($"png/{n}.png")))];
        int read = 0, refused = 0;
        for (int trial = 0; trial < 6000; trial++)
        {
            byte[] file = [.. seeds[trial % seeds.Length]];
            for (int edits = random.Next(1, 4); edits > 0; edits--) file = Damage(file, random);
            if (trial % 4 != 0) RepairChecks(file); // so that the damage gets past the check values
            try
            {
                ImageFile.Decode(file);
                read++;
            }
            catch (TranslucentException e)
            {
                Assert.True(e.Message.StartsWith("PNG: ", StringComparison.Ordinal) || e.Message.StartsWith("this is ", StringComparison.Ordinal), e.Message);
                refused++;
            }
        }
        Assert.True(read > 100 && refused > 3000, $"{read} read, {refused} refused");
    }

    [Theory]
    [InlineData(0, 0, 8, 2, "0 x 0")]
    [InlineData(1_000_000, 1_000_000, 8, 2, "cannot hold")]
    [InlineData(2_000_000_000, 1, 1, 0, "at most 1000000 a side")]
    [InlineData(15_000, 15_000, 8, 6, "cannot hold")] // 900 MB claimed by a file of a hundred bytes
    [InlineData(4, 4, 3, 0, "does not exist")]
    [InlineData(4, 4, 8, 5, "does not exist")]
    [InlineData(4, 4, 8, 3, "palette")]
    [InlineData(4, 4, 8, 2, "PNG: ")]
    public void A_header_that_lies_is_refused_before_memory_is_taken(int width, int height, byte depth, byte color, string says)
    {
        byte[] file = Build(Header(width, height, depth, color), ("IDAT", Deflate(new byte[10])), ("IEND", []));
        long before = GC.GetAllocatedBytesForCurrentThread();
        var e = Assert.Throws<TranslucentException>(() => ImageFile.Decode(file));
        Assert.Contains(says, e.Message);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000);
    }

    [Fact]
    public void A_bomb_is_read_only_as_far_as_its_picture_goes()
    {
        byte[] file = Build(Header(4, 4, 8, 0), ("IDAT", Deflate(new byte[200_000_000])), ("IEND", []));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(new byte[16], ImageFile.Decode(file).Pixels);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000);
    }

    [Theory]
    [InlineData("IHDR IEND", "no IDAT")]
    [InlineData("IDAT IEND", "expected IHDR")]
    [InlineData("IHDR IHDR IDAT IEND", "second IHDR")]
    [InlineData("IHDR IDAT tEXt IDAT IEND", "between two IDAT")]
    [InlineData("IHDR ABCD IDAT IEND", "unknown chunk ABCD")]
    [InlineData("IHDR IDAT", "before its IEND")]
    [InlineData("IHDR A.CD IDAT IEND", "four letters")]
    public void Chunks_in_a_wrong_order_are_named(string order, string says)
    {
        byte[] file = Build([.. order.Split(' ').Select(type => type switch
        {
            "IHDR" => Header(2, 2, 8, 2),
            "IDAT" => (type, Deflate(new byte[14])),
            "PLTE" or "tRNS" => (type, new byte[6]),
            _ => (type, []),
        })]);
        Assert.Contains(says, Assert.Throws<TranslucentException>(() => ImageFile.Decode(file)).Message);
    }

    [Fact]
    public void A_row_filter_that_does_not_exist_is_refused()
    {
        byte[] filter = Build(Header(1, 1, 8, 0), ("IDAT", Deflate([5, 2])), ("IEND", []));
        Assert.Contains("PNG: ", Assert.Throws<TranslucentException>(() => ImageFile.Decode(filter)).Message);
    }

    [Fact]
    public void Every_flipped_bit_is_noticed()
    {
        byte[] file = File.ReadAllBytes(Golden.File("png/rgb8.png"));
        for (int bit = 0; bit < 8 * file.Length; bit += 3)
        {
            byte[] damaged = [.. file];
            damaged[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.Throws<TranslucentException>(() => ImageFile.Decode(damaged));
        }
    }

    [Fact]
    public void Pixel_data_that_ask_for_a_dictionary_are_refused()
    {
        byte[] data = Deflate([0, 77]);
        (data[0], data[1]) = (0x78, 0xBB); // zlib reports this by an exception of its own
        byte[] file = Build(Header(1, 1, 8, 0), ("IDAT", data), ("IEND", []));
        Assert.Contains("PNG: ", Assert.Throws<TranslucentException>(() => ImageFile.Decode(file)).Message);
    }

    [Fact]
    public void Every_truncation_of_a_file_is_refused()
    {
        byte[] file = File.ReadAllBytes(Golden.File("png/palette2_adam7.png"));
        for (int length = 0; length < file.Length; length++)
            Assert.Throws<TranslucentException>(() => ImageFile.Decode(file[..length]));
    }

    static (string, byte[]) Header(int width, int height, byte depth, byte color)
    {
        byte[] data = [0, 0, 0, 0, 0, 0, 0, 0, depth, color, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(data, width);
        BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(4), height);
        return ("IHDR", data);
    }

    static byte[] Deflate(byte[] data)
    {
        MemoryStream to = new();
        using (ZLibStream zlib = new(to, CompressionLevel.Fastest, leaveOpen: true)) zlib.Write(data);
        return to.ToArray();
    }

    static byte[] Build(params (string Type, byte[] Data)[] chunks)
    {
        List<byte> file = [.. ImageSignature.Png];
        foreach ((string type, byte[] data) in chunks)
        {
            byte[] chunk = [0, 0, 0, 0, .. type.Select(c => (byte)c), .. data, 0, 0, 0, 0];
            BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
            file.AddRange(chunk);
        }
        byte[] bytes = [.. file];
        RepairChecks(bytes);
        return bytes;
    }

    static void RepairChecks(byte[] file)
    {
        for (int at = 8; at + 12 <= file.Length;)
        {
            long length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            if (at + 12 + length > file.Length) return;
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(at + 8 + (int)length), Crc32.HashToUInt32(file.AsSpan(at + 4, 4 + (int)length)));
            at += 12 + (int)length;
        }
    }

    static byte[] Damage(byte[] file, Random random)
    {
        if (file.Length < 2) return file;
        int at = random.Next(file.Length);
        switch (random.Next(4))
        {
            case 0: file[at] = (byte)random.Next(256); return file;
            case 1: file[at] ^= (byte)(1 << random.Next(8)); return file;
            case 2: return file[..at];
            default:
                int from = random.Next(file.Length), length = Math.Min(random.Next(1, 20), file.Length - Math.Max(at, from));
                file.AsSpan(from, length).CopyTo(file.AsSpan(at));
                return file;
        }
    }
}
