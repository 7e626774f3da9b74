using System.Text.Json.Nodes;
using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tests.Models;

namespace Translucent.Tests.Checkpoints;

/// <summary>Keys of config.json that matter: read, named, or refused.</summary>
public sealed class SettingsInUseTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    IReadOnlyList<string> Unread(string config)
    {
        CaseModels.Write(_folder.Path, CaseModels.Plain(), config);
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
        using VisionTransformer model = VisionModels.Open(checkpoint);
        return checkpoint.UnreadSettings;
    }

    [Fact]
    public void Keys_that_nobody_asks_for_are_told_and_those_of_training_are_not()
    {
        Assert.Empty(Unread(CaseModels.Config(("hidden_dropout_prob", 0.1), ("torch_dtype", "float32"), ("initializer_range", 0.02), ("num_beams", 1))));
        Assert.Equal(["window_size", "rope_theta"], Unread(CaseModels.Config(("window_size", 7), ("rope_theta", 100.0))));
    }

    [Fact]
    public void No_bundled_model_has_settings_that_are_not_read()
    {
        foreach (string folder in Directory.GetDirectories(Samples.Model("")).Where(f => File.Exists(Path.Combine(f, "config.json"))))
            Assert.Empty(ModelInspection.Of(folder).UnreadSettings);
    }

    [Theory]
    [InlineData("use_relative_position_bias")]
    [InlineData("use_mean_pooling")]
    [InlineData("use_qk_norm")]
    public void Keys_that_contradict_what_is_computed_are_refused(string key)
    {
        Assert.Contains($"'{key}' is true, expected false", Assert.Throws<TranslucentException>(() => Unread(CaseModels.Config((key, true)))).Message);
        Assert.Empty(Unread(CaseModels.Config((key, false))));
    }

    /// <summary>Names that several classes have stand under one of their numbers in label2id.</summary>
    [Theory]
    [InlineData("""["crane","dog","crane","cat","e"]""", """{"crane":2,"dog":1,"cat":3,"e":4}""", false)]
    [InlineData("""{"0":"crane","1":"dog","2":"crane","3":"cat","4":"e"}""", """{"crane":0,"dog":"1","cat":3,"e":4}""", false)]
    [InlineData("""["crane","dog","crane","cat","e"]""", """{"crane":1,"dog":0}""", true)]
    [InlineData("""["a","b","c","d","e"]""", """{"LABEL_0":0,"LABEL_1":1}""", true)]
    [InlineData("""["a","b","c","d","e"]""", """{"a":0,"f":5}""", true)]
    public void Numbers_of_classes_that_contradict_their_names_are_told(string names, string numbers, bool told) =>
        Assert.Equal(told ? ["label2id"] : [], Unread(CaseModels.Config(("id2label", JsonNode.Parse(names)!), ("label2id", JsonNode.Parse(numbers)!))));

    /// <summary>Keys of the configurations of google-bert/bert-base-multilingual-cased, openai-community/gpt2 and facebook/detr-resnet-50 that have no effect
    /// are not warned of.</summary>
    [Theory]
    [InlineData("language/bert", """{"directionality":"bidi","pooler_fc_size":768,"pooler_type":"first_token_transform","gradient_checkpointing":false}""")]
    [InlineData("language/gpt2", """{"reorder_and_upcast_attn":false,"n_ctx":1024,"resid_pdrop":0.1,"summary_type":"cls_index","attn_pdrop":0.1}""")]
    [InlineData("multimodal/detr", """{"max_position_embeddings":1024,"bbox_cost":5,"eos_coefficient":0.1,"init_xavier_std":1.0,"encoder_layerdrop":0.0}""")]
    public void Published_keys_without_effect_are_known(string model, string keys)
    {
        JsonObject config = JsonNode.Parse(File.ReadAllText(Golden.File($"{model}/config.json")))!.AsObject();
        foreach ((string key, JsonNode? value) in JsonNode.Parse(keys)!.AsObject()) config[key] = value!.DeepClone();
        _folder.Add("config.json", config.ToJsonString());
        File.Copy(Golden.File($"{model}/model.safetensors"), _folder["model.safetensors"]);
        ModelReport report = ModelInspection.Of(_folder.Path);
        Assert.True(report.Opens, report.Problem);
        Assert.Empty(report.UnreadSettings);
    }

    [Theory]
    [InlineData("""{"0":"a","1":"b","2":3,"3":true,"4":null}""", "a|b|3|true|LABEL_4")]
    [InlineData("""["a","b","c","d","e"]""", "a|b|c|d|e")]
    public void Labels_may_be_of_any_kind_and_a_list(string labels, string expected)
    {
        CaseModels.Write(_folder.Path, CaseModels.Plain(), CaseModels.Config(("id2label", JsonNode.Parse(labels)!)));
        using VisionTransformer model = VisionModels.Open(_folder.Path);
        Assert.Equal(expected, string.Join('|', model.Labels));
    }

    [Theory]
    [InlineData("""{"0":"a","1":"b"}""", "'id2label' names 2 classes, but classifier.weight has 5 rows")]
    [InlineData("""{"0":"a","1":"b","2":"c","3":"d","5":"e"}""", "'id2label' has 5 names but none for class 4")]
    [InlineData("""{"0":"a","1":"b","2":"c","3":"d","4":{}}""", "'id2label' names class 4 by")]
    public void Labels_that_do_not_fit_name_their_key(string labels, string expected)
    {
        CaseModels.Write(_folder.Path, CaseModels.Plain(), CaseModels.Config(("id2label", JsonNode.Parse(labels)!)));
        Assert.Contains(expected, Assert.Throws<TranslucentException>(() => VisionModels.Open(_folder.Path)).Message);
    }

    [Fact]
    public void A_hundred_thousand_labels_and_very_long_ones_are_read_at_once()
    {
        string config = CaseModels.Config(("id2label", new JsonObject(Enumerable.Range(0, 100_000).Select(i =>
            KeyValuePair.Create($"{i}", (JsonNode?)$"label {i}")))));
        ConfigSection section = ConfigSection.Open(_folder.Add("many.json", config));
        Assert.Equal("label 99999", section.Labels()[^1]);
        ConfigSection one = ConfigSection.Open(_folder.Add("long.json", CaseModels.Config(("id2label", new JsonArray(new string('x',
            50_000))))));
        Assert.Equal(new string('x', 255) + "…", one.Labels().Single());
    }

    [Fact]
    public void The_labels_of_timm_are_those_of_its_config()
    {
        CaseModels.Write(_folder.Path, CaseModels.Timm(), """
            {"num_attention_heads":4,"label_names":["n01","n02","n03","n04","n05"],"label_descriptions":{"n02":"a dog, a hound"}}
            """);
        using VisionTransformer model = VisionModels.Open(_folder.Path);
        Assert.Equal(["n01", "a dog, a hound", "n03", "n04", "n05"], model.Labels);
    }
}
