// The form of one of timm's vision transformers: from its tensors, and from model_args and global_pool of its config.json, which timm hands to the model as
// arguments (timm/models/_hub.py, timm/models/vision_transformer.py). What is not read is refused by name.

using System.Text.Json;
using Translucent.Files;

namespace Translucent.Checkpoints.Layouts;

/// <summary>Finds what a timm ViT has otherwise than a plain one.</summary>
static class TimmForm
{
    // Arguments that shapes tell, that are read here, or that change nothing outside training.
    static readonly string[] s_known =
    [
        "img_size", "patch_size", "in_chans", "num_classes", "embed_dim", "depth", "num_heads", "mlp_ratio", "qkv_bias", "class_token", "no_embed_class",
        "reg_tokens", "pre_norm", "init_values", "global_pool", "fc_norm", "act_layer", "drop_rate", "pos_drop_rate", "patch_drop_rate", "proj_drop_rate",
        "attn_drop_rate", "drop_path_rate", "weight_init", "fix_init", "dynamic_img_size", "dynamic_img_pad", "strict_img_size", "pool_include_prefix",
        "qk_norm", "final_norm",
    ];

    // Those that NaFlexViT has besides and TimmNaflex reads.
    static readonly string[] s_flexible =
        ["pos_embed", "pos_embed_grid_size", "pos_embed_interp_mode", "pos_embed_ar_preserving", "embed_proj_type", "patchify_channels_last"];

    /// <summary>What model_args says of one argument; null where it is not given.</summary>
    public static ConfigSection? Arguments(Deduction d) => d.Given?.Kind("model_args") == JsonValueKind.Object ? d.Given.Section("model_args") : null;

    /// <summary>Adds the form, the activation and the epsilon to the settings.</summary>
    /// <param name="d">The settings so far.</param>
    /// <param name="positions">How many positions the table has.</param>
    /// <param name="classifies">Whether there is a classifier.</param>
    /// <exception cref="TranslucentException">An argument asks for what is not read.</exception>
    public static void Deduce(Deduction d, int positions, bool classifies)
    {
        ConfigSection? given = Arguments(d);
        bool flexible = TimmNaflex.IsOf(d);
        if (d.Given?.String("architecture", "") is { } name && (name.StartsWith("vit_pe_", StringComparison.Ordinal)
            || name.Contains("_rope_", StringComparison.Ordinal) || name.StartsWith("eva02_", StringComparison.Ordinal)))
            throw d.Given.Wrong("architecture", "a ViT of timm: its patches have no rotary positions, and the checkpoint lacks what others than a ViT have");
        Check(given, flexible, d.Given?.Has("num_attention_heads") == true ? d.Given.Int("num_attention_heads") : null);
        bool distilled = d.Has("embeddings.distillation_token"), token = d.Has("embeddings.cls_token"), before = d.Has("embeddings.norm.weight");
        bool behind = d.Has("fc_norm.weight"), pools = d.Has("attn_pool.probe");
        string pool = (given?.Has("global_pool") == true ? given.String("global_pool") : d.Given?.String("global_pool", "")) is { Length: > 0 } said ? said
            : pools ? "map" : behind || !token ? "avg" : "token";
        if ((classifies || pools) && (pools ? pool != "map" : pool is not ("token" or "avg")))
            throw (given?.Has("global_pool") == true ? given : d.Given!).Wrong("global_pool", pools ? "map: the checkpoint has an attention pooling"
                : "token or avg: other ways of pooling are not read, and the checkpoint has no attention pooling");
        if (classifies && pool == "token" && !token)
            throw new TranslucentException(
                $"{d.Folder}: global_pool is token, but the checkpoint has no class token ('cls_token'); write avg, or fetch the whole checkpoint.");
        Settings form = new Settings()
            .Add("class_token", token)
            .Add("registers", d.Has("embeddings.register_tokens") ? d.Axis("embeddings.register_tokens", 1) : 0)
            .Add("positions_of_patches", flexible || (token || d.Has("embeddings.register_tokens")) && positions == Square(positions)
                && positions != Square(positions - (distilled ? 2 : 1)) + (distilled ? 2 : 1))
            .Add("patch_bias", d.Has("embeddings.patch_embeddings.projection.bias"))
            .Add("norm_before", before)
            .Add("layer_scale", d.Has("encoder.layer.0.layer_scale1.lambda1"))
            .Add("averages", classifies && pool == "avg")
            .Add("norm_behind_mean", behind)
            .Add("pools", pools)
            .Add("flat_patches", flexible && TimmNaflex.IsFlat(d));
        if (flexible) TimmNaflex.Place(d, form);
        d.Config.Add("timm_form", form);
        d.Config.Add("hidden_act", Activation(d, given, before, pools)).Add("layer_norm_eps", before ? 1e-5 : 1e-6);
    }

