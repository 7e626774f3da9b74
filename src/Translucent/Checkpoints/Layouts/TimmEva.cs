// EVA, EVA-02, DINOv3, RoPE-ViT and Perception Encoders as timm names them (timm/models/eva.py), and the original EVA-02 files
// (github.com/baaivision/EVA). What no tensor tells is told by the name of the architecture in timm's config.json.

using System.Globalization;
using System.Text.RegularExpressions;
using Translucent.Files;

namespace Translucent.Checkpoints.Layouts;

/// <summary>timm's Eva class.</summary>
static partial class TimmEva
{
    // Arguments that shapes tell, that are read here, or that change nothing outside training.
    static readonly string[] s_known =
    [
        "img_size", "patch_size", "in_chans", "num_classes", "embed_dim", "depth", "num_heads", "mlp_ratio", "qkv_bias", "qkv_fused", "swiglu_mlp",
        "swiglu_align_to", "scale_mlp", "scale_attn_inner", "class_token", "num_reg_tokens", "use_abs_pos_emb", "init_values", "global_pool", "drop_rate",
        "pos_drop_rate", "patch_drop_rate", "proj_drop_rate", "attn_drop_rate", "drop_path_rate", "dynamic_img_size", "head_init_scale", "attn_pool_num_heads",
        "attn_pool_mlp_ratio",
    ];

    const int PerceptionPoolingHeads = 8; // of all sizes
    const int EnormousWidth = 1792; // of EVA-02 enormous, whose names are those of EVA

    /// <summary>What an architecture is beyond its tensors.</summary>
    /// <param name="Name">The family.</param>
    /// <param name="Rotary">Where patches stand, as <c>EvaForm</c> names it.</param>
    /// <param name="Theta">rope_theta.</param>
    /// <param name="Epsilon">Of the normalisations.</param>
    /// <param name="Pool">What the classifier reads where nothing says.</param>
    sealed record Kind(string Name, string Rotary, double Theta, double Epsilon, string Pool);

    static readonly Kind s_dinov3 = new("DINOv3", "Centred", 100, 1e-5, "avg"), s_eva = new("EVA", "None", 1, 1e-6, "avg"),
        s_enormous = new("EVA-02", "None", 1, 1e-6, "token"), s_eva02 = new("EVA-02", "Stretched", 10_000, 1e-6, "avg"),
        s_registers = new("RoPE-ViT", "Stretched", 10_000, 1e-6, "avg"),
        s_counted = new("RoPE-ViT", "Counted", 100, 1e-6, "token"), s_mixed = new("RoPE-ViT", "Mixed", 10, 1e-6, "token"),
        s_perception = new("Perception Encoder", "StretchedAcross", 10_000, 1e-5, "avg");

    [GeneratedRegex(@"^vit_\w+_rope_(ape_)?\d+$", RegexOptions.ExplicitCapture)]
    private static partial Regex CountedName();

    [GeneratedRegex(@"^vit_pe_(?<task>core|lang|spatial)_(?<size>\w+)_patch(?<patch>[1-9]\d?)_(?<image>[1-9]\d{2,3})$", RegexOptions.ExplicitCapture)]
    private static partial Regex PerceptionName();

