using Microsoft.ML.OnnxRuntime;
using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Tests.Models;

/// <summary>ONNX exports, without any file beside them, give what ONNX Runtime gives: as exported, converted, quantised, and optimised.</summary>
public sealed class OnnxModelTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static string File(string name) => Golden.File($"onnx/{name}.onnx");

    // float16 computes in float16 there; activations are quantised there where the file is dynamic
    public static TheoryData<string, double> Variants => new()
    {
        { "bert", 2e-5 }, { "bert-outside", 2e-5 }, { "bert-qdq", 2e-5 }, { "bert-fused", 2e-5 }, { "bert-dynamic", 0.15 },
        { "vit", 2e-5 }, { "vit-qdq", 2e-5 }, { "vit-half", 2e-2 },
    };

    [Theory, MemberData(nameof(Variants))]
    public void Class_scores_are_those_of_another_program(string name, double tolerance) => CheckScores(File(name), File(name), tolerance);

    [Theory]
    [InlineData("bert", GraphOptimizationLevel.ORT_ENABLE_BASIC, "Erf", 2e-5)]
    [InlineData("bert", GraphOptimizationLevel.ORT_ENABLE_EXTENDED, "BiasGelu FusedGemm LayerNormalization", 2e-5)]
    [InlineData("bert-dynamic", GraphOptimizationLevel.ORT_ENABLE_EXTENDED, "MatMulIntegerToFloat DynamicQuantizeMatMul Gelu", 0.15)]
    [InlineData("bert-qdq", GraphOptimizationLevel.ORT_ENABLE_BASIC, "DequantizeLinear", 2e-5)]
    [InlineData("vit", GraphOptimizationLevel.ORT_ENABLE_BASIC, "Erf", 2e-5)]
    [InlineData("vit", GraphOptimizationLevel.ORT_ENABLE_EXTENDED, "BiasGelu LayerNormalization", 2e-5)]
    [InlineData("vit-half", GraphOptimizationLevel.ORT_ENABLE_EXTENDED, "Cast", 2e-2)]
    public void Optimised_models_are_read_as_the_same(string name, GraphOptimizationLevel level, string operators, double tolerance)
    {
        string optimised = OnnxReference.Optimise(File(name), _folder["optimised.onnx"], level);
        string content = System.Text.Encoding.Latin1.GetString(System.IO.File.ReadAllBytes(optimised));
        Assert.All(operators.Split(' '), kind => Assert.Contains(kind, content));
        CheckScores(optimised, File(name), tolerance);
    }

    static void CheckScores(string path, string reference, double tolerance)
    {
        bool text = path.Contains("bert") || reference.Contains("bert");
        float[] expected = OnnxReference.Run(reference, text ? OnnxReference.Text(OnnxReference.Texts) : [OnnxReference.Photos()])["logits"];
        using Model model = Pretrained.Open(path);
        using Trace trace = model is LanguageModel language ? language.Forward([.. OnnxReference.Texts.Select(t => (TextInput)t.Where(i => i != 0).ToArray())])
            : ((VisionTransformer)model).Forward(new Tensor([2, 3, 12, 12], OnnxReference.Pixels));
        Assert.Equal(expected.Length, trace.Logits.Span.Length);
        Assert.All(expected.Zip(trace.Logits.ToArray()), pair => Assert.Equal(pair.First, pair.Second, tolerance));
        Assert.True(expected.Max() - expected.Min() > 0.5, "scores that tell nothing");
    }

    [Theory]
    [InlineData(null)]
    [InlineData(GraphOptimizationLevel.ORT_ENABLE_EXTENDED)]
    public void Vectors_of_a_text_encoder_are_those_of_another_program(GraphOptimizationLevel? level)
    {
        string path = level is { } l ? OnnxReference.Optimise(File("bert-vectors"), _folder["optimised.onnx"], l) : File("bert-vectors");
        float[] expected = OnnxReference.Run(File("bert-vectors"), OnnxReference.Text([OnnxReference.Texts[0]]))["last_hidden_state"];
        using LanguageModel model = LanguageModels.Open(path);
        using Trace trace = model.Forward([OnnxReference.Texts[0]]);
        Assert.All(expected.Zip(TextEmbeddings.Last(trace).Value.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 2e-5));
    }

    /// <summary>DINOv3 computes where its patches stand; everything else is told by the graph.</summary>
    [Fact]
    public void Dinov3_is_read_without_a_config()
    {
        float[] expected = OnnxReference.Run(File("dinov3"), OnnxReference.Photos())["last_hidden_state"];
        using VisionTransformer model = VisionModels.Open(File("dinov3"));
        Assert.Equal(("DINOv3", 4, 3, 224), (model.Config.Family, model.Config.Heads, model.Config.Prefix, model.Config.ImageSize));
        using Trace trace = model.Forward(new Tensor([2, 3, 12, 12], OnnxReference.Pixels));
        Assert.All(expected.Zip(trace.Tape["norm"].Value.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    /// <summary>Exporters compute in advance what does not depend on the input, and the parameters are gone.</summary>
    [Theory]
    [InlineData("siglip", "is of SigLIP")]
    [InlineData("siglip-images", "is of SigLIP")]
    [InlineData("beit", "is of BEiT or Data2Vec")]
    [InlineData("eva", "is of EVA")]
    public void Exports_that_lose_parameters_are_refused_by_name(string name, string expected)
    {
        string message = Assert.Throws<TranslucentException>(() => VisionModels.Open(File(name))).Message;
        Assert.Contains(expected, message);
        Assert.Contains("read the checkpoint that it was exported from", message);
    }

    [Fact]
    public void A_timm_model_is_read_by_its_layout_with_the_heads_of_its_graph()
    {
        System.IO.File.Copy(File("timm"), _folder["model.onnx"]);
        _folder.Add("preprocessor_config.json", """{"image_mean":[0.5,0.5,0.5],"image_std":[0.5,0.5,0.5],"size":12}""");
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
        Assert.Equal(("timm ViT", 5), (checkpoint.Layout, checkpoint.Config.Int("num_attention_heads"))); // no published model is 20 wide
        CheckScores(_folder.Path, File("timm"), 2e-5);
    }

    [Theory]
    [InlineData("clip", null)]
    [InlineData("clip", GraphOptimizationLevel.ORT_ENABLE_EXTENDED)]
    [InlineData("clip-bare", null)]
    [InlineData("clip-bare", GraphOptimizationLevel.ORT_ENABLE_EXTENDED)]
    public void Both_towers_of_clip_score_as_in_another_program(string name, GraphOptimizationLevel? level)
    {
        string path = level is { } l ? OnnxReference.Optimise(File(name), _folder["optimised.onnx"], l) : File(name);
        float[] expected = OnnxReference.Run(File("clip"), OnnxReference.Ids("input_ids", OnnxReference.Prompts), OnnxReference.Photos())["logits_per_image"];
        using ClipText texts = ClipText.Open(path);
        using Trace read = texts.Forward(OnnxReference.Prompts);
        using VisionTransformer images = VisionModels.Open(path);
        using Trace trace = images.WithClasses(ClipText.Embeddings(read), texts.LogitScale!.Value).Forward(new Tensor([2, 3, 12, 12], OnnxReference.Pixels));
        Assert.Equal(2, texts.Config.EndId); // the largest id
        Assert.All(expected.Zip(trace.Logits.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(GraphOptimizationLevel.ORT_ENABLE_EXTENDED)]
    public void The_image_tower_alone_embeds_as_in_another_program(GraphOptimizationLevel? level)
    {
        string path = level is { } l ? OnnxReference.Optimise(File("clip-images"), _folder["optimised.onnx"], l) : File("clip-images");
        float[] expected = OnnxReference.Run(File("clip-images"), OnnxReference.Photos())["image_embeds"];
        using VisionTransformer images = VisionModels.Open(path);
        Tensor units = new(8, 8);
        for (int i = 0; i < 8; i++) units.Row(i)[i] = 1;
        using Trace trace = images.WithClasses(units).Forward(new Tensor([2, 3, 12, 12], OnnxReference.Pixels));
        for (int b = 0; b < 2; b++)
        {
            float[] embedding = expected[(8 * b)..(8 * b + 8)];
            double length = Math.Sqrt(embedding.Sum(v => (double)v * v));
            for (int i = 0; i < 8; i++) Assert.Equal(embedding[i] / length, trace.Logits.Span[8 * b + i], 1e-5);
        }
    }
}
