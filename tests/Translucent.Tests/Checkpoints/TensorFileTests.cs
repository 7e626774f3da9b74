using System.IO.Compression;
using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Tensors;

namespace Translucent.Tests.Checkpoints;

/// <summary>What a file is, its bytes say; what is written is what was read, in any of the formats.</summary>
public sealed class TensorFileTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string> Foreign => new()
    {
        { "version https://git-lfs.github.com/spec/v1\noid sha256:0", "is a pointer of Git LFS" },
        { "<!DOCTYPE html><html>", "is a web page" },
        { "\x89HDF\r\n\x1a\n........", "is HDF5" },
        { "\x93NUMPY\x01\0....", "is a single NumPy array" },
        { "GGUF\x03\0\0\0........", "is GGUF" },
        { "\x1F\x8B\x08........", "is compressed with gzip" },
        { "\x80\x02\x8A\x0A\x6C\xFC\x9C\x46\xF9\x20\x6A\xA8\x50\x19.", "written by PyTorch before version 1.6" },
        { "\x80\x04\x95........", "is a Python pickle" },
        { "anything else", "header length" },
        { "short", "holds 5 bytes, expected at least 8" },
    };

    [Theory, MemberData(nameof(Foreign))]
    public void Other_files_are_named_with_the_way_out(string content, string expected)
    {
        string path = _folder.Add("x", [.. content.Select(c => (byte)c)]);
        string message = Assert.Throws<TranslucentException>(() => TensorFile.Open(path)).Message;
        Assert.StartsWith($"{path}: ", message);
        Assert.Contains(expected, message);
    }

    [Fact]
    public void A_tar_of_old_pytorch_is_named()
    {
        byte[] tar = new byte[512];
        "ustar"u8.CopyTo(tar.AsSpan(257));
        tar[0] = (byte)'s';
        Assert.Contains("before version 1.6", Assert.Throws<TranslucentException>(() => TensorFile.Open(_folder.Add("x", tar))).Message);
    }

    [Fact]
    public void A_header_length_that_looks_like_another_format_is_still_safetensors()
    {
        foreach (int length in (int[])[0x3C, 0x0280, 0x8B1F]) // '<', a pickle, gzip
        {
            string header = """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""".PadRight(length);
            using TensorFile file = TensorFile.Open(_folder.Add("x", SafetensorsTests.Raw(header, [3])));
            Assert.Equal(["a"], file.Names);
        }
    }

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Optimal)]
    public void Damaged_arrays_of_an_archive_are_named(CompressionLevel level)
    {
        byte[] header = NpyHeader.Format(StoredType.F32, [2]);
        Refuse([.. header, .. new byte[9]], "'a.npy': 9 bytes of data, but shape [2] of F32 takes 8");
        Refuse(header[..20], "'a.npy': header of");
        Refuse([1], "'a.npy': holds 1 bytes, expected a .npy file");

        void Refuse(byte[] array, string expected) =>
            Assert.Contains(expected, Assert.Throws<TranslucentException>(() => TensorFile.Open(_folder.Add("x", TorchFiles.Zip(level, ("a.npy", array)))))
                .Message);
    }

    [Fact]
    public void Damage_inside_compressed_data_is_noticed_when_it_is_read()
    {
        byte[] noise = new byte[4000];
        new Random(1).NextBytes(noise);
        byte[] zip = TorchFiles.Zip(CompressionLevel.Optimal, ("a.npy", [.. NpyHeader.Format(StoredType.U8, [4000]), .. noise]));
        zip[3000] ^= 1;
        using TensorFile file = TensorFile.Open(_folder.Add("x", zip));
        Assert.Contains("entry 'a.npy' does not unpack to what the directory says", Assert.Throws<TranslucentException>(() => file["a"].ToBytes()).Message);
    }

    [Fact]
    public void Tensors_go_from_every_format_to_every_format()
    {
        foreach (string source in (string[])["torch/types.pt", "torch/views.pt", "torch/compressed.npz", "vision/vit/input.safetensors"])
        {
            using TensorFile from = TensorFile.Open(Golden.File(source));
            StoredTensor[] all = [.. from.Tensors.Where(t => t.Type != StoredType.BF16)];
            Safetensors.Write(_folder["x.safetensors"], all);
            NumpyArchive.Write(_folder["x.npz"], all);
            foreach (string copy in (string[])["x.safetensors", "x.npz"])
            {
                using TensorFile to = TensorFile.Open(_folder[copy]);
                Assert.Equal(all.Length, to.Names.Count);
                foreach (StoredTensor t in all)
                {
                    Assert.Equal(t.Type, to[t.Name].Type);
                    Assert.Equal(t.Shape.ToArray(), to[t.Name].Shape.ToArray());
                    Assert.True(t.Bytes.SequenceEqual(to[t.Name].Bytes), $"{source}: {t.Name}");
                }
            }
        }
    }

    [Fact]
    public void Equal_tensors_make_equal_archives()
    {
        StoredTensor a = StoredTensor.From<float>("a", [2], [1, 2]);
        NumpyArchive.Write(_folder["1"], [a]);
        NumpyArchive.Write(_folder["2"], [a]);
        Assert.Equal(File.ReadAllBytes(_folder["1"]), File.ReadAllBytes(_folder["2"]));
        Assert.Contains("two tensors are named 'a'", Assert.Throws<TranslucentException>(() => NumpyArchive.Write(_folder["3"], [a, a])).Message);
        Assert.Contains("'../a' is not a name for a file in an archive",
            Assert.Throws<TranslucentException>(() => NumpyArchive.Write(_folder["3"], [a.WithName("../a")])).Message);
        Assert.Contains("NumPy has no BF16",
            Assert.Throws<TranslucentException>(() => NumpyArchive.Write(_folder["3"], [a], new WriteOptions { Floats = StoredType.BF16 })).Message);
        Assert.False(File.Exists(_folder["3"]));
    }

    [Theory]
    [InlineData(nameof(StoredType.F16))]
    [InlineData(nameof(StoredType.BF16))]
    [InlineData(nameof(StoredType.F32))]
    public void Floats_are_rounded_to_nearest_and_integers_kept(string named)
    {
        StoredType type = Enum.Parse<StoredType>(named);
        float[] values = [0, -0f, 1, 1.00390625f, 1.01171875f, 3.1415927f, -65504, 6e-8f, 1e-40f, float.NaN, float.PositiveInfinity, float.NegativeInfinity];
        Safetensors.Write(_folder["x"], [StoredTensor.From("f", new Tensor([values.Length], values)), StoredTensor.From<double>("d", [1], [0.1]),
            StoredTensor.From<long>("n", [1], [1L << 40])],
            options: new WriteOptions { Floats = type });
        using Safetensors file = Safetensors.Open(_folder["x"]);
        Assert.Equal((type, type, StoredType.I64), (file["f"].Type, file["d"].Type, file["n"].Type));
        Assert.Equal([1L << 40], file["n"].ToInt64s());
        float[] found = file["f"].ToTensor().ToArray();
        for (int i = 0; i < values.Length; i++)
        {
            float expected = type switch
            {
                StoredType.F16 => (float)(Half)values[i],
                StoredType.BF16 => Nearest(values[i]),
                _ => values[i],
            };
            Assert.Equal(BitConverter.SingleToInt32Bits(expected), float.IsNaN(found[i]) ? BitConverter.SingleToInt32Bits(expected)
                : BitConverter.SingleToInt32Bits(found[i]));
            Assert.Equal(float.IsNaN(values[i]), float.IsNaN(found[i]));
        }

        static float Nearest(float v)
        {
            // of the two neighbours with a zero lower half, the nearer; of two equally near ones, the even
            if (!float.IsFinite(v)) return v;
            uint bits = BitConverter.SingleToUInt32Bits(v), low = bits & 0xFFFF_0000, high = low + 0x1_0000;
            double down = Math.Abs((double)v - BitConverter.UInt32BitsToSingle(low)), up = Math.Abs((double)v - BitConverter.UInt32BitsToSingle(high));
            return BitConverter.UInt32BitsToSingle(down < up || (down == up && (low & 0x1_0000) == 0) ? low : high);
        }
    }

    [Fact]
    public void A_number_too_large_for_the_encoding_is_named_and_nothing_is_left_behind()
    {
        StoredTensor big = StoredTensor.From<float>("a", [2], [1, 70000]);
        Assert.Contains("holds 70000, too large for F16",
            Assert.Throws<TranslucentException>(() => Safetensors.Write(_folder["x"], [big], options: new WriteOptions { Floats = StoredType.F16 })).Message);
        Assert.Throws<OperationCanceledException>(
            () => Safetensors.Write(_folder["x"], [big], options: new WriteOptions { Stop = new CancellationToken(canceled: true) }));
        Assert.Contains("cannot be written as I64",
            Assert.Throws<ArgumentException>(() => Safetensors.Write(_folder["x"], [big], options: new WriteOptions { Floats = StoredType.I64 })).Message);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }
}
