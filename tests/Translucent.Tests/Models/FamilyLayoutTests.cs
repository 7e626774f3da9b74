using System.Text.RegularExpressions;
using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Models;

namespace Translucent.Tests.Models;

/// <summary>DINOv3, BEiT and EVA in the layouts of other programs give the same bits, and what such files do not tell is asked for.</summary>
public sealed class FamilyLayoutTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static readonly (string From, string To)[] s_dinov3 =
    [
        (@"^embeddings\.(cls_token|mask_token)$", "$1"), (@"^embeddings\.register_tokens$", "storage_tokens"),
        (@"^embeddings\.patch_embeddings\.", "patch_embed.proj."), (@"^layer\.(\d+)\.", "blocks.$1."), (@"attention\.qkv\.", "attn.qkv."),
        (@"attention\.o_proj\.", "attn.proj."), (@"layer_scale(\d)\.lambda1", "ls$1.gamma"), (@"mlp\.gate_proj\.", "mlp.w1."),
    ];

    static readonly (string From, string To)[] s_beit =
    [
        (@"^beit\.embeddings\.cls_token$", "cls_token"), (@"^beit\.embeddings\.position_embeddings$", "pos_embed"),
        (@"^beit\.embeddings\.patch_embeddings\.projection\.", "patch_embed.proj."), (@"^beit\.encoder\.layer\.(\d+)\.", "blocks.$1."),
        (@"^beit\.encoder\.relative_position_bias\.", "rel_pos_bias."), (@"layernorm_before\.", "norm1."), (@"layernorm_after\.", "norm2."),
        (@"attention\.attention\.qkv\.", "attn.qkv."), (@"attention\.attention\.relative_position_bias\.", "attn."),
        (@"attention\.attention\.query\.bias", "attn.q_bias"), (@"attention\.attention\.value\.bias", "attn.v_bias"),
        (@"attention\.output\.dense\.", "attn.proj."), (@"intermediate\.dense\.", "mlp.fc1."), (@"output\.dense\.", "mlp.fc2."), (@"lambda_", "gamma_"),
        (@"^beit\.layernorm\.", "norm."), (@"^beit\.pooler\.layernorm\.", "fc_norm."), (@"^classifier\.", "head."),
    ];

    static List<StoredTensor> Of(string name)
    {
        using TensorFile file = TensorFile.Open(Golden.File($"families/{name}/model.safetensors"));
        return [.. file.Tensors.Select(t => StoredTensor.From<float>(t.Name, t.Shape, t.ToTensor().Span))];
    }

    static IEnumerable<StoredTensor> Renamed(IEnumerable<StoredTensor> tensors, (string From, string To)[] rules) =>
        tensors.Select(t => t.WithName(rules.Aggregate(t.Name, (name, rule) => Regex.Replace(name, rule.From, rule.To))));

    /// <summary>Queries, keys and values one below the other as <c>qkv</c>; a bias that is not there is filled with a number, or all stay.</summary>
    static IEnumerable<StoredTensor> Fused(List<StoredTensor> tensors, string query, string key, string value, float? missing)
    {
        foreach (StoredTensor t in tensors)
        {
            bool bias = t.Name.EndsWith(".bias", StringComparison.Ordinal);
            string[] parts = t.Name.Split('.');
            if (bias && missing is null || !parts.Any(p => p == query || p == key || p == value)) yield return t;
            else if (parts.Contains(query))
                yield return StoredTensor.From<float>(t.Name.Replace($".{query}.", ".qkv."), [3 * t.Shape[0], .. t.Shape[1..]],
                    [.. ((string[])[query, key, value])
                        .SelectMany(n => tensors.FirstOrDefault(o => o.Name == t.Name.Replace($".{query}.", $".{n}."))?.ToTensor().ToArray()
                        ?? [.. Enumerable.Repeat(missing!.Value, t.Shape[0])])]);
        }
    }

    static List<StoredTensor> OriginalDinov3(string name)
    {
        List<StoredTensor> all = [.. Renamed(Fused(Of(name), "q_proj", "k_proj", "v_proj", missing: 7), s_dinov3)];
        bool gated = all.Exists(t => t.Name.Contains(".mlp.w1.", StringComparison.Ordinal));
        all = [.. Renamed(all, [(@"mlp\.up_proj\.", gated ? "mlp.w2." : "mlp.fc1."), (@"mlp\.down_proj\.", gated ? "mlp.w3." : "mlp.fc2.")])];
        for (int i = 0; all.Exists(t => t.Name == $"blocks.{i}.norm1.weight"); i++)
            if (all.Exists(t => t.Name == $"blocks.{i}.attn.qkv.bias"))
                all.Add(StoredTensor.From<float>($"blocks.{i}.attn.qkv.bias_mask", [48], new float[48]));
        return all;
    }

    static List<StoredTensor> TimmDinov3(string name) =>
    [
        .. Renamed(OriginalDinov3(name).Where(t => t.Name != "mask_token" && !t.Name.EndsWith("bias_mask", StringComparison.Ordinal)),
            [
                ("storage_tokens", "reg_token"), (@"ls(\d)\.gamma", "gamma_$1"), (@"mlp\.w1\.", "mlp.fc1_g."), (@"mlp\.w2\.", "mlp.fc1_x."),
                (@"mlp\.w3\.", "mlp.fc2."),
            ])
            .SelectMany(t => !t.Name.EndsWith("qkv.bias", StringComparison.Ordinal) ? (StoredTensor[])[t]
                : [t.Rows(t.Name.Replace("qkv.bias", "q_bias"), 0, 16), t.Rows(t.Name.Replace("qkv.bias", "v_bias"), 32, 16)]),
    ];

    static float[] Bits(string path, string golden, bool vectors)
    {
        using VisionTransformer bare = VisionModels.Open(path);
        using Safetensors input = Safetensors.Open(Golden.File($"families/{golden}/input.safetensors"));
        using Trace trace = (vectors ? bare.WithClasses(input["target_vectors"].ToTensor()) : bare).Forward(input["pixel_values"].ToTensor());
        return trace.Logits.ToArray();
    }

    void Same(string golden, IEnumerable<StoredTensor> tensors, string layout, string config, string prefix = "", bool vectors = false)
    {
        CaseModels.Write(_folder["m"], tensors.Select(t => t.WithName(prefix + t.Name)), config);
        using (Checkpoint c = Checkpoint.Open(_folder["m"])) Assert.Equal(layout, c.Layout);
        Assert.Equal(Bits(Golden.File($"families/{golden}"), golden, vectors), Bits(_folder["m"], golden, vectors));
    }

    [Theory]
    [InlineData("dinov3", "")]
    [InlineData("dinov3_gated", "")]
    [InlineData("dinov3", "teacher.backbone.")]
    public void Original_names_of_DINOv3_without_the_bias_of_keys_that_a_mask_takes_away(string name, string prefix) =>
        Same(name, OriginalDinov3(name), "DINOv3", """{"num_attention_heads":2}""", prefix, vectors: true);

    [Theory]
    [InlineData("dinov3", """{"architecture":"vit_small_patch16_dinov3_qkvb.lvd1689m","num_attention_heads":2,"image_size":16}""")]
    [InlineData("dinov3_gated", """{"num_attention_heads":2,"pretrained_cfg":{"input_size":[3,16,16],"mean":[0,0,0],"std":[1,1,1]}}""")]
    public void Names_of_timm_for_DINOv3(string name, string config) => Same(name, TimmDinov3(name), "timm EVA", config, vectors: true);

    [Theory]
    [InlineData("beit", "")]
    [InlineData("beit_shared", "model.")]
    public void Names_of_timm_and_of_the_original_files_for_BEiT(string name, string prefix) =>
        Same(name, Renamed(Fused(Of(name), "query", "key", "value", missing: null), s_beit)
            .Append(StoredTensor.From<long>("blocks.0.attn.relative_position_index", [17, 17], new long[289])), "timm BEiT", """{"layer_norm_eps":1e-12}""",
            prefix);

    [Fact]
    public void Names_of_the_original_files_for_EVA_02() => Same("eva02", Renamed(Of("eva02"), [
        (@"mlp\.fc1_g\.", "mlp.w1."), (@"mlp\.fc1_x\.", "mlp.w2."), (@"mlp\.fc2\.", "mlp.w3."), (@"mlp\.norm\.", "mlp.ffn_ln."),
        (@"attn\.([qv])_proj\.bias", "attn.$1_bias"),
    ]).Append(StoredTensor.From<float>("rope.freqs_cos", [16, 8], new float[128])), "timm EVA", """{"num_attention_heads":2}""");

    /// <summary>Periods of the original file are those that turn; halves of the published ones would be another model.</summary>
    [Fact]
    public void Periods_in_a_file_are_read()
    {
        float[] own = [1, 10.0625f]; // next to 10 in bfloat16
        List<StoredTensor> tensors = [.. OriginalDinov3("dinov3"), StoredTensor.From<float>("rope_embed.periods", [2], own)];
        CaseModels.Write(_folder["m"], tensors, """{"num_attention_heads":2}""");
        float[] rounded = Bits(_folder["m"], "dinov3", vectors: true), exact = Bits(Golden.File("families/dinov3"), "dinov3", vectors: true);
        Assert.NotEqual(exact, rounded);
        for (int i = 0; i < 5; i++) Assert.Equal(exact[i], rounded[i], 0.5f);
    }

    [Theory]
    [InlineData("reg_token", """{"num_attention_heads":2}""", "does not tell 'image_size'")]
    [InlineData("reg_token", """{"num_attention_heads":2,"image_size":16,"architecture":"vit_odd"}""", "'architecture' is text 'vit_odd', expected eva_*")]
    [InlineData("reg_token", """{"image_size":16}""", "does not tell 'num_attention_heads'")]
    [InlineData("blocks.0.attn.q_norm.weight", "{}", "normalises queries and keys, which is not read")]
    [InlineData("blocks.0.attn.gate.weight", "{}", "gates its attention, which is not read")]
    [InlineData("norm_pre.weight", "{}", "does not tell 'architecture' (where patches of a Perception Encoder stand follows from timm's name of it")]
    [InlineData("reg_token", """{"model_args":{"rope_temperature":50}}""", "'model_args.rope_temperature' is an argument of timm's model that is not read")]
    public void What_is_not_told_is_asked_for_and_what_is_not_read_is_named(string tensor, string config, string expected)
    {
        List<StoredTensor> tensors = TimmDinov3("dinov3");
        if (tensor != "reg_token") tensors.Add(StoredTensor.From<float>(tensor, [2], [1, 2]));
        CaseModels.Write(_folder["m"], tensors, config);
        string message = Assert.Throws<TranslucentException>(() => VisionModels.Open(_folder["m"])).Message;
        Assert.Contains(expected, message);
        Assert.DoesNotContain('\n', message);
    }

    [Theory]
    [InlineData("swin", "'swin' is not a family that is read: its tokens become others between its stages")]
    [InlineData("eva", "'model_type' is 'eva', which is read with timm's names and timm's config.json alone")]
    public void Types_that_are_not_read_are_named_with_the_reason(string type, string expected)
    {
        CaseModels.Write(_folder["m"], CaseModels.Plain(), CaseModels.Config(("model_type", type)));
        Assert.Contains(expected, Assert.Throws<TranslucentException>(() => VisionModels.Open(_folder["m"])).Message);
    }

    /// <summary>A fine-tuned DINOv3 reads the mean of the patches, as timm's class does by default, or its class token.</summary>
    [Theory]
    [InlineData("""{"architecture":"vit_small_patch16_dinov3.lvd1689m"}""", true)]
    [InlineData("""{"global_pool":"token"}""", false)]
    [InlineData("""{}""", null)]
    public void A_classifier_of_DINOv3_reads_what_global_pool_says(string more, bool? averages)
    {
        List<StoredTensor> tensors = [.. TimmDinov3("dinov3"),
            StoredTensor.From<float>("head.weight", [3, 16], [.. Enumerable.Range(0, 48).Select(i => i / 48f)]),
            StoredTensor.From<float>("head.bias", [3], new float[3])];
        CaseModels.Write(_folder["m"], tensors, more[..^1] + (more.Length > 2 ? "," : "") + """ "num_attention_heads":2,"image_size":16}""");
        if (averages is null)
        {
            Assert.Contains("does not tell 'global_pool'", Assert.Throws<TranslucentException>(() => VisionModels.Open(_folder["m"])).Message);
            return;
        }
        using VisionTransformer model = VisionModels.Open(_folder["m"]);
        Assert.Equal((3, averages), (model.Classes, model.Head!.ReadsMean));
    }
}
