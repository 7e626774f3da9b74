using Translucent.Checkpoints;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Images;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Tests.Models;

/// <summary>timm's NaFlexViT against PyTorch in float64 (Golden/naflex/make.py), and SigLIP 2's towers under timm's and open_clip's names.</summary>
public sealed class TimmNaflexTests : IDisposable
{
    const string Siglip = """{"architecture":"naflexvit_base_patch16_siglip","num_attention_heads":4}""";

    readonly TempFolder _folder = new();
    readonly GoldenTensors _golden = new("naflex");

    public void Dispose()
    {
        _folder.Dispose();
        _golden.Dispose();
    }

    [Theory]
    [InlineData("gap", "wide", 2, 7)]
    [InlineData("gap", "tall", 6, 5)]
    [InlineData("gap", "square", 4, 4)]
    [InlineData("par_gap", "wide", 2, 7)]
    [InlineData("par_gap", "tall", 6, 5)]
    [InlineData("parfac_gap", "wide", 2, 7)]
    [InlineData("parfac_gap", "tall", 6, 5)]
    [InlineData("parfac_gap", "square", 4, 4)]
    public void Pictures_of_any_shape_equal_the_reference(string kind, string shape, int rows, int columns)
    {
        Write(kind);
        using VisionTransformer model = VisionModels.Open(_folder.Path);
        Tensor positions = model.Embedding.Positions(rows, columns);
        GoldenTensors.Check("positions", _golden[$"positions/{kind}/{shape}"].ToArray(), positions.Span[(2 * 24)..].ToArray());
        Assert.All(positions.Span[..(2 * 24)].ToArray(), v => Assert.Equal(0, v)); // registers have no place
        using Trace trace = model.Forward(_golden.Input($"pixels/{shape}"));
        _golden.Check($"logits/{kind}/{shape}", trace.Logits);
        GoldenTensors.Check("attentions", _golden[$"attentions/{kind}/{shape}"].ToArray(), [.. trace.Steps.SelectMany(s => trace.Attention(s).ToArray())]);
        float[] gae = ClassMethods.Named("gae").Explain(trace, [1]).Tokens!.ToArray(), golden = _golden[$"gae/{kind}/{shape}"].ToArray();
        GoldenTensors.Check($"gae/{kind}/{shape}", golden[^gae.Length..], gae, 2e-5);
        Assert.InRange(gae.Length, rows * columns, rows * columns + 2);
    }

    [Fact]
    public void A_convolution_of_patches_is_the_same_projection()
    {
        Write("gap", """,{"model_args":{"embed_proj_type":"conv"}}""", tensors =>
        {
            float[] flat = tensors.Single(t => t.Name == "embeds.proj.weight").ToTensor().ToArray();
            float[] turned = [.. Enumerable.Range(0, flat.Length).Select(i => flat[i / 48 * 48 + i % 16 * 3 + i % 48 / 16])];
            return [.. tensors.Where(t => t.Name != "embeds.proj.weight"), StoredTensor.From<float>("embeds.proj.weight", [24, 3, 4, 4], turned)];
        });
        using VisionTransformer model = VisionModels.Open(_folder.Path);
        using Trace trace = model.Forward(_golden.Input("pixels/tall"));
        _golden.Check("logits/gap/tall", trace.Logits);
    }

    /// <summary>As timm's own transforms: the fixed size of pretrained_cfg, 384 pixels where it says none; or as preprocessor_config.json says.</summary>
    [Fact]
    public void Photographs_are_prepared_as_the_files_say()
    {
        Write("gap");
        using (VisionTransformer model = VisionModels.Open(_folder.Path))
        {
            Assert.Equal((384, 384), model.Preprocessor.Crop);
            Assert.Equal([0.5f, 0.5f, 0.5f], model.Preprocessor.Mean);
        }
        Write("gap", """,{"pretrained_cfg":{"input_size":[3,24,24],"crop_pct":1.0,"mean":[0.5,0.5,0.5],"std":[0.5,0.5,0.5],"interpolation":"bicubic"}}""");
        Image photo = new(90, 30, 3, [.. Enumerable.Range(0, 8100).Select(i => (byte)(i * 7 + i / 91))]);
        using (VisionTransformer model = VisionModels.Open(_folder.Path))
        {
            using Trace trace = model.Forward(photo);
            Assert.Equal(2 + 36, trace.Streams[0].Length);
            ModelReport report = ModelInspection.Of(_folder.Path);
            Assert.True(report.Opens, report.Problem);
            Assert.Equal(("timm NaFlexViT", 38, (24, 24)), (report.Layout, report.Tokens, report.Input!.Value));
        }
        _folder.Add("preprocessor_config.json", """{"image_processor_type":"Siglip2ImageProcessor","patch_size":4,"max_num_patches":12}""");
        using VisionTransformer flexible = VisionModels.Open(_folder.Path);
        using Trace wide = flexible.Forward(photo);
        PatchGrid grid = Assert.IsType<PatchGrid>(wide.Streams[0].Layout);
        Assert.Equal((2, 6), (grid.Rows, grid.Columns));
    }