    public static Layout Layout { get; } = new("timm EVA", ["blocks.0.attn.q_bias", "blocks.0.attn.q_proj.weight", "blocks.0.gamma_1", "norm_pre.weight"],
    [
        new("cls_token", "embeddings.cls_token"),
        new("mask_token", "embeddings.mask_token"),
        new("reg_token", "embeddings.register_tokens"),
        new("pos_embed", "embeddings.position_embeddings"),
        new("rope.freqs", "rope_frequencies"),
        new("patch_embed.proj.*", "embeddings.patch_embeddings.*"),
        new("norm_pre.*", "embeddings.norm.*"),
        new("blocks.#.norm1.*", "layer.#.norm1.*"),
        new("blocks.#.attn.qkv.*", "layer.#.attention.q_proj.*", "layer.#.attention.k_proj.*", "layer.#.attention.v_proj.*"),
        new("blocks.#.attn.q_bias", "layer.#.attention.q_proj.bias"),
        new("blocks.#.attn.v_bias", "layer.#.attention.v_proj.bias"),
        new("blocks.#.attn.q_proj.*", "layer.#.attention.q_proj.*"),
        new("blocks.#.attn.k_proj.*", "layer.#.attention.k_proj.*"),
        new("blocks.#.attn.v_proj.*", "layer.#.attention.v_proj.*"),
        new("blocks.#.attn.norm.*", "layer.#.attention.norm.*"),
        new("blocks.#.attn.inner_attn_ln.*", "layer.#.attention.norm.*"),
        new("blocks.#.attn.proj.*", "layer.#.attention.o_proj.*"),
        new("blocks.#.gamma_1", "layer.#.layer_scale1.lambda1"),
        new("blocks.#.norm2.*", "layer.#.norm2.*"),
        new("blocks.#.mlp.fc1.*", "layer.#.mlp.up_proj.*"),
        new("blocks.#.mlp.fc1_g.*", "layer.#.mlp.gate_proj.*"),
        new("blocks.#.mlp.fc1_x.*", "layer.#.mlp.up_proj.*"),
        new("blocks.#.mlp.w1.*", "layer.#.mlp.gate_proj.*"),
        new("blocks.#.mlp.w2.*", "layer.#.mlp.up_proj.*"),
        new("blocks.#.mlp.norm.*", "layer.#.mlp.norm.*"),
        new("blocks.#.mlp.ffn_ln.*", "layer.#.mlp.norm.*"),
        new("blocks.#.mlp.fc2.*", "layer.#.mlp.down_proj.*"),
        new("blocks.#.mlp.w3.*", "layer.#.mlp.down_proj.*"),
        new("blocks.#.gamma_2", "layer.#.layer_scale2.lambda1"),
        new("norm.*", "norm.*"),
        new("fc_norm.*", "fc_norm.*"),
        .. TimmViT.Pooling,
        new("head.*", "classifier.*"),
    ], Deduce)
    {
        Unread = ["*rope.freqs_cos", "*rope.freqs_sin", "lm_head.*"],
        Fits = (_, has) => !has("blocks.0.attn.relative_position_bias_table") && !has("rel_pos_bias.relative_position_bias_table")
            && (has("blocks.0.attn.qkv.weight") || has("blocks.0.attn.q_proj.weight")) && (!has("norm_pre.weight") || IsPerception(has)),
    };

    /// <summary>Whether a model with a normalisation before its first block is a Perception Encoder and no CLIP tower of timm's ViT.</summary>
    static bool IsPerception(Func<string, bool> has) => has("blocks.0.gamma_1") || (has("patch_embed.proj.weight")
        && (has("attn_pool.latent") || (!has("norm.weight") && !has("fc_norm.weight"))));

