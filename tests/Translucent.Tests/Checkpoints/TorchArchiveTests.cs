using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Translucent.Checkpoints;
using Translucent.Checkpoints.Torch;
using Translucent.Files;

namespace Translucent.Tests.Checkpoints;

/// <summary>Files that torch.save wrote, compared with what Python says is in them, and everything that can be wrong with one.</summary>
public sealed class TorchArchiveTests : IDisposable
{
    static readonly JsonElement s_expected = JsonDocument.Parse(File.ReadAllText(Golden.File("torch/expected.json"))).RootElement.GetProperty("files");

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Files => [.. s_expected.EnumerateObject().Select(p => p.Name)];

    [Theory, MemberData(nameof(Files))]
    public void A_file_reads_as_python_reads_it(string name)
    {
        using TensorFile file = TensorFile.Open(Golden.File($"torch/{name}"));
        JsonElement expected = s_expected.GetProperty(name);
        Assert.Equal(expected.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal), file.Names.Order(StringComparer.Ordinal));
        foreach (StoredTensor t in file.Tensors)
        {
            JsonElement e = expected.GetProperty(t.Name);
            Assert.Equal(e.GetProperty("shape").EnumerateArray().Select(v => v.GetInt32()), t.Shape.ToArray());
            Assert.Equal(e.GetProperty("type").GetString(), PythonName(t.Type));
            Assert.Equal(e.GetProperty("values").EnumerateArray().Select(v => v.GetDouble()), t.ToDoubles());
        }
    }

    [Fact]
    public void Names_of_python_objects_are_kept_and_nothing_else_of_them()
    {
        using TorchArchive file = (TorchArchive)TensorFile.Open(Golden.File("torch/training.pth"));
        Assert.Contains("argparse.Namespace", file.OtherObjects);
        Assert.Contains("numpy.core.multiarray.scalar", file.OtherObjects);
        Assert.DoesNotContain(file.OtherObjects, n => n.StartsWith("torch", StringComparison.Ordinal));
        using TorchArchive plain = (TorchArchive)TensorFile.Open(Golden.File("torch/state_dict.pth"));
        Assert.Empty(plain.OtherObjects);
        Assert.Equal("PyTorch", plain.Format);
        using TensorFile script = TensorFile.Open(Golden.File("torch/script.pt"));
        Assert.Equal("PyTorch (TorchScript)", script.Format);
    }

    [Fact]
    public void Row_major_tensors_stay_in_the_file_and_share_it()
    {
        using TensorFile file = TensorFile.Open(Golden.File("torch/views.pt"));
        unsafe
        {
            Assert.Equal(5 * sizeof(float), file["offset"].Pointer - file["whole"].Pointer);
            Assert.Equal(6 * sizeof(float), file["rows"].Pointer - file["whole"].Pointer);
        }
    }

    [Theory]
    [InlineData("module.pt", "holds a whole Python object of class '__main__.Net'")]
    [InlineData("legacy.pt", "written by PyTorch before version 1.6")]
    [InlineData("list.pt", "holds a list, expected a table of tensors")]
    [InlineData("complex.pt", "tensor 'a' [2] is of 'ComplexFloatStorage'")]
    [InlineData("quantised.pt", "'a' is made by 'torch._utils._rebuild_qtensor', expected a plain tensor")]
    [InlineData("sparse.pt", "'a' is made by 'torch._utils._rebuild_sparse_tensor', expected a plain tensor")]
    [InlineData("no_tensors.pt", "holds no tensors")]
    public void What_cannot_be_read_is_named(string name, string expected) => Refuse(Golden.File($"torch/{name}"), expected);

    public static TheoryData<string, long, long, long[], long[]?, string> Geometries => new()
    {
        { "0", 4, 0, [4], null, "" },
        { "0", 4, 0, [2, 2], [1, 2], "" },
        { "0", 4, 3, [5, 2], [0, 0], "" },
        { "0", 4, 0, [0, 9], [9, 1], "" },
        { "0", 4, 1, [4], null, "reaches to byte 20 of a storage of 16, but 'archive/data/0' holds 16" },
        { "0", 4, 0, [2, 2], [3, 2], "reaches to byte 24" },
        { "0", 4, 0, [2, 2], [long.MaxValue, 1], "reaches to byte" },
        { "0", 5, 0, [4], null, "of a storage of 20, but 'archive/data/0' holds 16" },
        { "0", long.MaxValue, 0, [4], null, "of a storage of" },
        { "0", 4, long.MaxValue, [1], null, "reaches to byte" },
        { "1", 4, 0, [4], null, "lies in 'archive/data/1', which is not in the archive" },
        { "../0", 4, 0, [4], null, "lies in 'archive/data/../0', which is not in the archive" },
        { "0", 4, 0, [-1], null, "a shape or stride of a tensor is not a whole number from 0" },
        { "0", 4, -1, [4], null, "a tensor is not made of storage, offset, shape and strides" },
        { "0", 4, 0, [4], [1, 1], "a tensor is not made of" },
        { "0", 4, 0, [1 << 30], [0], "is not row-major, and too large to be copied" },
        { "0", 4, 0, [int.MaxValue, int.MaxValue, int.MaxValue], [0, 0, 0], "holds too many numbers" },
    };

    [Theory, MemberData(nameof(Geometries))]
    public void A_tensor_stays_within_its_storage(string key, long count, long offset, long[] shape, long[]? strides, string refused)
    {
        byte[] pickle = new PickleBuilder().Op("}").Text("a").Tensor("FloatStorage", key, count, offset, shape, strides).Op("s").Bytes;
        string path = _folder.Add("x.pt", TorchFiles.Archive(pickle, new byte[16]));
        if (refused == "")
        {
            using TensorFile file = TensorFile.Open(path);
            Assert.Equal(shape.Aggregate(1L, (n, a) => n * a), file["a"].ToTensor().Length);
        }
        else Refuse(path, refused);
    }

    [Fact]
    public void Many_tensors_that_expand_one_number_are_refused_before_they_take_memory()
    {
        PickleBuilder pickle = new PickleBuilder().Op("}(");
        for (int i = 0; i < 100; i++) pickle.Text($"t{i}").Tensor("FloatStorage", "0", 4, 0, [1000, 2], [0, 1]);
        Refuse(_folder.Add("x.pt", TorchFiles.Archive(pickle.Op("u").Bytes, new byte[16])), "is not row-major, and too large to be copied");
    }

    [Fact]
    public void Archives_of_other_machines_and_programs_are_named()
    {
        byte[] pickle = PickleBuilder.Table([StoredTensor.From<float>("a", [1], [1])]);
        Refuse(_folder.Add("x", TorchFiles.Zip(CompressionLevel.NoCompression, ("a/data.pkl", pickle), ("a/data/0", new byte[4]),
            ("a/byteorder", [.. "big"u8]))), "saved on a big-endian machine");
        Refuse(_folder.Add("x", TorchFiles.Zip(CompressionLevel.NoCompression, ("word/document.xml", [1]))),
            "is a zip archive with 'word/document.xml', expected one of torch.save");
        Refuse(_folder.Add("x", TorchFiles.Zip(CompressionLevel.NoCompression, ("a/data.pkl", pickle), ("b/data.pkl", pickle))), "expected one of torch.save");
        byte[] squeezed = TorchFiles.Zip(CompressionLevel.Optimal, ("a/data.pkl", pickle), ("a/data/0", new byte[4]));
        Refuse(_folder.Add("x", squeezed), "'a/data.pkl' is compressed, which torch.save does not do");
    }

    [Fact]
    public void A_damaged_pickle_is_noticed_by_its_check_value()
    {
        byte[] bytes = TorchFiles.Checkpoint([StoredTensor.From<float>("weight", [1], [1])]);
        int at = Encoding.Latin1.GetString(bytes).IndexOf("weight", StringComparison.Ordinal);
        bytes[at] ^= 1;
        Refuse(_folder.Add("x", bytes), "the check value of 'archive/data.pkl' is wrong");
    }

    [Fact]
    public void Thirteen_gigabytes_open_at_once_and_take_no_memory()
    {
        const long bytes = 13_000_000_000;
        string path = SparseArchive.Write(_folder["big.pt"], bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        TensorFile? opened = null;
        Assert.InRange(Effort.Seconds(() => opened = TensorFile.Open(path)), 0, 1);
        using TensorFile file = opened!;
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        Assert.True(file.Bytes > bytes);
        Assert.Equal(bytes / 4, file["big"].Count);
        Assert.Equal([0f, 7f], file["last"].ToTensor().ToArray());
    }

    void Refuse(string path, string expected)
    {
        string message = Assert.Throws<TranslucentException>(() => TensorFile.Open(path)).Message;
        Assert.StartsWith($"{path}: ", message);
        Assert.Contains(expected, message);
        Assert.DoesNotContain('\n', message);
    }

    static string PythonName(StoredType type) => type switch
    {
        StoredType.F64 => "float64",
        StoredType.F32 => "float32",
        StoredType.F16 => "float16",
        StoredType.BF16 => "bfloat16",
        StoredType.I64 => "int64",
        StoredType.I32 => "int32",
        StoredType.I16 => "int16",
        StoredType.I8 => "int8",
        StoredType.U8 => "uint8",
        StoredType.BOOL => "bool",
        _ => $"{type}",
    };
}
