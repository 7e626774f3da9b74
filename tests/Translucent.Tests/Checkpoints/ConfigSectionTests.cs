using System.Text.Json;
using Translucent.Checkpoints;
using Translucent.Files;

namespace Translucent.Tests.Checkpoints;

public sealed class ConfigSectionTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    ConfigSection Config(string json) => ConfigSection.Open(_folder.Add("config.json", json));

    [Fact]
    public void A_real_config_reads()
    {
        ConfigSection config = ConfigSection.Open(Golden.File("vision/vit/config.json"));
        Assert.Equal("vit", config.String("model_type"));
        Assert.Equal(32, config.Int("hidden_size"));
        Assert.Equal(1e-12f, config.Float("layer_norm_eps"));
        Assert.True(config.Bool("qkv_bias"));
        Assert.Equal(["ViTForImageClassification"], config.Strings("architectures"));
        ConfigSection labels = config.Section("id2label");
        Assert.Equal("LABEL_9", labels.String("9"));
        Assert.Equal(10, labels.Keys.Count());
    }

    [Fact]
    public void Fallbacks_stand_in_for_absent_and_null_alone()
    {
        ConfigSection config = Config("""{"nothing":null,"size":{"height":224},"mean":[0.5,1],"grid":[2,3]}""");
        Assert.Equal(7, config.Int("absent", 7));
        Assert.Equal(7, config.Int("nothing", 7));
        Assert.Equal(0.5f, config.Float("nothing", 0.5f));
        Assert.Equal("x", config.String("nothing", "x"));
        Assert.False(config.Bool("nothing", false));
        Assert.False(config.Has("nothing"));
        Assert.Equal(JsonValueKind.Undefined, config.Kind("nothing"));
        Assert.Equal(JsonValueKind.Object, config.Kind("size"));
        Assert.Equal([0.5f, 1f], config.Floats("mean"));
        Assert.Equal([2, 3], config.Ints("grid"));
        Assert.Throws<TranslucentException>(() => config.Int("size", 7));
    }

    public static TheoryData<string, string> Errors => new()
    {
        { """{"hidden_sise":1}""", "has no 'hidden_size', expected a whole number; the nearest is 'hidden_sise'." },
        { """{"hidden_size":null}""", "has no 'hidden_size', expected a whole number" },
        { """{"hidden_size":"768"}""", "'hidden_size' is text '768', expected a whole number." },
        { """{"hidden_size":1.5}""", "'hidden_size' is 1.5, expected a whole number." },
        { """{"hidden_size":99999999999}""", "'hidden_size' is 99999999999, expected a whole number." },
        { """{"hidden_size":true}""", "'hidden_size' is true, expected a whole number." },
        { """{"hidden_size":{}}""", "'hidden_size' is an object, expected a whole number." },
        { "[1]", "holds an array, expected a JSON object" },
        { "", "holds 0 bytes, expected at least 1" },
        { "{\n\"a\": }", "is not JSON at line 2" },
        { "{}}", "is not JSON at line 1" },
        { """{"a":"\udc00"}""", "an escape that is not a character" },
    };

    [Theory, MemberData(nameof(Errors))]
    public void A_wrong_config_is_named_in_one_line(string json, string expected)
    {
        string path = _folder.Add("config.json", json);
        string message = Assert.Throws<TranslucentException>(() => ConfigSection.Open(path).Int("hidden_size")).Message;
        Assert.StartsWith($"{path}: ", message);
        Assert.Contains(expected, message);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void Every_type_says_what_it_expects_and_where()
    {
        ConfigSection inner = Config("""{"vision_config":{"x":[1,"a"],"n":1e400}}""").Section("vision_config");
        Assert.Contains("'vision_config.x' is an array, expected text", Message(() => inner.String("x")));
        Assert.Contains("'vision_config.x' is an array, expected true or false", Message(() => inner.Bool("x")));
        Assert.Contains("'vision_config.x' is text 'a', expected a number", Message(() => inner.Floats("x")));
        Assert.Contains("'vision_config.x' is text 'a', expected a whole number", Message(() => inner.Ints("x")));
        Assert.Contains("'vision_config.x' is 1, expected text", Message(() => inner.Strings("x")));
        Assert.Contains("'vision_config.x' is an array, expected an object", Message(() => inner.Section("x")));
        Assert.Contains("'vision_config.n' is 1e400, expected a number", Message(() => inner.Float("n")));
        Assert.Contains("has no 'vision_config.y', expected an array of numbers", Message(() => inner.Floats("y")));
        Assert.Contains("'vision_config.n' is 1e400, expected one of 1, 2", inner.Wrong("n", "one of 1, 2").Message);

        static string Message(Func<object> read) => Assert.Throws<TranslucentException>(read).Message;
    }

    [Fact]
    public void Bytes_that_are_not_text_are_refused_and_a_byte_order_mark_is_not()
    {
        string path = _folder.Add("config.json", [(byte)'{', (byte)'"', 0xFF, (byte)'"', (byte)':', (byte)'1', (byte)'}']);
        Assert.Contains("is not UTF-8", Assert.Throws<TranslucentException>(() => ConfigSection.Open(path)).Message);
        Assert.Equal(1, Config("\uFEFF{\"a\":1}").Int("a"));
    }
}
