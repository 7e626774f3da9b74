// ViT and DeiT as timm names them (github.com/huggingface/pytorch-image-models, timm/models/vision_transformer.py and deit.py), which are
// the names of the original DeiT, DINO and MAE files too.

namespace Translucent.Checkpoints.Layouts;

/// <summary>timm's classifiers.</summary>
static class TimmViT
{
    /// <summary>Attention pooling.</summary>
    public static NameRule[] Pooling { get; } =
    [
        new("attn_pool.latent", "attn_pool.probe"),
        new("attn_pool.q.*", "attn_pool.query.*"),
        new("attn_pool.kv.*", "attn_pool.key.*", "attn_pool.value.*"),
        new("attn_pool.proj.*", "attn_pool.output.*"),
        new("attn_pool.norm.*", "attn_pool.norm.*"),
        new("attn_pool.mlp.fc1.*", "attn_pool.mlp.fc1.*"),
        new("attn_pool.mlp.fc2.*", "attn_pool.mlp.fc2.*"),
    ];

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
        .. Pooling,
    ];

    public static Layout Layout { get; } = new("timm ViT", ["blocks.0.attn.qkv.weight"],
    [
        .. Encoder,
        new("head.*", "classifier.*"),
    ], Deduce)
    {
        Fits = (prefix, has) => has("head.weight") && !prefix.EndsWith("backbone.", StringComparison.Ordinal),
    };

    /// <summary>Patches pooled by attention, with a classifier or, as SigLIP's towers, without one.</summary>
    public static Layout Pooled { get; } = new("timm ViT with attention pooling", ["attn_pool.latent"],
    [
        .. Encoder,
        new("head.*", "classifier.*"),
    ], d =>
    {
        int image = Sizes(d);
        Classes(d);
        TimmConfig.Prepare(d, image);
    });

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
        const string projection = "embeddings.patch_embeddings.projection.weight";
        bool flexible = TimmNaflex.IsOf(d);
        (int patch, int channels) = flexible ? TimmNaflex.Patches(d, projection) : (d.Axis(projection, 2), d.Axis(projection, 1));
        int width = d.Axis(projection, 0);
        bool distilled = d.Has("embeddings.distillation_token");
        int positions = flexible ? TimmNaflex.Positions(d) : d.Axis("embeddings.position_embeddings", 1), side = (int)Math.Sqrt(positions);
        bool patchesAlone = !distilled && side * side == positions;
        int tokens = (d.Has("embeddings.cls_token") ? 1 : 0) + (!d.Has("embeddings.cls_token") && d.Has("embeddings.register_tokens")
            ? d.Axis("embeddings.register_tokens", 1) : 0);
        int image = patch * (flexible ? side : d.Grid("embeddings.position_embeddings", 1, distilled ? 2 : patchesAlone ? 0 : Math.Max(1, tokens)));
        int depth = d.Layers("encoder.layer.#.layernorm_before.weight");
        if (width == 768 && depth == 8 && d.Given?.Has("num_attention_heads") != true)
            throw d.Unknown("num_attention_heads", "with 8 layers of 768 it may be 8 or 12");
        d.Config.Add("model_type", distilled ? "deit" : "vit").Add("hidden_size", width).Add("num_hidden_layers", depth)
            .Add("num_attention_heads", width == 1536 && d.Has("attn_pool.probe") ? 16 : d.Heads(width, d.Given)) // SigLIP 2 giant-opt
            .Add("intermediate_size", d.Axis("encoder.layer.0.intermediate.dense.weight", 0)).Add("patch_size", patch).Add("image_size", image)
            .Add("num_channels", channels)
            .Add("qkv_bias", d.Has("encoder.layer.0.attention.attention.query.bias"));
        TimmForm.Deduce(d, positions, d.Has("classifier.weight") || d.Has("cls_classifier.weight"));
        return image;
    }

    /// <summary>Names and number of classes, where there is a classifier or a list of names.</summary>
    public static void Classes(Deduction d)
    {
        if (TimmConfig.Labels(d) is { } names) d.Config.Add("id2label", names);
        if (d.Has("classifier.weight")) d.Config.Add("num_labels", d.Axis("classifier.weight", 0));
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
