using System.Text.RegularExpressions;
using Translucent.Checkpoints;
using Translucent.Tensors;

namespace Translucent.Tests.Models;

/// <summary>Hugging Face checkpoints rewritten to the names, fusions and orientations of other programs.</summary>
static class OtherLayouts
{
    static readonly (string From, string To)[] s_timm =
    [
        (@"^embeddings\.cls_token$", "cls_token"),
        (@"^embeddings\.distillation_token$", "dist_token"),
        (@"^embeddings\.position_embeddings$", "pos_embed"),
        (@"^embeddings\.patch_embeddings\.projection", "patch_embed.proj"),
        (@"^encoder\.layer\.(\d+)\.layernorm_before", "blocks.$1.norm1"),
        (@"^encoder\.layer\.(\d+)\.attention\.attention\.qkv", "blocks.$1.attn.qkv"),
        (@"^encoder\.layer\.(\d+)\.attention\.output\.dense", "blocks.$1.attn.proj"),
        (@"^encoder\.layer\.(\d+)\.layernorm_after", "blocks.$1.norm2"),
        (@"^encoder\.layer\.(\d+)\.intermediate\.dense", "blocks.$1.mlp.fc1"),
        (@"^encoder\.layer\.(\d+)\.output\.dense", "blocks.$1.mlp.fc2"),
        (@"^layernorm\.", "norm."),
        (@"^classifier", "head"),
        (@"^cls_classifier", "head"),
        (@"^distillation_classifier", "head_dist"),
    ];

    static readonly (string From, string To)[] s_detr =
    [
        (@"^model\.backbone\.conv_encoder\.model\.", "backbone.0.body."),
        (@"^model\.input_projection", "input_proj"),
        (@"^model\.(encoder|decoder)\.layers\.(\d+)\.self_attn\.qkv\.(\w+)", "transformer.$1.layers.$2.self_attn.in_proj_$3"),
        (@"^model\.decoder\.layers\.(\d+)\.encoder_attn\.qkv\.(\w+)", "transformer.decoder.layers.$1.multihead_attn.in_proj_$2"),
        (@"^model\.(encoder|decoder)\.layers\.(\d+)\.self_attn\.out_proj", "transformer.$1.layers.$2.self_attn.out_proj"),
        (@"^model\.decoder\.layers\.(\d+)\.encoder_attn\.out_proj", "transformer.decoder.layers.$1.multihead_attn.out_proj"),
        (@"^model\.(encoder|decoder)\.layers\.(\d+)\.fc(\d)", "transformer.$1.layers.$2.linear$3"),
        (@"^model\.(encoder|decoder)\.layers\.(\d+)\.self_attn_layer_norm", "transformer.$1.layers.$2.norm1"),
        (@"^model\.encoder\.layers\.(\d+)\.final_layer_norm", "transformer.encoder.layers.$1.norm2"),
        (@"^model\.decoder\.layers\.(\d+)\.encoder_attn_layer_norm", "transformer.decoder.layers.$1.norm2"),
        (@"^model\.decoder\.layers\.(\d+)\.final_layer_norm", "transformer.decoder.layers.$1.norm3"),
        (@"^model\.decoder\.layernorm", "transformer.decoder.norm"),
        (@"^model\.query_position_embeddings", "query_embed"),
        (@"^class_labels_classifier", "class_embed"),
        (@"^bbox_predictor", "bbox_embed"),
    ];

