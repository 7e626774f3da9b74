using Translucent.Checkpoints;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Images;
using Translucent.Models;

namespace Translucent.Tests.Models;

/// <summary>SigLIP under the names of open_clip: the same weights give the same bits, other settings those of PyTorch in float64 (Golden/siglip).</summary>
public sealed class OpenClipSiglipTests : IDisposable
{
    static readonly ClassTexts s_texts = new(["A cat!", "d-o-g", "this"], "a photo of {}");

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "text.")]
    [InlineData("", "")]
    [InlineData("module.", "text.")]
    [InlineData("state_dict._orig_mod.", "text.")]
    [InlineData("ema.model.", "text.")]
    public void The_same_weights_give_the_same_bits(string prefix, string text)
    {
        using SiglipFixture f = new();
        OpenClipSiglipFolder folder = new() { Prefix = prefix, TextPrefix = text };
        folder.Write(_folder.Path, folder.Tensors().OrderByDescending(t => t.Name.GetHashCode(StringComparison.Ordinal) % 7));
        using VisionTransformer tower = VisionModels.Open(_folder.Path);
        Assert.Equal("open_clip SigLIP", ModelInspection.Of(_folder.Path).Layout);
        Assert.Empty(ZeroShot.Missing(_folder.Path));
        using Trace trace = tower.WithTexts(_folder.Path, s_texts).Forward(f.Input("pixel_values"));
        using Trace expected = f.Tower.WithTexts(SiglipFixture.Folder, s_texts).Forward(f.Input("pixel_values"));
        Assert.Equal(expected.Logits.ToArray(), trace.Logits.ToArray());
        Assert.Equal(ScoreMeaning.AnyOf, trace.Readout!.Meaning);
        foreach (string method in (string[])["gae", "lrp", "ultra"])
            Assert.Equal(Rows(method, expected), Rows(method, trace));
        using ClipText texts = ClipText.Open(_folder.Path);
        using Trace read = texts.Forward(f.Ids);
        f.Check("text_embeds", ClipText.Embeddings(read));
    }

    [Fact]
    public void The_first_version_has_erf_activations()
    {
        using SiglipFixture f = new();
        new OpenClipSiglipFolder { Config = OpenClipSiglipFolder.First }.Write(_folder.Path);
        using ClipText text = ClipText.Open(_folder.Path);
        using Trace read = text.Forward(f.Ids);
        f.Check("text_embeds_gelu", ClipText.Embeddings(read));
        using VisionTransformer tower = VisionModels.Open(_folder.Path);
        using Trace trace = tower.WithClasses(ClipText.Embeddings(read), text.LogitScale!.Value).Forward(f.Input("pixel_values"));
        f.Check("pooled_gelu", trace.Tape["pooled"].Value);
        f.Check("zero_shot_gelu", trace.Logits);
    }

    /// <summary>Half precision widens to the same numbers under either name; a file of weights is as good as its folder, and shards as one file.</summary>
    [Fact]
    public void Encodings_files_and_shards_change_nothing()
    {
        OpenClipSiglipFolder folder = new();
        StoredTensor[] half = [.. folder.Tensors().Select(t => StoredTensor.From(t.Name, t.Shape, StoredType.F16,
            System.Runtime.InteropServices.MemoryMarshal.AsBytes(t.ToTensor().ToArray().Select(v => (Half)v).ToArray().AsSpan())))];
        folder.Write(_folder["one"], half);
        folder.Write(_folder["many"], half[..20], "model-00001-of-00002.safetensors");
        Safetensors.Write(Path.Combine(_folder["many"], "model-00002-of-00002.safetensors"), half[20..]);
        string map = string.Join(',', half.Select((t, i) => $"\"{t.Name}\":\"model-0000{(i < 20 ? 1 : 2)}-of-00002.safetensors\""));
        File.WriteAllText(Path.Combine(_folder["many"], "model.safetensors.index.json"), "{\"weight_map\":{" + map + "}}");
        float[] one = Logits(_folder["one"]);
        Assert.Equal(one, Logits(_folder["many"]));
        Assert.Equal(one, Logits(Path.Combine(_folder["one"], "open_clip_model.safetensors")));
    }

    [Theory]
    [InlineData("canonicalize", "A snow_man!", "a snow man")]
    [InlineData("lower", " A  Cat ", "a cat")]
    [InlineData("whitespace", " a  cat ", "a cat")]
    [InlineData("whitespace_underscore", "a_cat", "a cat")]
    public void Texts_are_cleaned_as_open_clip_does(string clean, string text, string expected)
    {
        new OpenClipSiglipFolder { Config = OpenClipSiglipFolder.Second.Replace("canonicalize", clean) }.Write(_folder.Path);
        using SiglipFixture f = new();
        using VisionTransformer tower = VisionModels.Open(_folder.Path);
        float[] Scores(string words)
        {
            using Trace trace = tower.WithTexts(_folder.Path, new ClassTexts([words], "{}")).Forward(f.Input("pixel_values"));
            return trace.Logits.ToArray();
        }
        Assert.Equal(Scores(expected), Scores(text));
    }

    [Fact]
    public void A_text_tower_without_a_projection_is_read_as_it_is()
    {
        using SiglipFixture f = new();
        new OpenClipSiglipFolder { Config = OpenClipSiglipFolder.Second.Replace("\"proj_bias\":true", "\"proj_type\":\"none\"") }.Write(_folder.Path,
            new OpenClipSiglipFolder().Tensors().Where(t => !t.Name.Contains("text_projection", StringComparison.Ordinal)));
        Assert.Empty(ZeroShot.Missing(_folder.Path));
        using ClipText text = ClipText.Open(_folder.Path);
        using Trace read = text.Forward(f.Ids);
        Assert.Equal(read.Tape["pooled"].Value.ToArray(), ClipText.Embeddings(read).ToArray());
    }

    [Fact]
    public void Photographs_are_prepared_as_the_file_says()
    {
        string other = OpenClipSiglipFolder.Second.Replace("\"image_size\":32", "\"image_size\":38").Replace("[0.5,0.5,0.5],\"std\"", "[0.4,0.5,0.6],\"std\"");
        new OpenClipSiglipFolder { Config = other }.Write(_folder.Path);
        using VisionTransformer squashed = VisionModels.Open(_folder.Path);
        ResizeTarget resize = squashed.Preprocessor.Resize!.Value;
        Assert.Equal((38, 38, false), (resize.Width, resize.Height, resize.KeepAspect));
        Assert.Equal([0.4, 0.5, 0.6], squashed.Preprocessor.Mean.Select(m => Math.Round(m, 6)));
        Assert.Equal(Resampling.Bicubic, squashed.Preprocessor.Filter);
    }

    [Theory]
    [InlineData("\"timm_model_name\":\"vit_so400m_patch16_siglip_256\"", "\"timm_model_name\":\"vit_pe_core_base_patch16_224\"", "a tower of SigLIP")]
    [InlineData("\"pool_type\":\"last\"", "\"pool_type\":\"argmax\"", "'model_cfg.text_cfg.pool_type' is text 'argmax', expected last")]
    [InlineData("\"no_causal_mask\":true,", "", "has no 'model_cfg.text_cfg.no_causal_mask', expected true")]
    [InlineData("\"num_heads\":4", "\"num_heads\":4,\"qk_norm\":true", "'model_cfg.vision_cfg.timm_model_kwargs.qk_norm' is an argument of timm's model")]
    [InlineData("\"squash\"", "\"longest\"", "'preprocess_cfg.resize_mode' is text 'longest', expected shortest or squash")]
    [InlineData("\"approximate\":\"tanh\"", "\"approximate\":\"sin\"", "expected none or tanh")]
    public void What_computes_otherwise_is_refused_by_name(string found, string instead, string expected)
    {
        Assert.Contains(found, OpenClipSiglipFolder.Second);
        new OpenClipSiglipFolder { Config = OpenClipSiglipFolder.Second.Replace(found, instead) }.Write(_folder.Path);
        Assert.Contains(expected, Assert.Throws<TranslucentException>(() => VisionModels.Open(_folder.Path)).Message);
    }

    [Fact]
    public void Activations_that_nothing_tells_are_asked_for()
    {
        OpenClipSiglipFolder folder = new() { Config = null };
        folder.Write(_folder.Path);
        _folder.Add("config.json", """{"vision_config":{"num_attention_heads":4},"text_config":{"num_attention_heads":4}}""");
        Assert.Contains("does not tell 'vision_config.hidden_act'", Assert.Throws<TranslucentException>(() => VisionModels.Open(_folder.Path)).Message);
        _folder.Add("config.json", """
            {"vision_config":{"num_attention_heads":4,"hidden_act":"gelu_pytorch_tanh"},"text_config":{"num_attention_heads":4}}
            """);
        using (VisionTransformer image = VisionModels.Open(_folder.Path)) Assert.True(image.TakesTexts);
        Assert.Contains("'text_config.hidden_act' is text 'not told', expected one of gelu",
            Assert.Throws<TranslucentException>(() => ClipText.Open(_folder.Path)).Message);
        _folder.Add("config.json", """
            {"vision_config":{"num_attention_heads":4,"hidden_act":"gelu_pytorch_tanh"},
            "text_config":{"num_attention_heads":4,"hidden_act":"gelu_pytorch_tanh"}}
            """);
        Assert.Equal(Logits(new OpenClipSiglipFolder().Write(_folder["told"])), Logits(_folder.Path));
    }

    [Fact]
    public void A_broken_pooling_is_named()
    {
        OpenClipSiglipFolder folder = new();
        folder.Write(_folder.Path,
            folder.Tensors().Select(t => t.Name.EndsWith("attn_pool.kv.weight", StringComparison.Ordinal) ? t.Reshaped(t.Name, 2048) : t));
        Assert.Contains("expected the queries of the attention pooling and its keys and values",
            Assert.Throws<TranslucentException>(() => VisionModels.Open(_folder.Path)).Message);
    }

    static float[] Rows(string method, Trace trace) => ClassMethods.Named(method).Explain(trace, [0, 2]).Tokens!.ToArray();

    static float[] Logits(string path)
    {
        using Safetensors input = Safetensors.Open(Golden.File("siglip/input.safetensors"));
        using VisionTransformer tower = VisionModels.Open(path);
        using Trace trace = tower.WithTexts(path, s_texts).Forward(input["pixel_values"].ToTensor());
        return trace.Logits.ToArray();
    }
}
