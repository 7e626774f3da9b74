// The original DINOv3 files (github.com/facebookresearch/dinov3, dinov3/models/vision_transformer.py): timm's names with storage tokens, the periods of the
// rotary positions, and a mask that takes the bias of keys away.

namespace Translucent.Checkpoints.Layouts;

/// <summary>Original DINOv3.</summary>
static class OriginalDinov3
{
    public static Layout Layout { get; } = new("DINOv3", ["rope_embed.periods", "storage_tokens"],
    [
        new("cls_token", "embeddings.cls_token"),
        new("mask_token", "embeddings.mask_token"),
        new("storage_tokens", "embeddings.register_tokens"),
        new("patch_embed.proj.*", "embeddings.patch_embeddings.*"),
        new("rope_embed.periods", "rope_embeddings.periods"),
        new("blocks.#.norm1.*", "layer.#.norm1.*"),
        new("blocks.#.attn.qkv.*", "layer.#.attention.q_proj.*", "layer.#.attention.k_proj.*", "layer.#.attention.v_proj.*"),
        new("blocks.#.attn.proj.*", "layer.#.attention.o_proj.*"),
        new("blocks.#.ls1.gamma", "layer.#.layer_scale1.lambda1"),
        new("blocks.#.norm2.*", "layer.#.norm2.*"),
        new("blocks.#.mlp.fc1.*", "layer.#.mlp.up_proj.*"),
        new("blocks.#.mlp.fc2.*", "layer.#.mlp.down_proj.*"),
        new("blocks.#.mlp.w1.*", "layer.#.mlp.gate_proj.*"),
        new("blocks.#.mlp.w2.*", "layer.#.mlp.up_proj.*"),
        new("blocks.#.mlp.w3.*", "layer.#.mlp.down_proj.*"),
        new("blocks.#.ls2.gamma", "layer.#.layer_scale2.lambda1"),
        new("norm.*", "norm.*"),
        new("linear_head.*", "classifier.*"),
    ], Deduce)
    {
        Unread = ["*.bias_mask", "local_cls_norm.*", "cls_norm.*", "dino_head.*", "ibot_head.*", "projectors.*"],
    };

    static void Deduce(Deduction d)
    {
        int width = d.Axis("embeddings.cls_token", 2), patch = d.Axis("embeddings.patch_embeddings.weight", 2);
        bool gated = d.Has("layer.0.mlp.gate_proj.weight"), bias = d.Has("layer.0.attention.q_proj.bias");
        d.Config.Add("model_type", "dinov3_vit").Add("hidden_size", width).Add("num_hidden_layers", d.Layers("layer.#.norm1.weight"))
            .Add("num_attention_heads", TimmEva.Heads(d, width, TimmForm.Arguments(d))).Add("intermediate_size", d.Axis("layer.0.mlp.up_proj.weight", 0))
            .Add("patch_size", patch).Add("image_size", 224).Add("hidden_act", gated ? "silu" : "gelu").Add("layer_norm_eps", 1e-5)
            .Add("use_gated_mlp", gated).Add("num_register_tokens", d.Has("embeddings.register_tokens") ? d.Axis("embeddings.register_tokens", 1) : 0)
            .Add("query_bias", bias).Add("value_bias", bias).Add("key_bias", bias && !d.HasStored("blocks.0.attn.qkv.bias_mask"))
            .Add("proj_bias", d.Has("layer.0.attention.o_proj.bias")).Add("mlp_bias", d.Has("layer.0.mlp.down_proj.bias"));
        if (d.Has("classifier.weight")) d.Config.Add("num_labels", d.Axis("classifier.weight", 0));
        if (!TimmConfig.Prepare(d, 224)) d.Prepare(256, 224, resample: 3); // eval transforms: Resize(256, bicubic), CenterCrop(224)
    }
}
