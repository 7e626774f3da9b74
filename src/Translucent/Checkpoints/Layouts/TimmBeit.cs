// BEiT as timm names it (timm/models/beit.py), which are the names of the original files too (github.com/microsoft/unilm, beit and beit2).

namespace Translucent.Checkpoints.Layouts;

/// <summary>timm's BEiT.</summary>
static class TimmBeit
{
    const string Table = "relative_position_bias_table";

    public static Layout Layout { get; } = new("timm BEiT", [$"blocks.0.attn.{Table}", $"rel_pos_bias.{Table}"],
    [
        .. TimmViT.Encoder.Where(r => !r.Is("norm.*") && !r.Is("fc_norm.*")),
        new("mask_token", "embeddings.mask_token"),
        new($"rel_pos_bias.{Table}", $"encoder.relative_position_bias.{Table}"),
        new($"blocks.#.attn.{Table}", $"encoder.layer.#.attention.attention.relative_position_bias.{Table}"),
        new("blocks.#.attn.q_bias", "encoder.layer.#.attention.attention.query.bias"),
        new("blocks.#.attn.v_bias", "encoder.layer.#.attention.attention.value.bias"),
        new("blocks.#.gamma_1", "encoder.layer.#.lambda_1"),
        new("blocks.#.gamma_2", "encoder.layer.#.lambda_2"),
        new("norm.*", "layernorm.*"),
        new("fc_norm.*", "pooler.layernorm.*"),
        new("head.*", "classifier.*"),
    ], Deduce)
    {
        Unread = ["*relative_position_index", "lm_head.*", "cls_pt_layers.*"],
        Fits = (_, has) => has("blocks.0.attn.qkv.weight"),
    };

    static void Deduce(Deduction d)
    {
        const string own = "encoder.layer.0.attention.attention.relative_position_bias." + Table, common = "encoder.relative_position_bias." + Table;
        int width = d.Axis("embeddings.patch_embeddings.projection.weight", 0), patch = d.Axis("embeddings.patch_embeddings.projection.weight", 2);
        string table = d.Has(own) ? own : common;
        int image = patch * ((d.Grid(table, 0, 3) + 1) / 2), heads = d.Axis(table, 1);
        bool behind = d.Has("pooler.layernorm.weight"), classifies = d.Has("classifier.weight");
        d.Config.Add("model_type", "beit").Add("hidden_size", width).Add("num_hidden_layers", d.Layers("encoder.layer.#.layernorm_before.weight"))
            .Add("num_attention_heads", heads).Add("intermediate_size", d.Axis("encoder.layer.0.intermediate.dense.weight", 0))
            .Add("patch_size", patch).Add("image_size", image).Add("hidden_act", "gelu").Add("layer_norm_eps", 1e-6)
            .Add("use_relative_position_bias", d.Has(own)).Add("use_shared_relative_position_bias", d.Has(common))
            .Add("use_absolute_position_embeddings", d.Has("embeddings.position_embeddings"))
            .Add("layer_scale_init_value", d.Has("encoder.layer.0.lambda_1") ? 0.1 : 0).Add("use_mean_pooling", behind);
        if (TimmConfig.Labels(d) is { } names) d.Config.Add("id2label", names);
        if (classifies) d.Config.Add("num_labels", d.Axis("classifier.weight", 0));
        if (!TimmConfig.Prepare(d, image) && !d.IsPrepared) d.Prepare(image, image, resample: 3, [0.5, 0.5, 0.5], [0.5, 0.5, 0.5]);
    }
}
