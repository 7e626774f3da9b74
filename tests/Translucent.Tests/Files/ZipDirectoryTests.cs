using System.Buffers.Binary;
using System.IO.Compression;
using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Tests.Checkpoints;

namespace Translucent.Tests.Files;

/// <summary>Zip archives that contradict themselves, lead out of their folder, or unpack to far more than they are.</summary>
public sealed class ZipDirectoryTests : IDisposable
{
    static readonly byte[] s_array = [.. NpyHeader.Format(StoredType.F32, [2]), .. new byte[8]];

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("../a.npy")]
    [InlineData("x/../a.npy")]
    [InlineData("/etc/a.npy")]
    [InlineData("..\\a.npy")]
    [InlineData("C:a.npy")]
    [InlineData("a\n.npy")]
    public void A_name_that_leads_out_is_refused(string name) =>
        Refuse(TorchFiles.Zip(CompressionLevel.NoCompression, (name, s_array)), "has a name that leads out of the archive");

    /// <summary>A field of the first entry in the directory (offset from its signature), what to write there, and what is said.</summary>
    public static TheoryData<int, uint, int, string> Fields => new()
    {
        { 8, 1, 2, "is encrypted or a patch" },
        { 10, 12, 2, "is compressed by method 12, expected 0 or 8" },
        { 20, 7, 4, "would unpack from 7 bytes to 136" },
        { 24, 0xFFFF_FFFE, 4, "would unpack from 136 bytes to 4294967294" },
        { 24, 0xFFFF_FFFF, 4, "lacks its 64-bit sizes" },
        { 28, 60_000, 2, "bytes from" },
        { 42, 5, 4, "is not where the directory says" },
        { 42, 0xFFFF_FFF0, 4, "bytes from" },
        { 0, 1, 4, "entry 0 of the directory does not start as one" },
    };

    [Theory, MemberData(nameof(Fields))]
    public void A_directory_that_lies_is_refused(int field, uint value, int bytes, string expected)
    {
        byte[] zip = TorchFiles.Zip(CompressionLevel.NoCompression, ("a.npy", s_array), ("b.npy", s_array));
        Patch(zip, Directory(zip) + field, value, bytes);
        Refuse(zip, expected);
    }

    [Fact]
    public void Two_entries_in_one_place_are_refused()
    {
        byte[] zip = TorchFiles.Zip(CompressionLevel.NoCompression, ("a.npy", s_array), ("b.npy", s_array));
        int first = Directory(zip), second = first + 46 + 5;
        Patch(zip, second + 42, 0, 4);
        Refuse(zip, "entry 'b.npy' has another name in front of its data");
        zip[second + 46] = (byte)'a';
        Refuse(zip, "entry 'a.npy' occurs twice");
        // the first entry's data grows over the second's
        zip = TorchFiles.Zip(CompressionLevel.NoCompression, ("a.npy", s_array), ("b.npy", s_array));
        foreach (int size in (int[])[20, 24]) Patch(zip, first + size, (uint)s_array.Length + 10, 4);
        Refuse(zip, "entry 'b.npy' lies inside another");
    }

    [Theory]
    [InlineData(10, 3u, 2, "entry 2 of the directory does not start|bytes from")]
    [InlineData(10, 1u, 2, "the directory holds 1 entries, but 51 bytes more")]
    [InlineData(16, 0xFFFF_FFF0, 4, "places its directory outside the file")]
    [InlineData(16, 0xFFFF_FFFF, 4, "has no 64-bit end record")]
    [InlineData(20, 9u, 2, "has no directory at its end")]
    [InlineData(4, 3u, 2, "is split over several files")]
    public void An_end_record_that_lies_is_refused(int field, uint value, int bytes, string expected)
    {
        byte[] zip = TorchFiles.Zip(CompressionLevel.NoCompression, ("a.npy", s_array), ("b.npy", s_array));
        Patch(zip, zip.Length - 22 + field, value, bytes);
        Refuse(zip, expected);
    }

    [Fact]
    public void A_cut_archive_is_refused()
    {
        byte[] zip = TorchFiles.Zip(CompressionLevel.NoCompression, ("a.npy", s_array));
        Refuse(zip[..^1], "has no directory at its end");
        Refuse(zip[..30], "has no directory at its end");
        Refuse([.. zip, 0], "has no directory at its end");
    }

    [Fact]
    public void A_bomb_is_refused_before_it_unpacks()
    {
        byte[] zip = TorchFiles.Zip(CompressionLevel.Optimal, ("a.npy", s_array));
        int stored = BinaryPrimitives.ReadInt32LittleEndian(zip.AsSpan(Directory(zip) + 20));
        Patch(zip, Directory(zip) + 24, 1_000_000_000, 4);
        Refuse(zip, $"would unpack from {stored} bytes to 1000000000");
    }

    [Fact]
    public void A_comment_at_the_end_is_fine()
    {
        byte[] zip = TorchFiles.Zip(CompressionLevel.NoCompression, ("a.npy", s_array));
        Patch(zip, zip.Length - 2, 5, 2);
        using TensorFile file = TensorFile.Open(_folder.Add("x", [.. zip, .. "hello"u8]));
        Assert.Equal(["a"], file.Names);
    }

    static int Directory(byte[] zip) => BinaryPrimitives.ReadInt32LittleEndian(zip.AsSpan(zip.Length - 22 + 16));

    static void Patch(byte[] zip, int at, uint value, int bytes)
    {
        for (int i = 0; i < bytes; i++) zip[at + i] = (byte)(value >> (8 * i));
    }

    void Refuse(byte[] zip, string expected)
    {
        string path = _folder.Add("x", zip);
        string message = Assert.Throws<TranslucentException>(() => TensorFile.Open(path)).Message;
        Assert.StartsWith($"{path}: ", message);
        Assert.Contains(expected.Split('|'), part => message.Contains(part));
        Assert.DoesNotContain('\n', message);
    }
}