    static readonly (string From, string To)[] s_torchvision =
    [
        (@"^embeddings\.cls_token$", "class_token"),
        (@"^embeddings\.position_embeddings$", "encoder.pos_embedding"),
        (@"^embeddings\.patch_embeddings\.projection", "conv_proj"),
        (@"^encoder\.layer\.(\d+)\.layernorm_before", "encoder.layers.encoder_layer_$1.ln_1"),
        (@"^encoder\.layer\.(\d+)\.attention\.attention\.qkv\.(\w+)", "encoder.layers.encoder_layer_$1.self_attention.in_proj_$2"),
        (@"^encoder\.layer\.(\d+)\.attention\.output\.dense", "encoder.layers.encoder_layer_$1.self_attention.out_proj"),
        (@"^encoder\.layer\.(\d+)\.layernorm_after", "encoder.layers.encoder_layer_$1.ln_2"),
        (@"^encoder\.layer\.(\d+)\.intermediate\.dense", "encoder.layers.encoder_layer_$1.mlp.0"),
        (@"^encoder\.layer\.(\d+)\.output\.dense", "encoder.layers.encoder_layer_$1.mlp.3"),
        (@"^layernorm\.", "encoder.ln."),
        (@"^classifier", "heads.head"),
    ];

    static readonly (string From, string To)[] s_dinov2 =
    [
        (@"^embeddings\.(cls_token|mask_token|register_tokens)$", "$1"),
        (@"^embeddings\.position_embeddings$", "pos_embed"),
        (@"^embeddings\.patch_embeddings\.projection", "patch_embed.proj"),
        (@"^encoder\.layer\.(\d+)\.attention\.attention\.qkv", "blocks.$1.attn.qkv"),
        (@"^encoder\.layer\.(\d+)\.attention\.output\.dense", "blocks.$1.attn.proj"),
        (@"^encoder\.layer\.(\d+)\.layer_scale(\d)\.lambda1", "blocks.$1.ls$2.gamma"),
        (@"^encoder\.layer\.(\d+)\.", "blocks.$1."),
        (@"^layernorm\.", "norm."),
        (@"^classifier", "linear_head"),
    ];

    static readonly (string From, string To)[] s_clip =
    [
        (@"^vision_model\.embeddings\.class_embedding$", "visual.class_embedding"),
        (@"^vision_model\.embeddings\.position_embedding\.weight$", "visual.positional_embedding"),
        (@"^vision_model\.embeddings\.patch_embedding", "visual.conv1"),
        (@"^vision_model\.pre_layrnorm", "visual.ln_pre"),
        (@"^vision_model\.post_layernorm", "visual.ln_post"),
        (@"^vision_model\.encoder\.layers\.(\d+)\.", "visual.transformer.resblocks.$1."),
        (@"^text_model\.embeddings\.token_embedding\.weight$", "token_embedding.weight"),
        (@"^text_model\.embeddings\.position_embedding\.weight$", "positional_embedding"),
        (@"^text_model\.final_layer_norm", "ln_final"),
        (@"^text_model\.encoder\.layers\.(\d+)\.", "transformer.resblocks.$1."),
        (@"\.layer_norm(\d)\.", ".ln_$1."),
        (@"\.self_attn\.qkv\.(\w+)$", ".attn.in_proj_$1"),
        (@"\.self_attn\.out_proj\.", ".attn.out_proj."),
        (@"\.mlp\.fc1\.", ".mlp.c_fc."),
        (@"\.mlp\.fc2\.", ".mlp.c_proj."),
    ];

    public static StoredTensor[] Timm(IEnumerable<StoredTensor> tensors) => Rename(Fuse(Bare(tensors), "query", "key", "value"), s_timm);

    public static StoredTensor[] Detr(IEnumerable<StoredTensor> tensors) => Rename(Fuse(tensors, "q_proj", "k_proj", "v_proj"), s_detr);

    /// <summary>The backbone of a DETR under the names of Hugging Face's own ResNet.</summary>
    public static StoredTensor[] HuggingFaceResNet(IEnumerable<StoredTensor> tensors) =>
        [.. tensors.Select(t => t.WithName(Regex.Replace(Regex.Replace(Regex.Replace(Regex.Replace(Regex.Replace(t.Name,
        @"conv_encoder\.model\.conv1\.", "conv_encoder.model.embedder.embedder.convolution."), @"conv_encoder\.model\.bn1\.",
        "conv_encoder.model.embedder.embedder.normalization."),
        @"model\.layer(\d+)\.(\d+)\.(conv|bn)(\d)\.", m =>
            $"model.encoder.stages.{int.Parse(m.Groups[1].Value) - 1}.layers.{m.Groups[2].Value}.layer.{int.Parse(m.Groups[4].Value) - 1}."
                + $"{(m.Groups[3].Value == "bn" ? "normalization" : "convolution")}."),
        @"model\.layer(\d+)\.(\d+)\.downsample\.0\.", m =>
            $"model.encoder.stages.{int.Parse(m.Groups[1].Value) - 1}.layers.{m.Groups[2].Value}.shortcut.convolution."),
        @"model\.layer(\d+)\.(\d+)\.downsample\.1\.", m =>
            $"model.encoder.stages.{int.Parse(m.Groups[1].Value) - 1}.layers.{m.Groups[2].Value}.shortcut.normalization.")))];

