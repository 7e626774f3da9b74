using System.Text.Json.Nodes;
using Translucent.Checkpoints;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Tests.Models;

/// <summary>Texts of CLIP are cleaned where the original program does it, with its layouts of names, and nowhere else.</summary>
public sealed class OpenClipTextTests : IDisposable
{
    const string Curled = "A \u201CCAT\u201D &amp;amp; \uFF44\uFF4F\uFF47\u0007", Plain = "a \"cat\" & dog";

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Hugging_faces_tokenizer_reads_texts_as_they_are()
    {
        ClipFolder.Small().Write(_folder["clip"]);
        Assert.NotEqual(Vector(_folder["clip"], Plain), Vector(_folder["clip"], Curled));
        Assert.Empty(ZeroShot.Doubts(_folder["clip"], new ClassTexts(["caf\u00C3\u00A9"])));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("whitespace", true)]
    [InlineData("whitespace_underscore", true)]
    public void The_names_of_open_clip_bring_its_cleaning(string? kind, bool same)
    {
        OpenClip(kind is null ? null : new JsonObject { ["tokenizer_kwargs"] = new JsonObject { ["clean"] = kind } });
        Assert.Equal(same, Vector(_folder["open"], Plain).SequenceEqual(Vector(_folder["open"], Curled)));
        Assert.Equal(kind == "whitespace_underscore", Vector(_folder["open"], "a cat").SequenceEqual(Vector(_folder["open"], "a_cat")));
        (string prompt, string found, string meant) = Assert.Single(ZeroShot.Doubts(_folder["open"], new ClassTexts(["caf\u00C3\u00A9", "tea"], "{}")));
        Assert.Equal(("caf\u00C3\u00A9", "\u00C3\u00A9", "\u00E9"), (prompt, found, meant));
    }

    /// <summary>config.json of Hugging Face says that the tokenizer is Hugging Face's, too.</summary>
    [Fact]
    public void A_model_type_brings_hugging_faces_way()
    {
        OpenClip(text: null, named: true);
        Assert.Equal(Vector(_folder["clip"], Curled), Vector(_folder["open"], Curled));
        Assert.Empty(ZeroShot.Doubts(_folder["open"], new ClassTexts(["caf\u00C3\u00A9"])));
    }

    /// <summary>The small CLIP with the names of open_clip.</summary>
    void OpenClip(JsonObject? text, bool named = false)
    {
        ClipFolder.Small().Write(_folder["clip"]);
        Directory.CreateDirectory(_folder["open"]);
        using (TensorFile file = TensorFile.Open(_folder["clip/model.safetensors"]))
            Safetensors.Write(_folder["open/open_clip_model.safetensors"], OtherLayouts.Clip([.. file.Tensors.Where(t => t.Type.IsFloat())]));
        File.Copy(_folder["clip/tokenizer.json"], _folder["open/tokenizer.json"]);
        JsonObject config = JsonNode.Parse(File.ReadAllText(_folder["clip/config.json"]))!.AsObject();
        if (!named) config.Remove("model_type");
        _folder.Add("open/config.json", config.ToJsonString());
        _folder.Add("open/open_clip_config.json", new JsonObject
        {
            ["model_cfg"] = new JsonObject
            {
                ["quick_gelu"] = true,
                ["vision_cfg"] = new JsonObject { ["image_size"] = 32, ["head_width"] = 12 },
                ["text_cfg"] = text ?? [],
            },
        }.ToJsonString());
    }

    static float[] Vector(string folder, string text)
    {
        using VisionTransformer images = VisionModels.Open(folder);
        Tensor pixels = new(1, 3, 32, 32);
        for (int i = 0; i < pixels.Length; i++) pixels.Span[i] = MathF.Sin(i);
        using Trace trace = images.WithTexts(folder, new ClassTexts([text], "{}")).Forward(pixels);
        return trace.Logits.ToArray();
    }
}
