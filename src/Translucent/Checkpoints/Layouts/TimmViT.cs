// ViT and DeiT as timm names them (github.com/huggingface/pytorch-image-models, timm/models/vision_transformer.py and deit.py), which are
// the names of the original DeiT, DINO and MAE files too.

namespace Translucent.Checkpoints.Layouts;

/// <summary>timm's classifiers.</summary>
static class TimmViT
{
    /// <summary>The encoder, common to all layouts that follow timm.</summary>
    public static NameRule[] Encoder { get; } =
    [
        new("cls_token", "embeddings.cls_token"),
        new("dist_token", "embeddings.distillation_token"),
        new("pos_embed", "embeddings.position_embeddings"),
        new("patch_embed.proj.*", "embeddings.patch_embeddings.projection.*"),
        new("blocks.#.norm1.*", "encoder.layer.#.layernorm_before.*"),
        new("blocks.#.attn.qkv.*", "encoder.layer.#.attention.attention.query.*", "encoder.layer.#.attention.attention.key.*",
            "encoder.layer.#.attention.attention.value.*"),
        new("blocks.#.attn.proj.*", "encoder.layer.#.attention.output.dense.*"),
        new("blocks.#.norm2.*", "encoder.layer.#.layernorm_after.*"),
        new("blocks.#.mlp.fc1.*", "encoder.layer.#.intermediate.dense.*"),
        new("blocks.#.mlp.fc2.*", "encoder.layer.#.output.dense.*"),
        new("norm_pre.*", "embeddings.norm.*"),
        new("reg_token", "embeddings.register_tokens"),
        new("blocks.#.ls1.gamma", "encoder.layer.#.layer_scale1.lambda1"),
        new("blocks.#.ls2.gamma", "encoder.layer.#.layer_scale2.lambda1"),
        new("norm.*", "layernorm.*"),
        new("fc_norm.*", "fc_norm.*"),
    ];

    public static Layout Layout { get; } = new("timm ViT", ["blocks.0.attn.qkv.weight"],
    [
        .. Encoder,
        new("head.*", "classifier.*"),
    ], Deduce)
    {
        Fits = (prefix, has) => has("head.weight") && !prefix.EndsWith("backbone.", StringComparison.Ordinal),
    };

    /// <summary>With a distillation token and two classifiers.</summary>
    public static Layout Distilled { get; } = new("timm DeiT, distilled", ["dist_token"],
    [
        .. Encoder,
        new("head.*", "cls_classifier.*"),
        new("head_dist.*", "distillation_classifier.*"),
    ], Deduce);

    /// <summary>Sizes from shapes; what timm's models have in common.</summary>
    public static int Sizes(Deduction d)
    {
        int width = d.Axis("embeddings.patch_embeddings.projection.weight", 0), patch = d.Axis("embeddings.patch_embeddings.projection.weight", 2);
        bool distilled = d.Has("embeddings.distillation_token");
        int positions = d.Axis("embeddings.position_embeddings", 1), side = (int)Math.Sqrt(positions);
        bool patchesAlone = !distilled && side * side == positions;
        int image = patch * d.Grid("embeddings.position_embeddings", 1, distilled ? 2 : patchesAlone ? 0 : 1);
        int depth = d.Layers("encoder.layer.#.layernorm_before.weight");
        if (width == 768 && depth == 8 && d.Given?.Has("num_attention_heads") != true)
            throw d.Unknown("num_attention_heads", "with 8 layers of 768 it may be 8 or 12");
        d.Config.Add("model_type", distilled ? "deit" : "vit").Add("hidden_size", width).Add("num_hidden_layers", depth)
            .Add("num_attention_heads", d.Heads(width, d.Given))
            .Add("intermediate_size", d.Axis("encoder.layer.0.intermediate.dense.weight", 0)).Add("patch_size", patch).Add("image_size", image)
            .Add("qkv_bias", d.Has("encoder.layer.0.attention.attention.query.bias"));
        TimmForm.Deduce(d, positions, d.Has("classifier.weight") || d.Has("cls_classifier.weight"));
        return image;
    }

    static void Deduce(Deduction d)
    {
        int image = Sizes(d);
        bool distilled = d.Has("embeddings.distillation_token");
        if (TimmConfig.Labels(d) is { } names) d.Config.Add("id2label", names);
        d.Config.Add("num_labels", d.Axis(distilled ? "cls_classifier.weight" : "classifier.weight", 0));
        if (TimmConfig.Prepare(d, image) || d.IsPrepared) return;
        if (!distilled) throw d.Unknown("image_mean' and 'image_std",
            "timm trains ViT with [0.5, 0.5, 0.5] and DeiT with [0.485, 0.456, 0.406] and [0.229, 0.224, 0.225]", "preprocessor_config.json");
        d.Prepare(image * 256 / 224, image, resample: 3);
    }
}