    [Fact]
    public void SigLIP_2_gives_the_same_bits_under_the_names_of_timm_and_of_open_clip()
    {
        List<StoredTensor> tensors = Siglip2();
        using GoldenTensors flexible = new("siglip2");
        using VisionTransformer own = VisionModels.Open(Golden.File("siglip2"));
        CaseModels.Write(_folder["timm"], OpenClipSiglipFolder.Timm(tensors, flexible: true), Siglip);
        new OpenClipSiglipFolder { Config = OpenClipSiglipFolder.Second.Replace("vit_so400m_patch16_siglip_256", "naflexvit_base_patch16_siglip") }
            .Write(_folder["open_clip"], new OpenClipSiglipFolder().Tensors(tensors, flexible: true));
        using VisionTransformer timm = VisionModels.Open(_folder["timm"]), clip = VisionModels.Open(_folder["open_clip"]);
        Assert.Equal("open_clip SigLIP", ModelInspection.Of(_folder["open_clip"]).Layout);
        using ClipText text = ClipText.Open(_folder["open_clip"]);
        using Trace told = text.Forward([[5, 9, 14, 1, 1, 1, 1, 1, 1, 1, 1, 1]]);
        Tensor vectors = ClipText.Embeddings(told);
        foreach (string shape in (string[])["wide", "tall", "square"])
        {
            Tensor pixels = flexible.Input($"pixels/{shape}");
            using Trace expected = own.WithClasses(vectors, 1.1f).Forward(pixels), first = timm.WithClasses(vectors, 1.1f).Forward(pixels);
            using Trace second = clip.WithClasses(vectors, 1.1f).Forward(pixels);
            Assert.Equal(expected.Tape["pooled"].Value.ToArray(), first.Tape["pooled"].Value.ToArray());
            Assert.Equal(expected.Logits.ToArray(), second.Logits.ToArray());
        }
        Assert.Equal((32, 32), clip.Preprocessor.Crop);
    }

    [Theory]
    [InlineData("""{"num_attention_heads":4}""", "does not tell 'architecture'")]
    [InlineData("""{"architecture":"a","model_args":{"num_heads":4,"pos_embed_interp_mode":"nearest"}}""", "_mode' is text 'nearest', expected bil")]
    [InlineData("""{"architecture":"a","model_args":{"num_heads":4,"patchify_channels_last":false}}""", "channels_last' is false, expected true")]
    [InlineData("""{"architecture":"a","model_args":{"num_heads":4,"rope_type":"axial"}}""", "rope_type' is an argument of timm's model that is not")]
    [InlineData("""{"architecture":"a","model_args":{"num_heads":4,"in_chans":2}}""", "'num_channels' (the projection of patches reads 48 numbers")]
    [InlineData("""{"architecture":"a","num_attention_heads":4,"pretrained_cfg":{"input_size":[3,24,32]}}""", "expected channels, height and width")]
    public void What_is_not_read_is_named(string config, string expected)
    {
        Write("gap");
        _folder.Add("config.json", config);
        Assert.Contains(expected, Assert.Throws<TranslucentException>(() => VisionModels.Open(_folder.Path)).Message);
    }

    [Theory]
    [InlineData("embeds.pos_embed", new[] { 1, 2, 8, 24 }, "gap", "are not [1, side, side, width]")]
    [InlineData("embeds.pos_embed_y", new[] { 1, 2, 24 }, "parfac_gap", "has positions of 2 rows and 4 columns")]
    [InlineData("embeds.pos_embed_x", null, "parfac_gap", "lacks the tensor")]
    [InlineData("embeds.pos_embed", null, "gap", "has no positions (embeds.pos_embed); models of timm's NaFlexViT with rotary")]
    [InlineData("embeds.norm.weight", new[] { 24 }, "gap", "embeds.norm.weight")]
    public void Positions_and_tensors_that_do_not_fit_are_named(string name, int[]? shape, string kind, string expected)
    {
        Write(kind, tensors: all =>
        [
            .. all.Where(t => t.Name != name),
            .. shape is null ? Array.Empty<StoredTensor>() : [StoredTensor.From<float>(name, shape, new float[shape.Aggregate((a, b) => a * b)])],
        ]);
        Assert.Contains(expected, Assert.Throws<TranslucentException>(() => VisionModels.Open(_folder.Path)).Message);
    }

    static List<StoredTensor> Siglip2()
    {
        using TensorFile file = TensorFile.Open(Golden.File("siglip2/model.safetensors"));
        return [.. file.Tensors.Select(t => StoredTensor.From<float>(t.Name, t.Shape, t.ToTensor().Span))];
    }

    /// <summary>The model with positions of a kind, under timm's name of such a model.</summary>
    void Write(string kind, string more = "", Func<List<StoredTensor>, List<StoredTensor>>? tensors = null)
    {
        using TensorFile file = TensorFile.Open(Golden.File("naflex/model.safetensors"));
        List<StoredTensor> all = [.. file.Tensors.Where(t => kind == "parfac_gap" ? t.Name != "embeds.pos_embed" : !t.Name.StartsWith("embeds.pos_embed_",
            StringComparison.Ordinal)).Select(t => StoredTensor.From<float>(t.Name, t.Shape, t.ToTensor().Span))];
        Safetensors.Write(_folder["model.safetensors"], [.. tensors is null ? all : tensors(all)]);
        string inner = more.Length == 0 ? "" : "," + more[2..^1];
        _folder.Add("config.json", $$"""{"architecture":"naflexvit_base_patch16_{{kind}}","global_pool":"avg","num_attention_heads":4{{inner}}}""");
    }
}
