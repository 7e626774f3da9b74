using System.Text.Json.Nodes;
using Translucent.Checkpoints;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Models;
using Translucent.Pictures;
using Translucent.Tensors;

namespace Translucent.Tests.Models;

/// <summary>Model folders as people have them: other encodings, shards, other image sizes, and everything that can be wrong.</summary>
public sealed class VisionCheckpointTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(nameof(StoredType.F16))]
    [InlineData(nameof(StoredType.BF16))]
    public void Weights_widened_while_they_are_packed_give_the_same_bits_as_widened_before(string named)
    {
        StoredType type = Enum.Parse<StoredType>(named);
        string half = Write("half", t => Encode(t, type)), wide = Write("wide", t => StoredTensor.From(t.Name, Widen(Encode(t, type))));
        Assert.Equal(Rows(wide), Rows(half));
    }

    [Fact]
    public void Shards_give_the_same_bits_as_one_file()
    {
        string folder = Directory.CreateDirectory(_folder["shards"]).FullName;
        File.Copy(Golden.File("vision/vit/config.json"), Path.Combine(folder, "config.json"));
        using (Safetensors whole = Safetensors.Open(Golden.File("vision/vit/model.safetensors")))
        {
            JsonObject map = [];
            for (int s = 0; s < 2; s++)
            {
                StoredTensor[] part = [.. whole.Tensors.Where((_, i) => i % 2 == s)];
                string name = $"model-{s + 1:00000}-of-00002.safetensors";
                Safetensors.Write(Path.Combine(folder, name), part);
                foreach (StoredTensor t in part) map[t.Name] = name;
            }
            File.WriteAllText(Path.Combine(folder, "model.safetensors.index.json"), new JsonObject { ["weight_map"] = map }.ToJsonString());
        }
        Assert.Equal(Rows(Golden.File("vision/vit")), Rows(folder));
    }

    /// <summary>Positions for a grid that is not square and not the trained one, as F.interpolate gives them.</summary>
    [Theory]
    [InlineData(5, 7, false)]
    [InlineData(3, 9, false)]
    [InlineData(5, 7, true)]
    [InlineData(3, 9, true)]
    public void Positions_are_resized_as_specified(int rows, int columns, bool antialias)
    {
        using Safetensors golden = Safetensors.Open(Golden.File("clustering/upsampling.safetensors"));
        Tensor table = golden["position/x"].ToTensor(), expected = golden[$"position/bicubic{(antialias ? "_antialias" : "")}/{rows}x{columns}"].ToTensor();
        PatchEmbedding embedding = new(8, table, positioned: 1) { Projection = null!, Prefix = null!, Antialias = antialias };
        Tensor found = embedding.Positions(rows, columns);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected.Span[i], found.Span[i], 1e-6f);
    }

    [Theory, MemberData(nameof(Folders))]
    public void Other_image_sizes_run_and_leave_out_pixels_beyond_the_last_whole_patch(string name)
    {
        using VisionTransformer model = VisionModels.Open(Golden.File(name));
        int p = model.Config.Patch;
        Tensor pixels = new(1, 3, 3 * p + 5, 5 * p + 3);
        Random random = new(1);
        foreach (ref float v in pixels.Span) v = (float)random.NextDouble();
        Tensor cut = new(1, 3, 3 * p, 5 * p);
        for (int r = 0; r < cut.Rows; r++) pixels.Row(r / (3 * p) * (3 * p + 5) + r % (3 * p))[..(5 * p)].CopyTo(cut.Row(r));
        using Trace trace = model.Forward(pixels), whole = model.Forward(cut);
        Assert.Equal((3, 5, model.Config.Prefix + 15), (trace.Grid.Rows, trace.Grid.Columns, trace.Tokens));
        Assert.Equal(whole.Tape["norm"].Value.ToArray(), trace.Tape["norm"].Value.ToArray());
    }

    public static TheoryData<string> Folders => [.. Directory.GetDirectories(Golden.File("vision")).Select(d => "vision/" + Path.GetFileName(d))];

    [Fact]
    public void The_shipped_model_sees_a_cat_in_the_photograph_of_a_cat()
    {
        using VisionTransformer model = VisionModels.Open(Samples.Model("cifar10-vit"));
        using Trace trace = model.Forward(model.Preprocessor.Apply(ImageFile.Read(Samples.File("chelsea.png"))).Reshape(1, 3, 32, 32));
        float[] p = trace.Probabilities().ToArray();
        Assert.Equal("cat", model.Labels[Array.IndexOf(p, p.Max())]);
        Assert.Equal(0.695f, p.Max(), 5e-4f);
    }

    [Theory]
    [InlineData("model_type", "\"segformer\"", "'model_type' is text 'segformer', expected one of vit, deit, vit_msn, ijepa, dinov2")]
    [InlineData("layer_norm_eps", "-2", "'layer_norm_eps' is -2, expected a number from 0 on")]
    [InlineData("hidden_act", "\"relu6\"", "'hidden_act' is text 'relu6', expected one of gelu, quick_gelu")]
    [InlineData("num_attention_heads", "5", "'num_attention_heads' is 5, expected a divisor of hidden_size 32")]
    [InlineData("num_hidden_layers", "5", "checkpoint has no 'vit.encoder.layer.4.layernorm_before.weight' (expected [32])")]
    [InlineData("num_hidden_layers", "3", "extra tensor 'vit.encoder.layer.3.")]
    [InlineData("num_hidden_layers", "0", "'num_hidden_layers' is 0, expected")]
    [InlineData("hidden_size", "64", "expected [1, 1, 64]")]
    [InlineData("image_size", "64", "expected [1, 65, 32]")]
    [InlineData("image_size", "4", "'image_size' is 4, expected at least one patch (8)")]
    [InlineData("patch_size", "0", "'patch_size' is 0, expected a number from 1")]
    [InlineData("num_channels", "1", "expected [32, 1, 8, 8]")]
    [InlineData("hidden_size", "\"wide\"", "'hidden_size' is text 'wide', expected a whole number")]
    [InlineData("hidden_size", null, "has no 'hidden_size', expected a whole number")]
    public void A_wrong_setting_is_one_clear_line(string key, string? value, string expected)
    {
        JsonObject config = JsonNode.Parse(File.ReadAllText(Golden.File("vision/vit/config.json")))!.AsObject();
        config.Remove(key);
        if (value is not null) config[key] = JsonNode.Parse(value);
        string folder = Write("model", t => t, config.ToJsonString());
        string message = Assert.Throws<TranslucentException>(() => VisionModels.Open(folder)).Message;
        Assert.Contains(expected, message);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void A_missing_or_misshapen_tensor_is_named()
    {
        string missing = Write("missing", t => t.Name == "classifier.bias" ? null : t);
        Assert.Contains("checkpoint has no 'classifier.bias' (expected [10])", Assert.Throws<TranslucentException>(() => VisionModels.Open(missing)).Message);
        string other = Write("other", t => t.Name == "classifier.bias" ? StoredTensor.From(t.Name, new Tensor(9)) : t);
        Assert.Contains("'classifier.bias' is [9], expected [10]", Assert.Throws<TranslucentException>(() => VisionModels.Open(other)).Message);
        string nan = Write("nan", t => t.Name == "classifier.bias" ? StoredTensor.From<float>(t.Name, [10], [0, 1, 2, float.NaN, 4, 5, 6, 7, 8, 9]) : t);
        Assert.Contains("classifier.bias", Assert.Throws<TranslucentException>(() => VisionModels.Open(nan)).Message);
    }

    [Fact]
    public void Pixels_of_a_wrong_shape_are_refused()
    {
        using VisionTransformer model = VisionModels.Open(Golden.File("vision/vit"));
        Assert.Contains("expected [B, 3, H, W]", Assert.Throws<TranslucentException>(() => model.Forward(new Tensor(3, 32, 32))).Message);
        Assert.Contains("at least one patch (8 pixels)", Assert.Throws<TranslucentException>(() => model.Forward(new Tensor(1, 3, 7, 32))).Message);
    }

    /// <summary>A copy of the ViT fixture with every tensor changed, or left out when null.</summary>
    string Write(string name, Func<StoredTensor, StoredTensor?> change, string? config = null)
    {
        string folder = Directory.CreateDirectory(_folder[name]).FullName;
        using Safetensors source = Safetensors.Open(Golden.File("vision/vit/model.safetensors"));
        Safetensors.Write(Path.Combine(folder, "model.safetensors"), source.Tensors.Select(change).OfType<StoredTensor>());
        File.WriteAllText(Path.Combine(folder, "config.json"), config ?? File.ReadAllText(Golden.File("vision/vit/config.json")));
        return folder;
    }

    static float[] Rows(string folder)
    {
        using VisionTransformer model = VisionModels.Open(folder);
        using Safetensors input = Safetensors.Open(Golden.File("vision/vit/input.safetensors"));
        using Trace trace = model.Forward(input["pixel_values"].ToTensor());
        return [.. trace.Logits.Span, .. Ultra.Explain(trace, 5).Rows.Span];
    }

    static StoredTensor Encode(StoredTensor t, StoredType type)
    {
        float[] values = t.ToTensor().ToArray();
        byte[] bytes = [.. values.SelectMany(v => BitConverter.GetBytes(type == StoredType.F16
            ? BitConverter.HalfToUInt16Bits((Half)v)
            : (ushort)(BitConverter.SingleToUInt32Bits(v) >> 16)))];
        return StoredTensor.From(t.Name, t.Shape, type, bytes);
    }

    static Tensor Widen(StoredTensor t) => t.ToTensor();
}
