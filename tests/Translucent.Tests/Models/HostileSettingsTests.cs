using System.Text.Json.Nodes;
using Translucent.Files;
using Translucent.Models;

namespace Translucent.Tests.Models;

/// <summary>Settings that ask for what no machine has, and settings that are not there.</summary>
public sealed class HostileSettingsTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("dinov2", "mlp_ratio", "1e30", "'mlp_ratio' is 1e30, expected how many times wider")]
    [InlineData("dinov2", "mlp_ratio", "-1", "'mlp_ratio' is -1, expected how many times wider")]
    [InlineData("dinov2", "hidden_size", "2147483647", "'hidden_size' is 2147483647, expected a number from 1 to a million")]
    [InlineData("dinov2_reg", "num_register_tokens", "-3", "'num_register_tokens' is -3, expected a number of tokens")]
    [InlineData("dinov2_reg", "num_register_tokens", "2147483647", "'num_register_tokens' is 2147483647, expected a number of tokens")]
    [InlineData("vit", "num_labels", "2000000000", "'num_labels' is 2000000000, expected a number from 1 to a million")]
    [InlineData("vit", "num_labels", "-1", "'num_labels' is -1, expected a number from 1 to a million")]
    [InlineData("vit", "image_size", "1000000", "'image_size' is 1000000, expected at least one patch (8) and at most 16384")]
    public void A_size_beyond_reason_is_refused_before_memory_is_taken(string family, string key, string value, string expected)
    {
        JsonObject config = Config(family);
        if (key == "num_labels") config.Remove("id2label");
        config[key] = JsonNode.Parse(value);
        string folder = Write(family, config);
        long before = GC.GetAllocatedBytesForCurrentThread();
        string message = Assert.Throws<TranslucentException>(() => VisionModels.Open(folder)).Message;
        Assert.Contains(expected, message);
        Assert.Contains(expected, ModelInspection.Of(folder).Problem);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 20);
    }

    [Theory]
    [InlineData("""{"hidden_size":1048576,"num_hidden_layers":1048576,"num_attention_heads":1}""")]
    [InlineData("""{"hidden_size":8192,"intermediate_size":8192,"num_hidden_layers":1048576,"num_attention_heads":1}""")]
    [InlineData("""{"patch_size":16384,"image_size":16384}""")]
    public void Diagnosis_of_settings_that_fit_nothing_takes_little_memory(string settings)
    {
        JsonObject config = Config("vit");
        foreach ((string key, JsonNode? value) in JsonNode.Parse(settings)!.AsObject()) config[key] = value!.DeepClone();
        long before = GC.GetAllocatedBytesForCurrentThread();
        ModelReport report = ModelInspection.Of(Write("vit", config));
        Assert.False(report.Opens);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1L << 30);
    }

    public static TheoryData<string, string> Keys
    {
        get
        {
            TheoryData<string, string> keys = new();
            foreach ((string family, string required) in (IEnumerable<(string, string)>)
            [
                ("vit", "model_type hidden_size num_hidden_layers num_attention_heads intermediate_size patch_size image_size"),
                ("dino", "model_type hidden_size num_hidden_layers num_attention_heads intermediate_size patch_size image_size"),
                ("deit", "model_type hidden_size num_hidden_layers num_attention_heads intermediate_size patch_size image_size"),
                ("dinov2", "model_type hidden_size num_hidden_layers num_attention_heads patch_size image_size"),
                ("dinov2_reg", "model_type hidden_size num_hidden_layers num_attention_heads patch_size image_size"),
                ("clip_vision", "model_type"), // what published files leave out has the values of ViT-B/32
            ])
                foreach (string key in required.Split(' ')) keys.Add(family, key);
            return keys;
        }
    }

    [Theory, MemberData(nameof(Keys))]
    public void A_required_key_that_is_missing_is_named(string family, string key)
    {
        JsonObject config = Config(family);
        Assert.True(config.Remove(key));
        string message = Assert.Throws<TranslucentException>(() => VisionModels.Open(Write(family, config))).Message;
        Assert.Contains($"config.json: has no '{key}', expected", message);
        Assert.DoesNotContain('\n', message);
    }

    [Theory]
    [InlineData("vit")]
    [InlineData("dino")]
    [InlineData("deit")]
    [InlineData("dinov2")]
    [InlineData("dinov2_reg")]
    [InlineData("clip_vision")]
    public void Without_any_other_key_the_model_opens_or_the_error_names_what_does_not_fit(string family)
    {
        foreach (string key in Config(family).Select(p => p.Key))
        {
            JsonObject config = Config(family);
            config.Remove(key);
            try
            {
                VisionModels.Open(Write(family, config)).Dispose();
            }
            catch (TranslucentException e)
            {
                Assert.True(e.Message.Contains($"'{key}'") || e.Message.Contains("config.json may be of another model")
                    || e.Message.Contains("checkpoint has no"), $"{family} without {key}: {e.Message}");
            }
        }
    }

    static JsonObject Config(string family) => JsonNode.Parse(File.ReadAllText(Golden.File($"vision/{family}/config.json")))!.AsObject();

    string Write(string family, JsonObject config)
    {
        _folder.Add("config.json", config.ToJsonString());
        if (!File.Exists(_folder["model.safetensors"])) File.Copy(Golden.File($"vision/{family}/model.safetensors"), _folder["model.safetensors"]);
        return _folder.Path;
    }
}