    static void Deduce(Deduction d)
    {
        ConfigSection? tower = d.Given?.Has("architecture") == true ? null : OpenClipConfig.Model(d)?.Section("vision_cfg");
        string architecture = (tower?.String("timm_model_name", "") ?? d.Given?.String("architecture", "") ?? "").Split('.')[0];
        Refuse(d, architecture);
        ConfigSection? given = tower is null ? TimmForm.Arguments(d) : tower.Has("timm_model_kwargs") ? tower.Section("timm_model_kwargs") : null;
        foreach (string key in given?.Keys.Where(k => given.Has(k) && !s_known.Contains(k)) ?? [])
            throw given!.Error(key, "is an argument of timm's model that is not read; the model would be another than the one that was trained");
        bool token = d.Has("embeddings.cls_token"), positions = d.Has("embeddings.position_embeddings"), behind = d.Has("fc_norm.weight");
        int hidden = d.Axis("layer.0.mlp.down_proj.weight", 1), up = d.Axis("layer.0.mlp.up_proj.weight", 0);
        bool apart = d.Has("layer.0.mlp.gate_proj.weight"), packed = !apart && up == 2 * hidden;
        Kind kind = KindOf(d, tower, architecture, token, positions, apart || packed);
        bool classifies = d.Has("classifier.weight"), pools = d.Has("attn_pool.probe"), before = d.Has("embeddings.norm.weight");
        string pool = classifies || pools ? Pool(d, given, tower, kind, architecture, behind, token) : "token";

        int width = d.Axis("embeddings.patch_embeddings.weight", 0), patch = d.Axis("embeddings.patch_embeddings.weight", 2);
        int registers = d.Has("embeddings.register_tokens") ? d.Axis("embeddings.register_tokens", 1) : 0;
        int image = positions ? patch * Side(d, (token ? 1 : 0) + registers) : Image(d);
        d.Config.Add("model_type", kind == s_dinov3 ? "dinov3_vit" : "eva").Add("hidden_size", width).Add("num_hidden_layers", d.Layers("layer.#.norm1.weight"))
            .Add("num_attention_heads", Heads(d, width, given)).Add("intermediate_size", hidden).Add("patch_size", patch).Add("image_size", image)
            .Add("hidden_act", apart || packed ? "silu" : "gelu").Add("layer_norm_eps", kind.Epsilon).Add("rope_theta", kind.Theta)
            .Add("use_gated_mlp", apart).Add("packed_gate", packed).Add("mlp_norm", d.Has("layer.0.mlp.norm.weight"))
            .Add("norms_behind", kind == s_enormous).Add("attention_norm", d.Has("layer.0.attention.norm.weight"))
            .Add("query_bias", d.Has("layer.0.attention.q_proj.bias")).Add("key_bias", d.Has("layer.0.attention.k_proj.bias"))
            .Add("value_bias", d.Has("layer.0.attention.v_proj.bias"))
            .Add("eva_form", new Settings().Add("name", kind.Name).Add("class_token", token).Add("registers", registers).Add("positions", positions)
                .Add("rotary", kind.Rotary).Add("layer_scale", d.Has("layer.0.layer_scale1.lambda1")).Add("averages", pool == "avg")
                .Add("norm_behind_mean", behind).Add("norm_before", before)
                .Add("norm_last", kind != s_perception || architecture.Contains("_core_", StringComparison.Ordinal))
                .Add("pooling_heads", !pools ? 0 : given?.Has("attn_pool_num_heads") == true ? given.Int("attn_pool_num_heads")
                    : kind == s_perception ? PerceptionPoolingHeads : Heads(d, width, given))
                .Add("first_training", FirstTraining(kind, architecture))
                .Add("first_place", kind == s_perception && !architecture.Contains("_gigantic_", StringComparison.Ordinal) ? 1 : 0));
        if (TimmConfig.Labels(d) is { } names) d.Config.Add("id2label", names);
        if (classifies) d.Config.Add("num_labels", d.Axis("classifier.weight", 0));
        Prepare(d, image, kind, clip: architecture.Contains("_clip_", StringComparison.Ordinal) || d.Has("layer.0.attention.norm.weight"));
    }

    /// <summary>As the files beside the weights say, else as most models of a kind were trained.</summary>
    static void Prepare(Deduction d, int image, Kind kind, bool clip)
    {
        if (TimmConfig.Prepare(d, image) || d.IsPrepared) return;
        OpenClipConfig.Prepare(d, image);
        if (d.Preprocessor is not null) return;
        if (kind == s_perception) d.Prepare(image, image, resample: 3, [0.5, 0.5, 0.5], [0.5, 0.5, 0.5]);
        else if (clip) d.Prepare(image, image, resample: 3, OpenClipConfig.Mean, OpenClipConfig.Deviation);
        else d.Prepare(image, image, resample: 3);
    }

    /// <summary>Patches along either axis in the first training, which a grid is stretched to.</summary>
    static int FirstTraining(Kind kind, string architecture)
    {
        if (kind != s_perception) return 16;
        Match name = PerceptionName().Match(architecture);
        return Number("image") / Number("patch");

        int Number(string group) => int.Parse(name.Groups[group].ValueSpan, CultureInfo.InvariantCulture);
    }

    /// <summary>Heads are 64 wide, but for those of EVA giant, of EVA-02 enormous, of the gigantic Perception Encoders and of DINOv3 7B.</summary>
    public static int Heads(Deduction d, int width, ConfigSection? arguments) => d.Axes("rope_frequencies") == 4 ? d.Axis("rope_frequencies", 2)
        : d.Given?.Has("num_attention_heads") == true ? d.Given.Int("num_attention_heads")
        : arguments?.Has("num_heads") == true ? arguments.Int("num_heads")
        : width == 4096 ? 32 : width is 1408 or 1536 or EnormousWidth ? 16 : width % 64 == 0 ? width / 64
        : throw d.Unknown("num_attention_heads", $"no published model is {width} wide");

    static void Refuse(Deduction d, string architecture)
    {
        string? what = d.HasStored("blocks.0.attn.q_norm.weight") ? "normalises queries and keys"
            : d.HasStored("blocks.0.attn.gate.weight") ? "gates its attention" : null;
        if (what is not null) throw new TranslucentException($"{d.Folder}: the timm EVA checkpoint {what}, which is not read.");
    }

