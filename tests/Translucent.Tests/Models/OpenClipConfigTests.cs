using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Images;
using Translucent.Models;

namespace Translucent.Tests.Models;

/// <summary>What open_clip_config.json says of a CLIP with the names of OpenAI: how photographs are prepared, and that it computes otherwise.</summary>
public sealed class OpenClipConfigTests : IDisposable
{
    const string Config = """
        {"model_cfg":{"quick_gelu":true,"vision_cfg":{"image_size":32,"head_width":8},"text_cfg":{}},
        "preprocess_cfg":{"mean":[0.5,0.4,0.3],"std":[0.5,0.5,0.5],"interpolation":"bilinear","resize_mode":"squash"}}
        """;

    readonly TempFolder _folder = new();

    public OpenClipConfigTests()
    {
        using TensorFile file = TensorFile.Open(Golden.File("vision/clip_vision/model.safetensors"));
        Safetensors.Write(_folder["open_clip_model.safetensors"], OtherLayouts.Clip([.. file.Tensors.Where(t => t.Type.IsFloat())]));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Photographs_are_prepared_as_it_says()
    {
        _folder.Add("open_clip_config.json", Config);
        using (VisionTransformer model = VisionModels.Open(_folder.Path))
        {
            Assert.Equal(new ResizeTarget(32, 32, false), model.Preprocessor.Resize);
            Assert.Equal([0.5, 0.4, 0.3], model.Preprocessor.Mean.Select(m => Math.Round(m, 6)));
            Assert.Equal(Resampling.Bilinear, model.Preprocessor.Filter);
        }
        _folder.Add("open_clip_config.json", """{"model_cfg":{"quick_gelu":true,"vision_cfg":{"head_width":8}}}"""); // open_clip's own defaults
        using (VisionTransformer model = VisionModels.Open(_folder.Path))
        {
            Assert.Equal(new ResizeTarget(32, 32, true), model.Preprocessor.Resize);
            Assert.Equal(0.48145466, model.Preprocessor.Mean[0], 1e-6);
        }
    }

    [Theory]
    [InlineData("\"head_width\":8", "\"head_width\":8,\"pool_type\":\"avg\"", "'model_cfg.vision_cfg.pool_type' is text 'avg', expected tok or argmax")]
    [InlineData("\"text_cfg\":{}", "\"text_cfg\":{\"no_causal_mask\":true}", "'model_cfg.text_cfg.no_causal_mask' is true, expected false")]
    [InlineData("\"text_cfg\":{}", "\"text_cfg\":{\"norm_kwargs\":{\"eps\":1e-6}}", "'model_cfg.text_cfg.norm_kwargs' is an object, expected none")]
    [InlineData("\"head_width\":8", "\"head_width\":8,\"final_ln_after_pool\":true", "'model_cfg.vision_cfg.final_ln_after_pool' is true, expected false")]
    [InlineData("squash", "longest", "'preprocess_cfg.resize_mode' is text 'longest', expected shortest or squash")]
    public void What_computes_otherwise_is_refused_by_the_key(string found, string instead, string expected)
    {
        _folder.Add("open_clip_config.json", Config.Replace(found, instead));
        Assert.Contains(expected, Assert.Throws<TranslucentException>(() => VisionModels.Open(_folder.Path)).Message);
    }
}
