using System.Text;
using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Tensors;
using Translucent.Tests.Reference;

namespace Translucent.Tests.Checkpoints;

public sealed class SafetensorsTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> GoldenFiles =>
        [.. Directory.GetFiles(Golden.File(""), "*.safetensors", SearchOption.AllDirectories).Select(p => Path.GetRelativePath(Golden.File(""), p)).Order()];

    [Theory, MemberData(nameof(GoldenFiles))]
    public void A_golden_file_reads_as_a_plain_reader_reads_it(string name)
    {
        Dictionary<string, (int[] Shape, double[] Values)> plain = PlainSafetensors.Read(Golden.File(name));
        using Safetensors file = Safetensors.Open(Golden.File(name));
        Assert.Equal(plain.Keys, file.Names);
        foreach (StoredTensor t in file.Tensors)
        {
            (int[] shape, double[] values) = plain[t.Name];
            Assert.Equal(shape, t.Shape.ToArray());
            Assert.True(values.AsSpan().SequenceEqual(t.ToDoubles()), t.Name);
            if (t.Type.IsFloat()) Assert.True(values.Select(v => (float)v).SequenceEqual(t.ToTensor().ToArray()), t.Name);
            else Assert.True(values.Select(v => (long)v).SequenceEqual(t.ToInt64s()), t.Name);
        }
    }

    /// <summary>Those that the safetensors library wrote; others order their names in other ways.</summary>
    public static TheoryData<string> LibraryFiles => [.. GoldenFiles.Select(row => row.Data)
        .Where(name => !name.StartsWith("multimodal") && !name.StartsWith("cases") && !name.StartsWith(Path.Combine("trained", "shapes")))];

    [Theory, MemberData(nameof(LibraryFiles))]
    public void A_golden_file_is_written_back_byte_for_byte(string name)
    {
        using Safetensors file = Safetensors.Open(Golden.File(name));
        Safetensors.Write(_folder["copy"], file.Tensors.Reverse(), file.Metadata);
        Assert.Equal(File.ReadAllBytes(Golden.File(name)), File.ReadAllBytes(_folder["copy"]));
    }

    [Fact]
    public void Known_numbers_of_a_golden_file()
    {
        using Safetensors file = Safetensors.Open(Golden.File("vision/vit/model.safetensors"));
        Assert.Equal(KnownCount, file.Names.Count);
        Assert.Equal("pt", file.Metadata["format"]);
        Tensor w = file["classifier.weight"].ToTensor();
        Assert.Equal("[10, 32]", w.ToString());
        Assert.Equal(KnownFirst, w.Span[0]);
        Assert.Equal(KnownLast, w.Span[^1]);
    }

    [Fact]
    public void Header_has_the_canonical_bytes()
    {
        StoredTensor[] tensors =
        [
            StoredTensor.From<byte>("z", [1], [9]),
            StoredTensor.From<float>("\U0001F600", [1], [1]), // after U+FFEE by code point, before it in UTF-16
            StoredTensor.From<float>("\uFFEE\"\\\n\x7F", [], [2]),
            StoredTensor.From<double>("é", [0, 3], []),
        ];
        Safetensors.Write(_folder["x"], tensors, new Dictionary<string, string> { ["b"] = "1", ["a"] = "2" });
        byte[] bytes = File.ReadAllBytes(_folder["x"]);
        const string expected = """{"__metadata__":{"b":"1","a":"2"},"\u00e9":{"dtype":"F64","shape":[0,3],"data_offsets":[0,0]}"""
            + ""","\uffee\"\\\n\u007f":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"\ud83d\ude00":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}"""
            + ""","z":{"dtype":"U8","shape":[1],"data_offsets":[8,9]}}""";
        int length = (int)BitConverter.ToInt64(bytes);
        Assert.Equal(0, length % 8);
        Assert.Equal(expected, Encoding.ASCII.GetString(bytes, 8, length).TrimEnd(' '));
        Assert.Equal([0, 0, 0, 64, 0, 0, 0x80, 0x3F, 9], bytes[(8 + length)..]);

        using Safetensors file = Safetensors.Open(_folder["x"]);
        Assert.Equal(tensors.Select(t => t.Name).Order(StringComparer.Ordinal), file.Names.Order(StringComparer.Ordinal));
        Assert.Equal(["b", "a"], file.Metadata.Keys);
    }

    [Fact]
    public void Data_at_odd_addresses_reads_right()
    {
        // "a" takes one byte, so that everything after it is unaligned, as some tools write it
        const string header =
            """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"f":{"dtype":"F32","shape":[2],"data_offsets":[1,9]}"""
                + ""","h":{"dtype":"BF16","shape":[1],"data_offsets":[9,11]},"d":{"dtype":"F64","shape":[1],"data_offsets":[11,19]}"""
                + ""","n":{"dtype":"I64","shape":[1],"data_offsets":[19,27]}}""";
        byte[] data = [7, .. BitConverter.GetBytes(1.5f), .. BitConverter.GetBytes(-2f), 0xC0, 0x3F, .. BitConverter.GetBytes(0.1),
            .. BitConverter.GetBytes(-5L)];
        using Safetensors file = Safetensors.Open(_folder.Add("x", Raw(header, data)));
        Assert.Equal([1.5f, -2f], file["f"].ToTensor().ToArray());
        Assert.Equal([1.5f], file["h"].ToTensor().ToArray());
        Assert.Equal([0.1f], file["d"].ToTensor().ToArray());
        Assert.Equal([-5L], file["n"].ToInt64s());
    }

    [Fact]
    public void A_file_without_tensors_and_one_with_unknown_keys_are_valid()
    {
        using Safetensors none = Safetensors.Open(_folder.Add("none", Raw("{}   ", [])));
        Assert.Empty(none.Names);
        using Safetensors more = Safetensors.Open(_folder.Add("more", Raw("""{"a":{"dtype":"U8","later":{"x":[1]},"shape":[1],"data_offsets":[0,1]}}""", [3])));
        Assert.Equal([3], more["a"].ToBytes());
    }

    [Fact]
    public void A_missing_name_is_answered_with_the_nearest()
    {
        using Safetensors file = Safetensors.Open(Golden.File("vision/vit/model.safetensors"));
        Assert.False(file.TryGet("classifier.weights", out _));
        string message = Assert.Throws<TranslucentException>(() => file["classifier.weights"]).Message;
        Assert.Contains("'classifier.weights'", message);
        Assert.Contains("nearest is 'classifier.weight'", message);
    }

    [Fact]
    public void A_disposed_file_refuses_instead_of_reading_freed_memory()
    {
        Safetensors file = Safetensors.Open(Golden.File("vision/vit/model.safetensors"));
        StoredTensor t = file["classifier.weight"];
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => t.Bytes.Length);
        Assert.Throws<ObjectDisposedException>(t.ToTensor);
    }

    [Fact]
    public void A_tensor_outlives_a_forgotten_file()
    {
        StoredTensor t = Forget(Golden.File("vision/vit/model.safetensors"));
        float before = t.ToTensor().Span[0];
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.Equal(before, t.ToTensor().Span[0]);

        static StoredTensor Forget(string path) => Safetensors.Open(path)["classifier.weight"];
    }

    [Fact]
    public void A_file_may_be_rewritten_from_itself_while_it_is_open()
    {
        File.Copy(Golden.File("vision/vit/input.safetensors"), _folder["x"]);
        using (Safetensors file = Safetensors.Open(_folder["x"])) Safetensors.Write(_folder["x"], file.Tensors, file.Metadata);
        Assert.Equal(File.ReadAllBytes(Golden.File("vision/vit/input.safetensors")), File.ReadAllBytes(_folder["x"]));
    }

    [Fact]
    public void Writing_refuses_names_that_no_reader_would_take()
    {
        StoredTensor a = StoredTensor.From<byte>("a", [1], [9]);
        Assert.Contains("'a'", Assert.Throws<TranslucentException>(() => Safetensors.Write(_folder["x"], [a, a])).Message);
        Assert.Throws<TranslucentException>(() => Safetensors.Write(_folder["x"], [StoredTensor.From<byte>("__metadata__", [1], [9])]));
        Assert.False(File.Exists(_folder["x"]));
    }

    /// <summary>The bytes of a file: length, header, data.</summary>
    internal static byte[] Raw(string header, byte[] data)
    {
        byte[] text = Encoding.UTF8.GetBytes(header);
        return [.. BitConverter.GetBytes((long)text.Length), .. text, .. data];
    }

    const int KnownCount = 72;
    const float KnownFirst = 0.01740977f; // both by numpy.frombuffer
    const float KnownLast = -0.009946199f;
}
