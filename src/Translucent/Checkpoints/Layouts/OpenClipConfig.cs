// open_clip_config.json, which open_clip publishes beside its weights: {"model_cfg": {"quick_gelu", "vision_cfg": {"head_width", ..}, "text_cfg": ..},
// "preprocess_cfg": {"mean", "std", "interpolation", "resize_mode"}} (github.com/mlfoundations/open_clip, src/open_clip/push_to_hf_hub.py, model.py
// CLIPVisionCfg and CLIPTextCfg, transform.py PreprocessCfg).

using System.Text.Json;
using Translucent.Files;

namespace Translucent.Checkpoints.Layouts;

/// <summary>What tensors do not tell and open_clip does.</summary>
static class OpenClipConfig
{
    const string FileName = "open_clip_config.json";

    /// <summary>OpenAI's, of red, green and blue.</summary>
    public static double[] Mean { get; } = [0.48145466, 0.4578275, 0.40821073];

    /// <inheritdoc cref="Mean"/>
    public static double[] Deviation { get; } = [0.26862954, 0.26130258, 0.27577711];

    /// <summary>The activation of both towers, or null without the file.</summary>
    public static string? Activation(Deduction d) => Model(d) is not { } model ? null : model.Bool("quick_gelu", false) ? "quick_gelu" : "gelu";

    /// <summary>Heads of the image tower, or null without the file.</summary>
    public static int? Heads(Deduction d, int width) => Model(d) is not { } model ? null
        : model.Section("vision_cfg") is var vision && vision.Int("head_width", 64) is > 0 and int head && width % head == 0 ? width / head
        : throw vision.Wrong("head_width", $"a divisor of the width {width}");

    /// <summary>What the file says of the model, or null without the file.</summary>
    public static ConfigSection? Model(Deduction d) => Root(d)?.Section("model_cfg");

    /// <summary>The side of the images that the model was trained on: as many pixels as its patches take, or those that are left over too.</summary>
    /// <param name="d">The settings so far.</param>
    /// <param name="grid">Patches of a side.</param>
    /// <param name="patch">Pixels of a patch.</param>
    public static int ImageSize(Deduction d, int grid, int patch) =>
        Model(d) is { } model && model.Section("vision_cfg") is var vision && vision.Kind("image_size") == JsonValueKind.Number
            && vision.Int("image_size") is var size && size / patch == grid ? size : grid * patch;

    /// <summary>States how photographs are prepared, where the file is there: as its preprocess_cfg says, with open_clip's defaults.</summary>
    /// <param name="d">The settings so far.</param>
    /// <param name="image">The side of the image.</param>
    /// <exception cref="TranslucentException">They are prepared in a way that is not read.</exception>
    public static void Prepare(Deduction d, int image)
    {
        if (d.IsPrepared || Root(d) is not { } root) return;
        ConfigSection? said = root.Kind("preprocess_cfg") == JsonValueKind.Object ? root.Section("preprocess_cfg") : null;
        bool squash = (said?.String("resize_mode", "shortest") ?? "shortest") switch
        {
            "shortest" => false,
            "squash" => true,
            _ => throw said!.Wrong("resize_mode", "shortest or squash"),
        };
        int resample = (said?.String("interpolation", "bicubic") ?? "bicubic") switch
        {
            "bilinear" => 2,
            "bicubic" => 3,
            _ => throw said!.Wrong("interpolation", "bilinear or bicubic"),
        };
        d.Prepare(image, image, resample, All("mean") ?? Mean, All("std") ?? Deviation, squash);

        double[]? All(string key) => said?.Has(key) == true ? [.. said.Floats(key).Select(v => (double)v)] : null;
    }

    // Keys of vision_cfg and text_cfg with what OpenAI's towers have; any other value is another model. What tensors tell is left out.
    static readonly (string Key, string Plain)[] s_plain =
    [
        ("pool_type", ""), ("final_ln_after_pool", "false"), ("attentional_pool", "false"), ("pos_embed_type", "learnable"), ("embed_cls", "false"),
        ("no_causal_mask", "false"), ("qk_norm", "false"), ("scaled_cosine_attn", "false"), ("scale_heads", "false"), ("scale_attn_inner", "false"),
        ("scale_attn", "false"), ("scale_fc", "false"), ("text_arch", "clip"), ("act_kwargs", ""), ("norm_kwargs", ""),
        ("ls_init_value", ""), ("hf_model_name", ""),
    ];

    /// <summary>Refuses towers that compute otherwise than those of OpenAI, though their tensors have the same names.</summary>
    /// <exception cref="TranslucentException">A key says so.</exception>
    public static void CheckPlain(Deduction d)
    {
        if (Model(d) is not { } model) return;
        foreach (ConfigSection tower in new[] { "vision_cfg", "text_cfg" }.Where(model.Has).Select(model.Section))
            foreach ((string key, string plain) in s_plain.Where(p => tower.Has(p.Key)))
            {
                string said = tower.Json.GetProperty(key).ToString().ToLowerInvariant();
                if (said != plain && !(key == "pool_type" && said is ("tok" or "argmax")) && said is not "{}")
                    throw tower.Wrong(key, plain.Length > 0 ? plain : key == "pool_type" ? "tok or argmax" : "none");
            }
    }

    /// <summary>How texts are cleaned for a tower of CLIP: as its own tokenizer does it, or, with one of Hugging Face, as tokenizer_kwargs says.</summary>
    public static string Cleaning(Deduction d)
    {
        ConfigSection? text = Model(d) is { } model && model.Has("text_cfg") ? model.Section("text_cfg") : null;
        string usual = text?.Has("hf_tokenizer_name") == true ? "whitespace" : "lower";
        return text?.Has("tokenizer_kwargs") == true ? text.Section("tokenizer_kwargs").String("clean", usual) : usual;
    }

    static ConfigSection? Root(Deduction d)
    {
        string path = Path.Combine(d.Folder, FileName);
        if (!File.Exists(path)) return null;
        RealPath.CheckInside(d.Folder, path);
        return ConfigSection.Open(path);
    }
}
