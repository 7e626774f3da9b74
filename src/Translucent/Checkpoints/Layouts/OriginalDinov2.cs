// The original DINOv2 files, with or without registers (github.com/facebookresearch/dinov2, dinov2/models/vision_transformer.py); blocks may
// be in chunks, blocks.0.5. being the sixth. timm's copies have the same names.

namespace Translucent.Checkpoints.Layouts;

/// <summary>Original DINOv2.</summary>
static class OriginalDinov2
{
    static readonly string[] s_forms = ["blocks.#.", "blocks.#.#."];

    public static Layout Layout { get; } = new("DINOv2", ["blocks.0.ls1.gamma", "blocks.0.0.ls1.gamma"],
    [
        new("cls_token", "embeddings.cls_token"),
        new("mask_token", "embeddings.mask_token"),
        new("register_tokens", "embeddings.register_tokens"),
        new("reg_token", "embeddings.register_tokens"),
        new("pos_embed", "embeddings.position_embeddings"),
        new("patch_embed.proj.*", "embeddings.patch_embeddings.projection.*"),
        .. s_forms.SelectMany(Block),
        new("norm.*", "layernorm.*"),
        new("linear_head.*", "classifier.*"),
    ], Deduce)
    {
        Unread = ["dino_head.*", "ibot_head.*"],
        Fits = (_, has) => !has("head.weight") && !has("reg_token"), // timm: DeiT III has a head, DINOv2 with registers positions of patches alone
    };

    static NameRule[] Block(string block) =>
    [
        new($"{block}norm1.*", "encoder.layer.#.norm1.*"),
        new($"{block}attn.qkv.*", "encoder.layer.#.attention.attention.query.*", "encoder.layer.#.attention.attention.key.*",
            "encoder.layer.#.attention.attention.value.*"),
        new($"{block}attn.proj.*", "encoder.layer.#.attention.output.dense.*"),
        new($"{block}ls1.gamma", "encoder.layer.#.layer_scale1.lambda1"),
        new($"{block}norm2.*", "encoder.layer.#.norm2.*"),
        new($"{block}mlp.fc1.*", "encoder.layer.#.mlp.fc1.*"),
        new($"{block}mlp.fc2.*", "encoder.layer.#.mlp.fc2.*"),
        new($"{block}mlp.w12.*", "encoder.layer.#.mlp.weights_in.*"),
        new($"{block}mlp.w3.*", "encoder.layer.#.mlp.weights_out.*"),
        new($"{block}ls2.gamma", "encoder.layer.#.layer_scale2.lambda1"),
    ];

    static void Deduce(Deduction d)
    {
        int width = d.Axis("embeddings.cls_token", 2), patch = d.Axis("embeddings.patch_embeddings.projection.weight", 2);
        bool registers = d.Has("embeddings.register_tokens"), swiglu = d.Has("encoder.layer.0.mlp.weights_in.weight");
        int image = patch * d.Grid("embeddings.position_embeddings", 1, 1);
        d.Config.Add("model_type", registers ? "dinov2_with_registers" : "dinov2").Add("hidden_size", width)
            .Add("num_hidden_layers", d.Layers("encoder.layer.#.norm1.weight")).Add("num_attention_heads", d.Heads(width, d.Given))
            .Add("mlp_ratio", swiglu ? 4 : d.Axis("encoder.layer.0.mlp.fc1.weight", 0) / (double)width).Add("use_swiglu_ffn", swiglu)
            .Add("num_channels", d.Axis("embeddings.patch_embeddings.projection.weight", 1))
            .Add("patch_size", patch).Add("image_size", image).Add("hidden_act", "gelu").Add("layer_norm_eps", 1e-6)
            .Add("qkv_bias", d.Has("encoder.layer.0.attention.attention.query.bias"));
        if (registers) d.Config.Add("num_register_tokens", d.Axis("embeddings.register_tokens", 1));
        if (d.Has("classifier.weight")) d.Config.Add("num_labels", d.Axis("classifier.weight", 0));
        if (!TimmConfig.Prepare(d, image)) d.Prepare(256, 224, resample: 3); // hubconf and eval/linear.py, for any trained size
    }
}
