using Translucent.Checkpoints;
using Translucent.Checkpoints.Onnx;
using Translucent.Files;
using Translucent.Models;

namespace Translucent.Tests.Checkpoints;

/// <summary>What of ONNX files is read exactly, what config.json beside them changes, and where they are found.</summary>
public sealed class OnnxFileTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static string File(string name) => Golden.File($"onnx/{name}");

    [Theory]
    [InlineData("bert-outside.onnx")]
    [InlineData("bert-fused.onnx")]
    public void Converted_files_hold_the_same_numbers(string name)
    {
        using TensorFile plain = TensorFile.Open(File("bert.onnx")), other = TensorFile.Open(File(name));
        Assert.Equal(plain.Names.Order(), other.Names.Order());
        Assert.All(plain.Tensors, t => Assert.Equal(t.Bytes, other[t.Name].Bytes));
    }

    [Theory]
    [InlineData("bert-qdq.onnx", "bert.onnx", 12 + 2 + 3)]
    [InlineData("bert-dynamic.onnx", "bert.onnx", 12)]
    [InlineData("vit-qdq.onnx", "vit.onnx", 12 + 1 + 1)]
    public void Quantised_numbers_are_near_those_they_were_made_of(string quantised, string plain, int changed)
    {
        using TensorFile before = TensorFile.Open(File(plain)), after = TensorFile.Open(File(quantised));
        Assert.Equal(before.Names.Order(), after.Names.Order());
        int other = 0;
        foreach (StoredTensor t in before.Tensors)
        {
            float[] expected = t.ToTensor().ToArray(), found = after[t.Name].ToTensor().ToArray();
            Assert.Equal(t.Shape, after[t.Name].Shape);
            float step = expected.Max(MathF.Abs) / 127; // at least that of each channel
            Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, step * 0.501f));
            if (!expected.SequenceEqual(found)) other++;
        }
        Assert.Equal(changed, other);
    }

    [Fact]
    public void Large_matrices_stay_in_the_file_where_their_layout_allows()
    {
        using TensorFile file = TensorFile.Open(File("vit-half.onnx"));
        Assert.All(file.Tensors, t => Assert.Equal(StoredType.F16, t.Type));
        long before = GC.GetAllocatedBytesForCurrentThread();
        _ = file["classifier.weight"].ToMatrix(); // Gemm with transB: as PyTorch has it
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
    }

    [Fact]
    public void Config_json_beside_a_model_goes_before_its_graph()
    {
        System.IO.File.Copy(File("vit.onnx"), _folder["model.onnx"]);
        _folder.Add("config.json", """{"layer_norm_eps":0.125,"num_attention_heads":2,"id2label":{"0":"a","1":"b","2":"c","3":"d","4":"e"}}""");
        using VisionTransformer model = VisionModels.Open(_folder.Path);
        Assert.Equal(2, model.Config.Heads);
        Assert.Equal(["a", "b", "c", "d", "e"], model.Labels);
        using Checkpoint checkpoint = Checkpoint.Open(_folder["model.onnx"]);
        Assert.Equal(0.125f, checkpoint.Config.Float("layer_norm_eps"));
        Assert.Equal("gelu", checkpoint.Config.String("hidden_act"));
    }

    [Fact]
    public void Settings_come_from_the_graph()
    {
        using Checkpoint vit = Checkpoint.Open(File("vit.onnx")), clip = Checkpoint.Open(File("clip.onnx"));
        Assert.Equal((5, 1e-6f, 12, 4, 48), (vit.Config.Int("num_attention_heads"), vit.Config.Float("layer_norm_eps"), vit.Config.Int("image_size"),
            vit.Config.Int("patch_size"), vit.Config.Int("intermediate_size")));
        Assert.Equal((3, "quick_gelu", 2), (clip.Config.Section("vision_config").Int("num_attention_heads"),
            clip.Config.Section("vision_config").String("hidden_act"), clip.Config.Section("text_config").Int("num_attention_heads")));
    }

    [Fact]
    public void The_onnx_folder_of_a_model_on_the_hub_is_found_with_what_lies_above_it()
    {
        Directory.CreateDirectory(_folder["onnx"]);
        System.IO.File.Copy(File("bert-outside.onnx"), _folder["onnx/model.onnx"]);
        System.IO.File.Copy(File("bert-outside.onnx_data"), _folder["onnx/bert-outside.onnx_data"]);
        System.IO.File.Copy(File("bert-qdq.onnx"), _folder["onnx/model_quantized.onnx"]);
        _folder.Add("config.json", """{"id2label":{"0":"bad","1":"fair","2":"good"}}""");
        foreach (string path in (string[])[_folder.Path, _folder["onnx/model.onnx"], _folder["onnx/model_quantized.onnx"]])
        {
            using LanguageModel model = LanguageModels.Open(path);
            Assert.Equal(["bad", "fair", "good"], model.Labels);
        }
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
        Assert.Equal(2, checkpoint.Files.Count);
        Assert.Equal(new FileInfo(_folder["onnx/model.onnx"]).Length + new FileInfo(_folder["onnx/bert-outside.onnx_data"]).Length, checkpoint.Bytes);
        string before = checkpoint.Hash();
        byte[] data = System.IO.File.ReadAllBytes(_folder["onnx/bert-outside.onnx_data"]);
        data[^1] ^= 1;
        System.IO.File.WriteAllBytes(_folder["onnx/bert-outside.onnx_data"], data);
        using Checkpoint changed = Checkpoint.Open(_folder.Path);
        Assert.NotEqual(before, changed.Hash());
    }

    [Fact]
    public void Several_models_in_a_folder_are_named()
    {
        System.IO.File.Copy(File("bert.onnx"), _folder["a.onnx"]);
        System.IO.File.Copy(File("vit.onnx"), _folder["b.onnx"]);
        Assert.Contains("'a.onnx', 'b.onnx'", Assert.Throws<TranslucentException>(() => Checkpoint.Open(_folder.Path)).Message);
    }

    [Fact]
    public void Inspection_says_what_was_recognised()
    {
        ModelReport report = ModelInspection.Of(File("bert-fused.onnx"));
        Assert.True(report.Opens, report.Problem);
        Assert.Equal(["6 matrices named by their biases or modules", "6 matrices out of fused attention"], report.Recognised);
        Assert.Equal("ONNX (opset 14, pytorch 1.13.0)", report.Format);
        Assert.Equal("BERT", report.Family);
        Assert.Contains("17 tensors dequantised to float32", ModelInspection.Of(File("bert-qdq.onnx")).Recognised);
    }

    [Theory]
    [InlineData("/encoder/layer.0/attention/self/query/MatMul", "encoder.layer.0.attention.self.query")]
    [InlineData("/MatMul_3", "")]
    [InlineData("MatMul_34", "")]
    public void The_path_of_a_node_names_its_module(string node, string scope) => Assert.Equal(scope, OnnxNames.Scope(node));

    [Theory]
    [InlineData("vit.embeddings.cls_token", true)]
    [InlineData("cls_token", true)]
    [InlineData("logit_scale", true)]
    [InlineData("927", false)]
    [InlineData("val_12", false)]
    [InlineData("onnx::MatMul_927", false)]
    [InlineData("/encoder/Constant_output_0", false)]
    public void Names_of_parameters_are_told_from_made_up_ones(string name, bool is_) => Assert.Equal(is_, OnnxNames.IsParameter(name));
}
