using System.Text.Json.Nodes;
using Translucent.Files;
using Translucent.Models;

namespace Translucent.Tests.Models;

/// <summary>num_labels, id2label and the rows of a head that contradict each other are an error which names them, in every family.</summary>
public sealed class LabelCountTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("vision/vit", "num_labels", 0, "'num_labels' is 0, but id2label names 10 classes and classifier.weight has 10 rows")]
    [InlineData("vision/vit", "num_labels", 11, "'num_labels' is 11, but id2label names 10 classes")]
    [InlineData("vision/deit", "num_labels", 3, "'num_labels' is 3, but id2label names 10 classes and cls_classifier.weight has 10 rows")]
    [InlineData("vision/dinov2", "num_labels", 0, "'num_labels' is 0, but id2label names")]
    [InlineData("language/bert", "num_labels", 2, "'num_labels' is 2, but id2label names 3 classes and classifier.weight has 3 rows")]
    [InlineData("multimodal/detr", "num_labels", 91,
        "'num_labels' is 91, but id2label names 5 classes and class_labels_classifier.weight has 6 rows, a class each and 1 for nothing")]
    [InlineData("multimodal/lxmert", "num_qa_labels", 9, "'num_qa_labels' is 9, but answer_head.logit_fc.3.weight has 8 rows")]
    public void A_count_that_contradicts_names_and_rows_is_refused(string model, string key, int value, string expected)
    {
        Write(model, c => c[key] = value);
        string message = Assert.Throws<TranslucentException>(() => Open(model)).Message;
        Assert.Contains(expected, message);
        Assert.DoesNotContain('\n', message);
    }

    [Theory]
    [InlineData("multimodal/detr", 4, "'id2label' names 4 classes, but class_labels_classifier.weight has 6 rows")]
    [InlineData("multimodal/lxmert", 4, "'id2label' names 4 answers, but answer_head.logit_fc.3.weight has 8 rows")]
    [InlineData("language/bert", 4, "'id2label' names 4 classes, but classifier.weight has 3 rows")]
    public void Names_that_contradict_the_rows_are_refused(string model, int names, string expected)
    {
        Write(model, c => c["id2label"] = Names(names, "name"));
        Assert.Contains(expected, Assert.Throws<TranslucentException>(() => Open(model)).Message);
    }

    [Theory]
    [InlineData("vision/vit", 10)]
    [InlineData("language/bert", 3)]
    [InlineData("multimodal/detr", 5)]
    public void A_count_that_agrees_changes_nothing(string model, int value)
    {
        Write(model, c => c["num_labels"] = value);
        Open(model);
    }

    [Fact]
    public void The_names_that_stand_in_every_configuration_do_not_contradict_answers()
    {
        Write("multimodal/lxmert", c => c["id2label"] = Names(2, "LABEL_"));
        Open("multimodal/lxmert");
    }

    [Fact]
    public void Counts_of_a_model_without_a_head_mean_nothing()
    {
        Write("vision/dino", c => c["num_labels"] = 0);
        Open("vision/dino");
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(7, false)]
    [InlineData(5, true)]
    public void The_count_in_a_configuration_of_timm_is_held_to_the_head_too(int classes, bool opens)
    {
        CaseModels.Write(_folder.Path, CaseModels.Timm(), new JsonObject
        {
            ["architecture"] = "vit_tiny_patch8_24",
            ["num_classes"] = classes,
            ["num_attention_heads"] = 4,
            ["pretrained_cfg"] = new JsonObject { ["mean"] = new JsonArray(0.5, 0.5, 0.5), ["std"] = new JsonArray(0.5, 0.5, 0.5) },
        }.ToJsonString());
        if (opens) VisionModels.Open(_folder.Path).Dispose();
        else
            Assert.Contains($"'num_classes' is {classes}, but classifier.weight has 5 rows",
                Assert.Throws<TranslucentException>(() => VisionModels.Open(_folder.Path)).Message);
    }

    static JsonObject Names(int count, string stem)
    {
        JsonObject names = [];
        for (int i = 0; i < count; i++) names[$"{i}"] = $"{stem}{i}";
        return names;
    }

    void Write(string model, Action<JsonObject> change)
    {
        JsonObject config = JsonNode.Parse(File.ReadAllText(Golden.File($"{model}/config.json")))!.AsObject();
        change(config);
        _folder.Add("config.json", config.ToJsonString());
        File.Copy(Golden.File($"{model}/model.safetensors"), _folder["model.safetensors"]);
    }

    void Open(string model)
    {
        using IDisposable opened = model switch
        {
            "language/bert" => LanguageModels.Open(_folder.Path),
            "multimodal/detr" => Detr.Open(_folder.Path),
            "multimodal/lxmert" => Lxmert.Open(_folder.Path),
            _ => VisionModels.Open(_folder.Path),
        };
    }
}