    /// <summary>The largest square up to a number.</summary>
    static int Square(int number) => (int)Math.Sqrt(Math.Max(0, number)) is var side ? side * side : 0;

    // Towers of SigLIP that timm builds with act_layer='gelu_tanh', which it does not write to their config.json (timm/models/vision_transformer.py).
    static readonly string[] s_tanh =
    [
        "patch32_siglip", "so400m_patch16_siglip", "giantopt_patch16_siglip", "large_patch16_siglip_512", "large_patch16_siglip_gap_512",
        "naflexvit_base_patch16_siglip",
    ];

    /// <summary>timm's models have erf GELU, but for CLIP's towers by OpenAI and some of SigLIP, whose names or arguments say so.</summary>
    static string Activation(Deduction d, ConfigSection? given, bool before, bool pools)
    {
        if (given?.Has("act_layer") == true) return Activation(given);
        if (d.Given?.Has("hidden_act") == true) return d.Given.String("hidden_act");
        string architecture = d.Given?.String("architecture", "") ?? "";
        if (before && architecture.Length == 0)
            throw d.Unknown("hidden_act", "\"quick_gelu\" for CLIP of OpenAI and DFN, \"gelu\" for that of LAION");
        if (pools && architecture.Length == 0)
            throw d.Unknown("hidden_act", "\"gelu\" for most towers of timm, \"gelu_pytorch_tanh\" for SigLIP as it was trained");
        return Activation(architecture);
    }

    /// <summary>What act_layer says.</summary>
    /// <exception cref="TranslucentException">It is none that is read.</exception>
    public static string Activation(ConfigSection arguments) => arguments.String("act_layer") switch
    {
        "gelu" => "gelu",
        "quick_gelu" => "quick_gelu",
        "gelu_tanh" => "gelu_pytorch_tanh",
        "silu" or "swish" => "silu",
        "relu" => "relu",
        _ => throw arguments.Wrong("act_layer", "one of gelu, quick_gelu, gelu_tanh, silu, relu"),
    };

    /// <summary>What the name of one of timm's models says.</summary>
    public static string Activation(string architecture) =>
        Array.Exists(s_tanh, name => architecture.Contains(name, StringComparison.Ordinal)) ? "gelu_pytorch_tanh"
        : architecture.Contains("quickgelu", StringComparison.Ordinal) ? "quick_gelu" : "gelu";

    static void Check(ConfigSection? given, bool flexible, int? heads)
    {
        if (given is null) return;
        if (heads is { } own && given.Has("num_heads") && given.Int("num_heads") != own)
            throw given.Wrong("num_heads", $"{own}, as num_attention_heads has it; one of the two is wrong");
        foreach (string key in given.Keys.Where(k => given.Has(k) && !s_known.Contains(k) && !(flexible && s_flexible.Contains(k))))
            throw given.Error(key, "is an argument of timm's model that is not read; the model would be another than the one that was trained");
        if (given.Bool("qk_norm", false)) throw given.Wrong("qk_norm", "false: normalised queries and keys are not read");
        if (!given.Bool("final_norm", true)) throw given.Wrong("final_norm", "true: models without the last normalisation are not read");
        if (given.Bool("pool_include_prefix", false)) throw given.Wrong("pool_include_prefix", "false: the mean is of patches alone");
    }
}
