using Translucent.Checkpoints;
using Translucent.Files;
using static Translucent.Tests.Checkpoints.OnnxBuilder;

namespace Translucent.Tests.Checkpoints;

/// <summary>ONNX files that cannot be read are refused in one line that names what is wrong, whatever they hold, and quickly.</summary>
public sealed class OnnxRefusalTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static readonly byte[] s_matrix = Tensor("a.weight", [2, 2], 1, 2, 3, 4);

    static readonly Dictionary<string, (byte[] File, string Message)> s_cases = new()
    {
        // not of a family
        ["operator"] = (Model(Node("LSTM", ["x"], ["y"])), "has the operator 'LSTM' of opset 14 at 'LSTM_0'"),
        ["domain"] = (Model(Node("Thing", ["x"], ["y"], Field(7, "my.own"))), "has the operator 'my.own.Thing'"),
        ["branch"] = (Model(Node("Where", ["x"], ["y"], Attribute("then", Field(6, [])))), "has the operator 'Where'"),
        ["few bits"] = (Model(Node("MatMulNBits", ["x", "w"], ["y"], Field(7, "com.microsoft"))), "packed in blocks of few bits"),
        ["one processor"] = (Model(Node("Conv", ["x", "w"], ["y"], Field(7, "com.microsoft.nchwc"))), "optimised for one processor"),
        ["quantised operators"] = (Model(Node("QLinearMatMul", ["x", "w"], ["y"])), "quantised by operators (QOperator)"),
        ["convolution"] = (Model(Tensor("k.weight", [1, 1, 2, 2], 1, 2, 3, 4), Node("Conv", ["x", "k.weight"], ["y"], Attribute("strides", Varint(8, 1),
            Varint(8, 1)))), "no projection of patches"),
        ["integer convolution"] = (Model(Tensor("k", [1, 1, 1, 1], 3, Field(9, [1])), Node("ConvInteger", ["x", "k"], ["y"], Attribute("strides", Varint(8, 1),
            Varint(8, 1)))), "integer convolution (ConvInteger)"),
        ["factor"] = (Model(s_matrix, Node("Gemm", ["x", "a.weight"], ["y"], Attribute("alpha", [0x15, 0, 0, 0, 0x40]))), "multiplied with a factor"),
        ["fused attention"] = (Model(Tensor("w", [1, 3], 1, 2, 3), Node("Attention", ["x", "w"], ["y"], Field(7, "com.microsoft"))),
            "has a fused Attention before ''"),
        ["names"] = (Model(s_matrix, Node("MatMul", ["x", "a.weight"], ["y"])), "its weights are not named as those of ViT, DeiT, DINO"),

        // versions and parts
        ["old"] = (Model(opset: 6, s_matrix), "is in opset 6 of ONNX, expected 7 or later"),
        ["no opset"] = ([.. Varint(1, 7), .. Field(7, s_matrix)], "does not say which opset"),
        ["no graph"] = ([.. Varint(1, 7), .. Field(2, "test"), .. Field(8, Varint(2, 14))], "holds no graph"),
        ["functions"] = ([.. Model(s_matrix), .. Field(25, [])], "holds 1 functions of its own"),
        ["sparse"] = (Model(Field(15, [])), "holds sparse tensors"),

        // contradictions
        ["twice stored"] = (Model(s_matrix, s_matrix), "'a.weight' is made twice"),
        ["twice made"] = (Model(Node("Relu", ["x"], ["y"]), Node("Relu", ["z"], ["y"])), "'y' is made twice"),
        ["short"] = (Model(Tensor("a.weight", [2, 2], 1, 2, 3), Use("a.weight")), "has 12 bytes of data, but [2, 2] of F32 takes 16"),
        ["negative"] = (Model(Tensor("a.weight", [-2, 2], 1, 2), Use("a.weight")), "has an impossible shape"),
        ["huge"] = (Model(Tensor("a.weight", [int.MaxValue, int.MaxValue, int.MaxValue], 1), Use("a.weight")), "has an impossible shape"),
        ["many axes"] = (Model(Tensor("a.weight", [.. Enumerable.Repeat(1L, 17)], 1), Use("a.weight")), "holds a list of more than 16 numbers"),
        ["few integers"] = (Model(Tensor("a.weight", [1 << 28], 3, Field(5, [1, 2, 3])), Use("a.weight")), "has 3 bytes of packed integers"),
        ["cut integers"] = (Model(Tensor("a.weight", [2], 6, Field(5, [1, 0x80])), Use("a.weight")), "ends before its numbers do"),
        ["texts"] = (Model(Tensor("a.weight", [1], 8, Field(6, "x")), Use("a.weight")), "holds texts"),
        ["4 bits"] = (Model(Tensor("a.weight", [2], 22, Field(9, [1])), Use("a.weight")), "holds integers of 4 bits"),
        ["unknown type"] = (Model(Tensor("a.weight", [2], 99, Field(9, [1])), Use("a.weight")), "holds numbers of the unknown type 99"),
        ["both names"] = (Model(s_matrix, Tensor("m", [1, 1], 1f), Node("MatMul", ["x", "m"], ["y"]), Tensor("a.bias", [1], 1f),
            Node("Add", ["y", "a.bias"], ["z"]), Use("a.weight")), "are both 'a.weight' of the model"),

        // quantised
        ["scales"] = (Quantised(Tensor("s", [3], 1, 2, 3)), "has 3 scales and 0 zero points for 2 places of axis 1"),
        ["no scale"] = (Quantised(), "its scale 's' is not stored"),
        ["blocks"] = (Quantised(Tensor("s", [1], 1f), Attribute("block_size", Varint(3, 32))), "quantises in blocks"),
        ["floats quantised"] = (Model(s_matrix, Tensor("s", [1], 1f), Node("DequantizeLinear", ["a.weight", "s"], ["d"]), Node("MatMul", ["x", "d"], ["y"])),
            "is dequantised but holds F32"),
        ["lost scale"] = (Model(Tensor("q", [2, 2], 3, Field(9, [1, 2, 3, 4])), Node("MatMulInteger", ["x", "q"], ["y"])), "no scale of the matrix was found"),

        // other files
        ["outside"] = (Model(Outside("../outside", "0", "16"), Use("a.weight")), "lies in '../outside'; expected the name of a file beside the model"),
        ["absolute"] = (Model(Outside("/etc/passwd", "0", "16"), Use("a.weight")), "expected the name of a file beside the model"),
        ["linked"] = (Model(Outside("link", "0", "16"), Use("a.weight")), "outside the model folder"),
        ["absent"] = (Model(Outside("absent", "0", "16"), Use("a.weight")), "which is not beside the model"),
        ["beyond"] = (Model(Outside("data", "8", "16"), Use("a.weight")), "it lies at 8 to 24 in 'data', which holds 16"),
        ["before"] = (Model(Outside("data", "-8", "16"), Use("a.weight")), "it lies at -8 to 8"),
        ["overflow"] = (Model(Outside("data", "9223372036854775807", "16"), Use("a.weight")), "it lies at 9223372036854775807"),
        ["no number"] = (Model(Outside("data", "1e3", "16"), Use("a.weight")), "has the offset '1e3' in another file"),

        // protobuf
        ["groups"] = ([.. Model(s_matrix), .. Enumerable.Repeat((byte)0x0B, 100_000)], "cannot be read as ONNX"),
        ["long length"] = ([.. Model(s_matrix), 0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07], "cannot be read as ONNX"),
        ["negative length"] = ([.. Model(s_matrix), 0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], "cannot be read as ONNX"),
        ["field 0"] = ([.. Model(s_matrix), 0, 0], "cannot be read as ONNX"),
        ["end without start"] = ([.. Model(s_matrix), 0x0C], "cannot be read as ONNX"),

        // what takes time or memory
        ["many copies"] = (Model([Tensor("m", [50, 50], new float[2500]), .. Enumerable.Range(0, 100).SelectMany(i => (byte[][])[
            Tensor($"l{i}.bias", [50], new float[50]), Node("MatMul", ["x", "m"], [$"y{i}"]), Node("Add", [$"y{i}", $"l{i}.bias"], [$"z{i}"])])]),
                "bytes in memory, more than 8 times its size"),
        ["chain"] = (Model([.. Enumerable.Range(0, 50_000).Select(i => Node("Identity", [$"v{i}"], [$"v{i + 1}"])), Node("MatMul", ["x", "v50000"], ["y"])]),
            "its weights are not named"),
        ["circle"] = (Model(Node("Identity", ["u"], ["v"]), Node("Concat", ["v", "v", "v", "v"], ["u"]), Node("Reshape", ["x", "u"], ["y"]), s_matrix,
            Node("MatMul", ["z", "a.weight"], ["x"]), Node("MatMul", ["z", "v"], ["w"])), "its weights are not named"),
    };

    public static TheoryData<string> Cases => [.. s_cases.Keys];

    /// <summary>A node that needs the numbers of a tensor.</summary>
    static byte[] Use(string name) => Node("Gather", [name, "x"], ["used"]);

    static byte[] Quantised(params byte[][] more) => Model([Tensor("q", [2, 2], 3, Field(9, [1, 2, 3, 4])), .. more.Take(1),
        Node("DequantizeLinear", ["q", "s"], ["d"], more.Skip(1)), Node("MatMul", ["x", "d"], ["y"])]);

    [Theory, MemberData(nameof(Cases))]
    public void A_bad_file_is_refused_in_one_line(string name)
    {
        (byte[] file, string message) = s_cases[name];
        _folder.Add("data", new byte[16]);
        File.CreateSymbolicLink(_folder["link"], "/etc/passwd");
        string path = _folder.Add("model.onnx", file);
        string said = "";
        Assert.InRange(Effort.Seconds(() => said = Assert.Throws<TranslucentException>(() => Checkpoint.Open(path)).Message), 0, 2);
        Assert.Contains(message, said);
        Assert.DoesNotContain(said, char.IsControl);
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        byte[] whole = File.ReadAllBytes(Golden.File("onnx/bert-fused.onnx"));
        foreach (int length in (int[])[8, 9, 20, 100, 500, 1000, 5000, whole.Length / 2, whole.Length - 100, whole.Length - 1])
        {
            string path = _folder.Add("model.onnx", whole[..length]);
            string message = Assert.Throws<TranslucentException>(() => Checkpoint.Open(path)).Message;
            Assert.Contains("model.onnx", message);
        }
    }

    [Fact]
    public void An_onnx_file_is_known_by_its_bytes_and_by_its_name()
    {
        string path = _folder.Add("weights.bin", Model(Node("LSTM", ["x"], ["y"])));
        Assert.Contains("'LSTM'", Assert.Throws<TranslucentException>(() => TensorFile.Open(path)).Message);
        path = _folder.Add("page.onnx", "no protobuf at all, but a text"u8.ToArray());
        Assert.Contains("cannot be read as ONNX", Assert.Throws<TranslucentException>(() => TensorFile.Open(path)).Message);
    }

    [Fact]
    public void What_was_missing_is_there_once_it_is_said()
    {
        _folder.Add("data", new byte[16]);
        using TensorFile file = TensorFile.Open(_folder.Add("model.onnx", Model(Outside("data", "0", "16"), Use("a.weight"))));
        Assert.Equal([2, 2], file["a.weight"].Shape.ToArray());
        using TensorFile integers = TensorFile.Open(_folder.Add("other.onnx", Model(Tensor("a.weight", [2, 2], 10,
            Field(5, [.. Number(0x3C00), .. Number(0x4000), .. Number(0xC000), .. Number(0)])), Use("a.weight"))));
        Assert.Equal([1, 2, -2, 0], integers["a.weight"].ToTensor().ToArray()); // float16 as int32_data
    }
}
