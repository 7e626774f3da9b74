// Which keys of config.json were neither read nor are known to change nothing about what a trained model computes.

using System.IO.Enumeration;
using System.Text.Json;

namespace Translucent.Checkpoints;

/// <summary>Tells settings that could matter from those that do not.</summary>
static class SettingsInUse
{
    // Training, generation, bookkeeping, and outputs that are not asked for; * stands for anything. From the configuration classes of Hugging Face
    // transformers.
    static readonly string[] s_harmless =
    [
        // bookkeeping
        "architectures", "model_type", "*dtype", "transformers_version", "_*", "auto_map", "finetuning_task", "id2label", "label2id", "num_labels", "task_*",
        "tokenizer_class", "prefix", "name_or_path", "license", "quantization_config", "attn_implementation", "problem_type", "output_*", "return_dict*",
            "torchscript",
        "use_return_dict", "use_cache", "use_bfloat16", "tf_legacy_loss", "pruned_heads", "is_encoder_decoder", "is_decoder", "add_cross_attention",
        "cross_attention_hidden_size", "tie_encoder_decoder", "tie_word_embeddings", "chunk_size_feed_forward", "gradient_checkpointing",
        // training
        "*dropout*", "*drop_rate*", "*drop_path*", "*drop", "initializer_*", "init_std", "init_xavier_std", "layerdrop", "*layerdrop", "*loss*", "*_cost",
            "*_coefficient",
        "auxiliary_loss", "mask_*", "*label_smoothing*", "layerscale_value", "layer_scale_init_value", "apply_layernorm", "reshape_hidden_states",
            "use_mask_token",
        "encoder_stride", "decoder_hidden_size", "decoder_intermediate_size", "norm_pix_loss", "pretraining_tp", "logit_scale_init_value", "num_object_labels",
        "num_attr_labels", "num_qa_labels", "visual_*", "num_decoder_*", "num_encoder_*",
        // generation
        "*token_id", "*token_ids", "max_length", "min_length", "do_sample", "early_stopping", "num_beam*", "diversity_penalty", "temperature", "top_k",
            "top_p", "typical_p",
        "*_penalty", "*no_repeat_ngram_size", "bad_words_ids", "num_return_sequences", "remove_invalid_values", "suppress_tokens", "begin_suppress_tokens",
        "summary_*", "n_ctx", "stage_names", "out_features", "out_indices", "pooler_*", "sliding_window", "use_sliding_window", "max_window_layers",
        // of parts that stand under other keys, or that shapes tell (DETR, LXMERT, the other tower of CLIP)
        "hidden_size", "num_hidden_layers", "num_attention_heads", "num_channels", "use_timm_backbone", "use_pretrained_backbone", "backbone*",
        "layer_norm_eps", "text_config", "vision_config",
        // without effect: of BERT, of GPT-2 in half precision, of DETR, whose positions are computed, of DistilBERT in training
        "directionality", "reorder_and_upcast_attn", "max_position_embeddings", "sinusoidal_pos_embds", "tie_weights_",
        // DINOv3 in training; heads for segmentation (BEiT)
        "pos_embed_*", "pool_scales", "add_fpn", "use_auxiliary_head", "auxiliary_*",
        // of other programs, and notes
        "fixture_*", "translucent_*",
        "architecture", "num_classes", "num_features", "pretrained_cfg", "model_args", "label_names", "label_descriptions", "global_pool", "timm_form",
    ];

    /// <summary>The other way round than id2label, which is read.</summary>
    public const string Numbers = "label2id";

    /// <summary>Keys that were given, that nobody read, and that may matter; in the order of the file. label2id is one where id2label contradicts it.</summary>
    public static IReadOnlyList<string> Unread(ConfigSection config) =>
        [.. config.Unasked().Where(name => (name == Numbers && Contradicted(config)) || !s_harmless.Any(pattern =>
            FileSystemName.MatchesSimpleExpression(pattern, name.AsSpan(name.LastIndexOf('.') + 1), ignoreCase: false)))];

    /// <summary>Whether label2id gives a name another number than id2label. Names that several numbers have may stand under any of them.</summary>
    static bool Contradicted(ConfigSection config)
    {
        if (config.Kind(Numbers) != JsonValueKind.Object || config.Kind("id2label") is not (JsonValueKind.Object or JsonValueKind.Array)) return false;
        JsonElement names = config.Json.GetProperty("id2label");
        Dictionary<string, string> byNumber = new(StringComparer.Ordinal);
        foreach ((string number, JsonElement name) in names.ValueKind == JsonValueKind.Array
            ? names.EnumerateArray().Select((name, i) => ($"{i}", name)) : names.EnumerateObject().Select(p => (p.Name, p.Value)))
            byNumber[number] = name.ToString();
        return config.Json.GetProperty(Numbers).EnumerateObject()
            .Any(p => p.Value.ValueKind is JsonValueKind.Number or JsonValueKind.String && byNumber.GetValueOrDefault(p.Value.ToString()) != p.Name);
    }
}
