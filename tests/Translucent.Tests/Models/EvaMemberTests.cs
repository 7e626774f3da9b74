using System.Text.RegularExpressions;
using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Checkpoints;
using Translucent.Explain;
using Translucent.Explain.Projection;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Tests.Models;

/// <summary>What members of timm's Eva class have otherwise than most: the names of their original files, and laws of their parts.</summary>
public sealed class EvaMemberTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static List<StoredTensor> Of(string name, params (string From, string To)[] rules)
    {
        using TensorFile file = TensorFile.Open(Golden.File($"families/{name}/model.safetensors"));
        return [.. file.Tensors.Select(t => StoredTensor.From<float>(rules.Aggregate(t.Name, (n, rule) => Regex.Replace(n, rule.From, rule.To)), t.Shape,
            t.ToTensor().Span))];
    }

    static Tensor Pixels(string name)
    {
        using Safetensors input = Safetensors.Open(Golden.File($"families/{name}/input.safetensors"));
        return input["pixel_values"].ToTensor();
    }

    static float[] Logits(string path, string golden)
    {
        using VisionTransformer model = VisionModels.Open(path);
        using Trace trace = model.Forward(Pixels(golden));
        return trace.Logits.ToArray();
    }

    /// <summary>EVA-CLIP's own files, with the tower of texts beside that of images.</summary>
    [Fact]
    public void Names_of_the_original_files_for_the_CLIP_towers_of_EVA_02()
    {
        CaseModels.Write(_folder["m"], Of("eva02_clip", (@"mlp\.fc1_g\.", "mlp.w1."), (@"mlp\.fc1_x\.", "mlp.w2."), (@"mlp\.fc2\.", "mlp.w3."),
            (@"mlp\.norm\.", "mlp.ffn_ln."), (@"attn\.norm\.", "attn.inner_attn_ln."), (@"attn\.([qv])_proj\.bias", "attn.$1_bias"), ("^", "visual."))
            .Append(StoredTensor.From<float>("visual.rope.freqs_cos", [16, 8], new float[128]))
            .Append(StoredTensor.From<float>("text.positional_embedding", [3, 4], new float[12])), """{"num_attention_heads":2}""");
        using (Checkpoint c = Checkpoint.Open(_folder["m"])) Assert.Equal(("timm EVA", "visual."), (c.Layout, c.Prefix));
        Assert.Equal(Logits(Golden.File("families/eva02_clip"), "eva02_clip"), Logits(_folder["m"], "eva02_clip"));
        File.Delete(Path.Combine(_folder["m"], "preprocessor_config.json"));
        using VisionTransformer model = VisionModels.Open(_folder["m"]);
        Assert.Equal(0.48145466, model.Preprocessor.Mean[0]);
    }

    /// <summary>open_clip's folders: the tower under <c>visual.trunk</c>, and settings of their own.</summary>
    [Theory]
    [InlineData("token", true)]
    [InlineData("avg", false)]
    public void Names_and_settings_of_open_clip_for_the_CLIP_towers_of_EVA_02(string pool, bool same)
    {
        CaseModels.Write(_folder["m"], Of("eva02_clip", ("^", "visual.trunk.")).Append(StoredTensor.From<float>("logit_scale", [], [1])), "{}",
            "open_clip_model.safetensors");
        foreach (string file in (string[])["config.json", "preprocessor_config.json"]) File.Delete(Path.Combine(_folder["m"], file));
        File.WriteAllText(Path.Combine(_folder["m"], "open_clip_config.json"), $$$"""
            {"model_cfg":{"embed_dim":5,"vision_cfg":{"image_size":16,"timm_model_name":"eva02_base_patch16_clip_224","timm_pool":"{{{pool}}}","timm_proj":null,
            "timm_model_kwargs":{"num_heads":2} },"text_cfg":{} },"preprocess_cfg":{"mean":[0.125,0.25,0.375],"std":[0.5,0.6,0.7],"resize_mode":"shortest"} }
            """);
        using VisionTransformer model = VisionModels.Open(_folder["m"]);
        Assert.Equal((5, !same), (model.Classes, model.Head!.ReadsMean));
        Assert.Equal([0.125, 0.25, 0.375], model.Preprocessor.Mean);
        if (same) Assert.Equal(Logits(Golden.File("families/eva02_clip"), "eva02_clip"), Logits(_folder["m"], "eva02_clip"));
    }

    /// <summary>EVA giant's CLIP tower differs from the classifier in what its head reads.</summary>
    [Fact]
    public void The_CLIP_tower_of_EVA_giant_reads_its_class_token()
    {
        CaseModels.Write(_folder["m"], Of("eva", ("^fc_norm", "norm")), """{"architecture":"eva_giant_patch14_clip_224.laion400m","num_attention_heads":2}""");
        using VisionTransformer model = VisionModels.Open(_folder["m"]);
        Assert.Equal(("EVA", 5, false), (model.Config.Family, model.Classes, model.Head!.ReadsMean));
        using Trace trace = model.Forward(Pixels("eva"));
        Assert.Equal(trace.Tape["norm"].Value.Row(0).ToArray(), trace.Tape["pooled"].Value.ToArray());
    }

    [Theory]
    [InlineData("pe_core", "Perception Encoder", true, 5)]
    [InlineData("pe_core_patches", "Perception Encoder", true, 5)]
    [InlineData("pe_lang", "Perception Encoder", false, 0)]
    public void Perception_Encoders_are_known_and_named(string name, string family, bool pools, int classes)
    {
        using VisionTransformer model = VisionModels.Open(Golden.File($"families/{name}"));
        Assert.Equal((family, pools, classes), (model.Config.Family, model.Pooling is not null, model.Classes));
        using Trace trace = model.Forward(Pixels(name));
        Assert.Equal(pools, trace.Readout!.Pooling is not null);
        if (pools) Assert.Equal(trace.Tokens, trace.Readout.Reads);
    }

    /// <summary>A class token that the pooling reads takes its part of the relevance, which its own attention brings to the patches.</summary>
    [Fact]
    public void The_class_token_is_one_of_those_that_are_pooled()
    {
        using VisionTransformer model = VisionModels.Open(Golden.File("families/pe_core"));
        using Trace trace = model.Forward(Pixels("pe_core"));
        Tensor raw = ClassMethods.Named("raw").Compute(trace, [0], new SweepOptions());
        Assert.Equal(trace.Tokens, raw.Width);
        Assert.True(raw.Row(0)[0] > 0);
        Assert.Equal(1, raw.ToArray().Sum(), 1e-5f);
    }

    [Theory]
    [InlineData("pe_core", "\"global_pool\": \"map\"", "\"global_pool\": \"avg\"", "'global_pool' is text 'avg', expected map")]
    [InlineData("pe_core", "\"num_classes\": 5", "\"num_classes\": 5, \"model_args\": {\"attn_pool_num_heads\": 3}", "gives the pooling 3 heads")]
    [InlineData("pe_core", "\"num_classes\": 5", "\"num_classes\": 5, \"model_args\": {\"rope_grid_offset\": 0}", "rope_grid_offset' is an argument of")]
    [InlineData("pe_core", "vit_pe_core_base_patch16_224", "vit_pe_core", "expected eva_*")]
    public void What_a_Perception_Encoder_cannot_be_is_said(string golden, string from, string to, string expected)
    {
        CaseModels.Write(_folder["m"], Of(golden), File.ReadAllText(Golden.File($"families/{golden}/config.json")).Replace(from, to));
        Assert.Contains(expected, Assert.Throws<TranslucentException>(() => VisionModels.Open(_folder["m"])).Message);
    }

    /// <summary>A Perception Encoder trained on without its pooling has the names of CLIP's towers of timm, which do not turn.</summary>
    [Theory]
    [InlineData("vit_pe_core_base_patch16_224", false)]
    [InlineData("vit_base_patch16_clip_224", true)]
    public void A_tower_without_what_is_special_to_a_Perception_Encoder_is_not_taken_for_one(string architecture, bool read)
    {
        CaseModels.Write(_folder["m"], Of("pe_core").Where(t => !t.Name.StartsWith("attn_pool", StringComparison.Ordinal)),
            $$"""{"architecture":"{{architecture}}","num_attention_heads":2,"global_pool":"token"}""");
        if (!read) Assert.Contains("its patches have no rotary positions", Assert.Throws<TranslucentException>(() => VisionModels.Open(_folder["m"])).Message);
        else
        {
            using VisionTransformer model = VisionModels.Open(_folder["m"]);
            Assert.Equal("ViT", model.Config.Family);
        }
    }

    /// <summary>Without timm's config.json the table of frequencies tells that they are learned, and how many heads there are.</summary>
    [Theory]
    [InlineData("rope_mixed", "\"image_size\":16")]
    [InlineData("rope_mixed_ape", "\"drop_rate\":0")]
    public void Learned_frequencies_need_no_name(string golden, string config)
    {
        CaseModels.Write(_folder["m"], Of(golden), $$"""{ {{config}} }""");
        Assert.Equal(Logits(Golden.File($"families/{golden}"), golden), Logits(_folder["m"], golden));
    }

    [Fact]
    public void Frequencies_of_another_number_of_blocks_are_refused()
    {
        CaseModels.Write(_folder["m"], Of("rope_mixed").Where(t => !t.Name.StartsWith("blocks.2.", StringComparison.Ordinal)), """{"image_size":16}""");
        Assert.Contains("rope.freqs", Assert.Throws<TranslucentException>(() => VisionModels.Open(_folder["m"])).Message);
    }

    /// <summary>EVA-02 enormous has the names of EVA and another order, which its own name tells; where none is given, its width.</summary>
    [Fact]
    public void EVA_02_enormous_is_known_by_its_name_and_is_another_model_than_EVA()
    {
        string config = File.ReadAllText(Golden.File("families/eva02_behind/config.json"));
        CaseModels.Write(_folder["m"], Of("eva02_behind"), config.Replace("eva02_enormous_patch14_clip_224.laion2b_plus", "eva_giant_patch14_clip_224"));
        Assert.NotEqual(Logits(Golden.File("families/eva02_behind"), "eva02_behind"), Logits(_folder["m"], "eva02_behind"));
        using VisionTransformer model = VisionModels.Open(Golden.File("families/eva02_behind"));
        Assert.All(model.Blocks, b => Assert.True(b.NormsBehind));
        CaseModels.Write(_folder["wide"], Of("eva02_behind").Select(t => t.Name == "patch_embed.proj.weight"
            ? StoredTensor.From<float>(t.Name, [1792, 3, 4, 4], new float[1792 * 48]) : t), "{}");
        using Checkpoint wide = Checkpoint.Open(_folder["wide"]);
        Assert.Equal((true, 16), (wide.Config.Bool("norms_behind"), wide.Config.Int("num_attention_heads")));
    }

    [Fact]
    public void Heads_of_the_pooling_are_those_of_the_arguments()
    {
        string config = File.ReadAllText(Golden.File("families/pe_core/config.json"));
        CaseModels.Write(_folder["m"], Of("pe_core"), config.Replace("\"num_classes\": 5", "\"num_classes\": 5, \"model_args\": {\"attn_pool_num_heads\": 4}"));
        using VisionTransformer model = VisionModels.Open(_folder["m"]);
        using Trace trace = model.Forward(Pixels("pe_core"));
        Assert.Equal(4, trace.Readout!.Pooling!.Step.Heads);
    }

    /// <summary>A normalisation before or behind the matrix of a layer is part of its memories and their coefficients; what is left is the bias.</summary>
    [Theory]
    [InlineData("eva02_clip", TokenState.Attention)]
    [InlineData("eva02_clip", TokenState.Mlp)]
    [InlineData("eva02_behind", TokenState.Attention)]
    [InlineData("eva02_behind", TokenState.Mlp)]
    public void Memories_of_a_normalised_layer_add_up_to_what_it_adds(string name, TokenState layer)
    {
        using VisionTransformer model = VisionModels.Open(Golden.File($"families/{name}"));
        using Trace trace = model.Forward(Pixels(name), Keep.Boundaries);
        EncoderBlock block = model.Blocks[1];
        (Linear last, Op behind) = layer == TokenState.Mlp ? (block.Down, block.Norm2) : (block.Output, block.Norm1);
        Memories memories = Memories.Of(trace, layer, block: 1);
        Tensor k = memories.Coefficients(trace), added = ClassProjection.Tokens(trace, layer, block: 1), e = model.Head!.Embeddings(patches: false);
        double[] bias = [.. last.Bias!.ToArray().Select(v => (double)v)], centred = [.. bias.Select(v => v - bias.Average())];
        for (int token = 0; token < trace.Tokens; token++)
        {
            double expected = 0, found = 0;
            for (int d = 0; d < e.Width; d++)
            {
                double own = !block.NormsBehind ? bias[d]
                    : centred[d] / Deviation(token) * ((LayerNorm)behind).Weight.Span[d] + ((LayerNorm)behind).Bias.Span[d];
                expected += e.Row(2)[d] * (added.Row(token)[d] - own);
            }
            for (int j = 0; j < memories.Count; j++) found += (double)k.Row(token)[j] * memories.Scores.Row(2)[j];
            Assert.Equal(expected, found, 1e-4);
        }

        double Deviation(int token) // from the layer's input over again
        {
            float[]? input = null;
            string site = layer == TokenState.Mlp ? "blocks.1.mlp.act" : "blocks.1.attn.context";
            trace.Tape.Within(site, tape => input = tape[site].Value.Row(token).ToArray());
            Tensor w = last.Weight.ToTensor();
            double[] made = [.. Enumerable.Range(0, w.Rows).Select(r => bias[r] + w.Row(r).ToArray().Zip(input!, (p, q) => (double)p * q).Sum())];
            return Math.Sqrt(made.Select(v => (v - made.Average()) * (v - made.Average())).Average() + 1e-6);
        }
    }

    /// <summary>Values as long as they like: a normalisation takes the factor away, and TokenTM sees the same model.</summary>
    [Theory]
    [InlineData("eva02_clip", @"v_proj\.(weight|bias)$", 1)]
    [InlineData("eva02_behind", @"attn\.proj\.(weight|bias)$", 1)]
    public void TokenTM_does_not_see_the_length_of_values_that_are_normalised_away(string name, string scaled, int cls)
    {
        CaseModels.Write(_folder["m"], Of(name).Select(t => Regex.IsMatch(t.Name, scaled)
            ? StoredTensor.From<float>(t.Name, t.Shape, [.. t.ToTensor().ToArray().Select(v => 64 * v)]) : t),
            File.ReadAllText(Golden.File($"families/{name}/config.json")));
        Assert.All(Row(_folder["m"]).Zip(Row(Golden.File($"families/{name}"))), pair => Assert.Equal(pair.Second, pair.First, 1e-4f * pair.Second));

        float[] Row(string path)
        {
            using VisionTransformer model = VisionModels.Open(path);
            using Trace trace = model.Forward(Pixels(name));
            return TokenTM.Rows(trace, [cls]).ToArray();
        }
    }

    /// <summary>Methods with rules of their own have none for turns and gates, and say so.</summary>
    [Theory]
    [InlineData("eva02_clip", true)]
    [InlineData("pe_core", false)]
    [InlineData("rope_mixed", false)]
    public void Methods_without_a_rule_say_so(string name, bool gated)
    {
        ModelReport report = ModelInspection.Of(Golden.File($"families/{name}"));
        Assert.Equal((gated, true, null), (report.IsGated, report.Turns, report.Problem));
        using VisionTransformer model = VisionModels.Open(Golden.File($"families/{name}"));
        using Trace trace = model.Forward(Pixels(name));
        foreach (string method in (string[])["lrp", "transformer_attribution"])
            Assert.Contains("no rule for the operation Rotary", ClassMethods.Named(method).Fits(trace, [1]));
    }

    /// <summary>Where blocks are computed again, what queries read is, too; and each image has deviations of its own.</summary>
    [Theory]
    [InlineData("eva02_clip")]
    [InlineData("pe_core")]
    [InlineData("rope_mixed")]
    [InlineData("eva02_behind")]
    public void A_pass_that_keeps_boundaries_alone_gives_the_same_bits(string name)
    {
        using VisionTransformer model = VisionModels.Open(Golden.File($"families/{name}"));
        Tensor pixels = Pixels(name), two = new([2, .. pixels.Shape[1..]]);
        pixels.Span.CopyTo(two.Span);
        for (int i = 0; i < pixels.Length; i++) two.Span[pixels.Length + i] = -0.5f * pixels.Span[i];
        using Trace all = model.Forward(two), few = model.Forward(two, Keep.Boundaries);
        foreach (ClassMethod method in ClassMethods.All.Where(m => m.Fits(all, [1]) is null))
            Assert.True(method.Compute(all, [1], new SweepOptions()).Span.SequenceEqual(method.Compute(few, [1], new SweepOptions()).Span), method.Name);
    }
}