    public static StoredTensor[] Torchvision(IEnumerable<StoredTensor> tensors) => Rename(Fuse(Bare(tensors), "query", "key", "value"), s_torchvision);

    /// <param name="chunk">How many blocks a chunk has, as in blocks.{i / chunk}.{i}; 0 for none.</param>
    public static StoredTensor[] Dinov2(IEnumerable<StoredTensor> tensors, int chunk = 0)
    {
        StoredTensor[] renamed = Rename(Fuse(Bare(tensors), "query", "key", "value"), s_dinov2);
        return chunk == 0 ? renamed : [.. renamed.Select(
            t => t.WithName(Regex.Replace(t.Name, @"^blocks\.(\d+)\.", m => $"blocks.{int.Parse(m.Groups[1].Value) / chunk}.{m.Groups[1].Value}.")))];
    }

    public static StoredTensor[] Clip(IEnumerable<StoredTensor> tensors)
    {
        StoredTensor[] renamed = Rename(Fuse(tensors, "q_proj", "k_proj", "v_proj"), s_clip);
        return [.. renamed.Where(t => !t.Name.EndsWith("position_ids", StringComparison.Ordinal)).Select(t => t.Name switch
        {
            "visual_projection.weight" => Transpose(t, "visual.proj"),
            "text_projection.weight" => Transpose(t, "text_projection"),
            _ => t,
        })];
    }

    static IEnumerable<StoredTensor> Bare(IEnumerable<StoredTensor> tensors) =>
        tensors.Where(t => !t.Name.Contains("pooler")).Select(t => t.WithName(Regex.Replace(t.Name, @"^(vit|deit|dinov2|dinov2_with_registers)\.", "")));

    static StoredTensor[] Rename(IEnumerable<StoredTensor> tensors, (string From, string To)[] rules) =>
        [.. tensors.Select(t => t.WithName(rules.Aggregate(t.Name, (name, rule) => Regex.Replace(name, rule.From, rule.To))))];

    /// <summary>Puts queries, keys and values one below the other.</summary>
    static IEnumerable<StoredTensor> Fuse(IEnumerable<StoredTensor> tensors, string query, string key, string value)
    {
        Dictionary<string, StoredTensor> all = tensors.ToDictionary(t => t.Name);
        foreach (StoredTensor t in all.Values)
        {
            string[] parts = t.Name.Split('.');
            if (parts.Contains(key) || parts.Contains(value)) continue;
            if (!parts.Contains(query))
            {
                yield return t;
                continue;
            }
            StoredTensor[] three = [t, all[t.Name.Replace($".{query}.", $".{key}.")], all[t.Name.Replace($".{query}.", $".{value}.")]];
            yield return StoredTensor.From(t.Name.Replace($".{query}.", ".qkv."), [3 * t.Shape[0], .. t.Shape[1..]], t.Type,
                [.. three.SelectMany(p => p.Bytes.ToArray())]);
        }
    }

    static StoredTensor Transpose(StoredTensor t, string name)
    {
        Tensor from = t.ToTensor(), to = new(from.Width, from.Rows);
        for (int r = 0; r < from.Rows; r++)
            for (int c = 0; c < from.Width; c++) to.Row(c)[r] = from.Row(r)[c];
        return StoredTensor.From(name, to);
    }
}