    static Kind KindOf(Deduction d, ConfigSection? tower, string architecture, bool token, bool positions, bool gated) =>
        architecture.Contains("dinov3", StringComparison.Ordinal) ? s_dinov3
        : architecture.StartsWith("eva02_enormous", StringComparison.Ordinal) ? s_enormous
        : architecture.StartsWith("eva02_", StringComparison.Ordinal) ? s_eva02
        : architecture.StartsWith("eva_", StringComparison.Ordinal) ? s_eva
        : architecture.Contains("_rope_reg", StringComparison.Ordinal) ? s_registers
        : CountedName().IsMatch(architecture) ? s_counted
        : architecture.Contains("_rope_mixed_", StringComparison.Ordinal) || (architecture.Length == 0 && d.Has("rope_frequencies")) ? s_mixed
        : PerceptionName().IsMatch(architecture) ? s_perception
        : architecture.Length > 0 ? throw (tower ?? d.Given!).Wrong(tower is null ? "architecture" : "timm_model_name",
            "eva_*, eva02_*, vit_*_dinov3*, vit_*_rope_*, vit_*_rope_reg*_gap_*, vit_pe_core_*_patch*_*, vit_pe_lang_*_patch*_* or vit_pe_spatial_*_patch*_*: "
            + "of others it is not known where their patches stand")
        : d.Has("embeddings.norm.weight") ? throw d.Unknown("architecture", "where patches of a Perception Encoder stand follows from timm's name of it, as in "
            + "vit_pe_core_base_patch16_224")
        : d.Has("embeddings.register_tokens") && !positions ? token ? s_dinov3 : s_registers
        : d.Axis("embeddings.patch_embeddings.weight", 0) == EnormousWidth ? s_enormous
        : positions && token && !d.Has("layer.0.layer_scale1.lambda1") ? gated ? s_eva02 : s_eva
        : throw d.Unknown("architecture", "where patches stand for rotary positions follows from timm's name of the model, as in eva02_base_patch14_448");

    static string Pool(Deduction d, ConfigSection? given, ConfigSection? tower, Kind kind, string architecture, bool behind, bool token)
    {
        string key = tower?.Has("timm_pool") == true ? "timm_pool" : "global_pool";
        ConfigSection? place = key == "timm_pool" ? tower : given?.Has(key) == true ? given : d.Given?.Has(key) == true ? d.Given : null;
        string pool = place?.String(key) ?? (behind || !token ? "avg"
            : architecture.Contains("_clip_", StringComparison.Ordinal) || kind == s_eva || kind == s_eva02 || kind == s_enormous ? "token"
            : architecture.Length > 0 || kind != s_dinov3 ? kind.Pool
            : throw d.Unknown("global_pool", "\"token\" where the classifier reads the class token, \"avg\" where it reads the mean of the patches"));
        if (d.Has("attn_pool.probe")) return pool == "map" || place is null ? "map"
            : throw place.Wrong(key, "map: the checkpoint has an attention pooling");
        if (pool is not ("token" or "avg")) throw place!.Wrong(key, "token or avg: other ways of pooling are not read");
        return pool == "avg" || (token && !behind) ? pool : throw new TranslucentException($"{d.Folder}: global_pool is token, but the checkpoint "
            + $"{(token ? "has 'fc_norm'" : "has no class token")}; write avg, or fetch the whole checkpoint.");
    }

    /// <summary>Patches along a side of the square that positions are for, which may be of patches alone.</summary>
    static int Side(Deduction d, int prefix)
    {
        int count = d.Axis("embeddings.position_embeddings", 1), side = (int)Math.Sqrt(count);
        return side * side == count ? side : d.Grid("embeddings.position_embeddings", 1, prefix);
    }

    /// <summary>The side of the images, which no tensor tells: as config.json says.</summary>
    static int Image(Deduction d) => d.Given?.Has("image_size") == true ? d.Given.Int("image_size")
        : d.Given?.Has("pretrained_cfg") == true && d.Given.Section("pretrained_cfg") is var cfg && cfg.Has("input_size") ? cfg.Ints("input_size")[^1]
        : throw d.Unknown("image_size", "the positions of its patches turn, and no table has their number");
}
