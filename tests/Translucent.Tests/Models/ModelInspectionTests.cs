using System.Text.Json.Nodes;
using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Tests.Models;

/// <summary>Models that open and models that do not: the report says what is there, and what is wrong.</summary>
public sealed class ModelInspectionTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Fixtures => [.. Directory.GetDirectories(Golden.File("vision")).Select(d => Path.GetFileName(d)!)];

    [Theory, MemberData(nameof(Fixtures))]
    public void Every_fixture_opens_and_its_sizes_are_named(string name)
    {
        ModelReport report = ModelInspection.Of(Golden.File($"vision/{name}"));
        using VisionTransformer model = VisionModels.Open(Golden.File($"vision/{name}"));
        Assert.True(report.Opens);
        Assert.Equal((model.Config, model.Classes, "Hugging Face", "safetensors"), (report.Config!, report.Classes, report.Layout, report.Format));
        Assert.Equal(model.Classes == 0, report.TakesVectors);
        using Trace trace = model.Forward(new Tensor(1, 3, report.Input!.Value.Height, report.Input.Value.Width));
        Assert.Equal(trace.Tokens, report.Tokens);
    }

    [Fact]
    public void The_shipped_model_opens()
    {
        ModelReport report = ModelInspection.Of(Samples.Model("cifar10-vit"));
        Assert.True(report.Opens);
        Assert.Equal((10, 65, (32, 32)), (report.Classes, report.Tokens, report.Input!.Value));
    }

    [Fact]
    public void Everything_that_is_missing_or_left_over_is_listed()
    {
        Write(t => t.Name switch
        {
            "classifier.bias" => null,
            "vit.encoder.layer.2.output.dense.weight" => null,
            "vit.layernorm.weight" => StoredTensor.From(t.Name, new Tensor(31)),
            "vit.layernorm.bias" => StoredTensor.From<int>(t.Name, [32], new int[32]),
            "vit.embeddings.cls_token" => t.WithName("vit.embeddings.class_token"),
            _ => t,
        });
        ModelReport report = ModelInspection.Of(_folder.Path);
        Assert.False(report.Opens);
        Assert.Null(report.Problem);
        Assert.Equal(
        [
            "classifier.bias [10] nothing", "vit.embeddings.cls_token [1, 1, 32] nothing", "vit.encoder.layer.2.output.dense.weight [32, 64] nothing",
            "vit.layernorm.bias [32] [32] I32", "vit.layernorm.weight [32] [31] F32",
        ], report.Missing.Select(m => $"{m.Name} [{string.Join(", ", m.Expected)}] {m.Found ?? "nothing"}").Order(StringComparer.Ordinal));
        Assert.Equal(["vit.embeddings.class_token"], report.LeftOver);
    }

    [Theory]
    [InlineData("shapes-detr", "DETR", "Objects", "3 of 8 heads in the encoder, 3 of 8 heads in the decoder", 8)]
    [InlineData("shapes-lxmert", "LXMERT", "Questions", "3 over the question, 2 over the regions, 2 over both, each of 4 heads", 36)]
    [InlineData("shapes-llama", "Llama", "NextTokens", "5, each of 4 heads, 2 of keys and values", 0)]
    public void Models_of_objects_questions_and_texts_open_with_their_sizes(string name, string family, string use, string layers, int classes)
    {
        ModelReport report = ModelInspection.Of(Samples.Model(name));
        Assert.True(report.Opens, report.Problem);
        Assert.Equal((family, use, layers, classes, family != "DETR"),
            (report.Family, $"{report.Sizes!.Use}", report.Sizes.Layers, report.Sizes.Classes, report.Sizes.HasTokenizer));
    }

    [Theory]
    [InlineData("bert", "TextClasses", 3)]
    [InlineData("gpt2", "NextTokens", 0)]
    [InlineData("clip_text", "ImageTexts", 0)]
    public void The_use_of_a_language_model_follows_from_its_head(string name, string use, int classes)
    {
        ModelReport report = ModelInspection.Of(Golden.File($"language/{name}"));
        Assert.Equal((use, classes), ($"{report.Sizes!.Use}", report.Sizes.Classes));
    }

    [Fact]
    public void What_a_language_model_lacks_is_listed_and_every_verb_that_reads_it_is_named_to_those_who_want_a_picture_explained()
    {
        string llama = Samples.Model("shapes-llama");
        Write(t => t);
        File.Copy(Path.Combine(llama, "config.json"), _folder["config.json"], overwrite: true);
        ModelReport report = ModelInspection.Of(_folder.Path);
        Assert.False(report.Opens);
        Assert.Contains("embed_tokens.weight", report.Missing.Select(m => m.Name));
        Assert.Contains("'translucent text'", Assert.Throws<TranslucentException>(() => VisionModels.Open(llama)).Message);
    }

    [Theory]
    [InlineData("model_type", "\"swin\"", "'swin' is not a family that is read")]
    [InlineData("hidden_size", "1000000", "of another model")]
    [InlineData("num_hidden_layers", "1000000", "of another model")]
    public void Settings_of_another_model_are_a_problem_and_the_tensors_are_listed_all_the_same(string key, string value, string expected)
    {
        Write(t => t);
        JsonObject config = JsonNode.Parse(File.ReadAllText(_folder["config.json"]))!.AsObject();
        config[key] = JsonNode.Parse(value);
        if (key == "hidden_size") config["num_attention_heads"] = 1;
        _folder.Add("config.json", config.ToJsonString());
        long before = GC.GetAllocatedBytesForCurrentThread();
        ModelReport report = ModelInspection.Of(_folder.Path);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1L << 29);
        Assert.Contains(expected, report.Problem);
        Assert.Equal(72, report.Tensors.Count);
        Assert.InRange(report.Missing.Count, 0, 10_000);
    }

    [Fact]
    public void A_folder_that_is_no_model_is_a_problem_and_no_failure()
    {
        Assert.Contains("has no weights (it is empty)", ModelInspection.Of(_folder.Path).Problem);
        Write(t => t);
        File.Delete(_folder["config.json"]);
        ModelReport report = ModelInspection.Of(_folder.Path);
        Assert.Contains("has no config.json", report.Problem);
        Assert.Equal(("safetensors", 72), (report.Format, report.Tensors.Count));
        _folder.Add("model.safetensors", "<html> no weights");
        Assert.Contains("is a web page", ModelInspection.Of(_folder.Path).Problem);
        Assert.Throws<TranslucentException>(() => ModelInspection.Of(_folder["none"]));
    }

    [Fact]
    public void A_torch_file_names_what_was_not_run()
    {
        ModelReport report = ModelInspection.Of(Golden.File("torch/training.pth"));
        Assert.Contains("argparse.Namespace", report.OtherObjects);
        Assert.Contains("has no config.json beside it", report.Problem);
        Assert.Equal("PyTorch", report.Format);
    }

    void Write(Func<StoredTensor, StoredTensor?> change)
    {
        using Safetensors source = Safetensors.Open(Golden.File("vision/vit/model.safetensors"));
        Safetensors.Write(_folder["model.safetensors"], source.Tensors.Select(change).OfType<StoredTensor>());
        File.Copy(Golden.File("vision/vit/config.json"), _folder["config.json"]);
    }
}
