using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Tensors;

namespace Translucent.Tests.Checkpoints;

public sealed class WeightsTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static Weights Of(params StoredTensor[] tensors) => new(tensors, "model");

    static StoredTensor Floats(string name, int[] shape, params float[] values) => StoredTensor.From<float>(name, shape, values);

    [Fact]
    public void Prefixes_read_as_paths()
    {
        using Checkpoint c = Checkpoint.Open(Golden.File("vision/vit"));
        Weights layer = c.Weights()["vit"]["encoder.layer"][3];
        Assert.True(layer.Has("layernorm_before.bias"));
        Assert.False(layer.Has("layernorm_after.scale"));
        Assert.Equal(c["vit.encoder.layer.3.layernorm_before.bias"].ToTensor().ToArray(), layer.Vector("layernorm_before.bias", 32).ToArray());
        Assert.Null(layer.Optional("layernorm_after.scale", 32));
        Assert.NotNull(layer.Optional("layernorm_after.bias", 32));
    }

    [Theory]
    [InlineData(nameof(StoredType.F32)), InlineData(nameof(StoredType.F16)), InlineData(nameof(StoredType.BF16)), InlineData(nameof(StoredType.F64))]
    public unsafe void A_matrix_multiplies_from_the_file_in_its_own_encoding(string named)
    {
        StoredType type = Enum.Parse<StoredType>(named);
        // the byte before makes the matrix unaligned; all values are exact in every encoding
        float[] values = [1, 2, -3, 0.5f, 5, 6];
        byte[] encoded = type switch
        {
            StoredType.F32 => [.. values.SelectMany(BitConverter.GetBytes)],
            StoredType.F16 => [.. values.SelectMany(v => BitConverter.GetBytes((Half)v))],
            StoredType.BF16 => [.. values.SelectMany(v => BitConverter.GetBytes(v)[2..])],
            _ => [.. values.SelectMany(v => BitConverter.GetBytes((double)v))],
        };
        string header =
            $$$"""{"pad":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"w":"""
                + $$$"""{"dtype":"{{{type}}}","shape":[2,3],"data_offsets":[1,{{{1 + encoded.Length}}}]}}""";
        using Safetensors file = Safetensors.Open(_folder.Add("x", SafetensorsTests.Raw(header, [0, .. encoded])));

        Matrix w = new Weights(file.Tensors, file.Path).Matrix("w", 2, 3);
        Assert.Equal(type switch { StoredType.F16 => ElementType.Float16, StoredType.BF16 => ElementType.BFloat16, _ => ElementType.Float32 }, w.Type);
        Assert.Equal((2, 3), (w.Rows, w.Columns));
        Assert.Equal(values, w.ToTensor().ToArray());

        Tensor x = new([1, 3], [1f, 10f, 100f]), y = new(1, 2);
        Gemm.Multiply(Compute.Default, 1, 2, 3, new Operand(x.Pointer, 3), w.Operand.Transposed, y.Pointer, 2); // y = x·wᵀ
        Assert.Equal([-279f, 650.5f], y.ToArray());
    }

    [Fact]
    public void A_convolution_kernel_is_a_matrix_of_patches()
    {
        using Checkpoint c = Checkpoint.Open(Golden.File("vision/vit"));
        const string name = "vit.embeddings.patch_embeddings.projection.weight";
        Matrix w = c.Weights().Matrix(name, 32, 3, 8, 8);
        Assert.Equal((32, 192), (w.Rows, w.Columns));
        Assert.Equal(c[name].ToTensor().ToArray(), w.ToTensor().ToArray());
    }

    [Fact]
    public void What_is_missing_misshapen_or_not_floats_is_named()
    {
        Weights w = Of(Floats("vit.norm.weight", [2], 1, 2), StoredTensor.From<long>("vit.ids", [1], [1]));
        Assert.Equal("model: checkpoint has no 'vit.norm.weigth' (expected [2]); the nearest is 'vit.norm.weight'.",
            Message(() => w["vit"].Vector("norm.weigth", 2)));
        Assert.Equal("model: checkpoint has no 'norm.weight' (expected [2]); the nearest is 'vit.norm.weight'.", Message(() => w.Vector("norm.weight", 2)));
        Assert.Equal("model: checkpoint has no 'something.else.entirely' (expected [768, 768]).", Message(() => w.Matrix("something.else.entirely", 768, 768)));
        Assert.Contains("'vit.norm.weight' is [2], expected [3]", Message(() => w["vit"]["norm"].Vector("weight", 3)));
        Assert.Contains("'vit.norm.weight' is [2], expected [2, 1]", Message(() => w.Matrix("vit.norm.weight", 2, 1)));
        Assert.Contains("'vit.norm.weight' is [2], expected [3]", Message(() => w.Optional("vit.norm.weight", 3)!));
        Assert.Contains("'vit.ids' holds I64, expected F32, F16, BF16 or F64", Message(() => w.Vector("vit.ids", 1)));
    }

    [Fact]
    public void What_no_layer_read_is_listed_unless_it_may_be_ignored()
    {
        Weights w = Of(Floats("a.x", [1], 1), Floats("a.y", [1], 1), Floats("b.position_ids", [1], 1), Floats("c", [1, 1], 1));
        Assert.Contains("extra tensor 'a.x', 'a.y', 'b.position_ids', 'c' that no layer reads, expected none", Message(() => w.AssertAllUsed()));
        w["a"].Vector("x", 1);
        w.Matrix("c", 1, 1);
        Assert.Contains("extra tensor 'a.y' that", Message(() => w["a"].AssertAllUsed()));
        Assert.Contains("extra tensor 'a.y' that", Message(() => w.AssertAllUsed("*.position_ids")));
        w["a"].Optional("y", 1);
        w.AssertAllUsed("*.position_ids");
        Weights many = Of([.. Enumerable.Range(0, 100).Select(i => Floats($"t{i}", [1], 1))]);
        Assert.Contains("'t4', ... (100 in all)", Message(() => many.AssertAllUsed()));
    }

    [Theory]
    [InlineData(float.NaN), InlineData(float.PositiveInfinity), InlineData(float.NegativeInfinity)]
    public void A_number_that_is_not_finite_is_found_wherever_it_is(float bad)
    {
        float[] values = new float[40_000];
        values[39_999] = bad;
        Weights w = Of(Floats("good", [1], 1), StoredTensor.From<long>("ids", [1], [1]), Floats("layer.w", [200, 200], values));
        string expected = $"'layer.w' [200, 200]: number 39999 is {bad}, expected finite";
        w["good"].CheckFinite();
        Assert.Contains(expected, Message(w.CheckFinite));
        Assert.Contains(expected, Message(() => w["layer"].Get("w", 200, 200)));
        Assert.NotNull(w["layer"].Matrix("w", 200, 200)); // left for CheckFinite
    }

    static string Message(Func<object?> read) => Assert.Throws<TranslucentException>(read).Message;

    static string Message(Action read) => Assert.Throws<TranslucentException>(read).Message;
}
