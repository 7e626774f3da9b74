// What programs that train leave in names: torch.compile, DataParallel, Lightning, FSDP, activation checkpointing, averaging. The model is the same without.

namespace Translucent.Checkpoints.Layouts;

/// <summary>Takes wrappers out of names.</summary>
static class WrappedNames
{
    // Parts that no model has of its own, wherever in a name they stand.
    static readonly string[] s_wrappers = ["_orig_mod", "_checkpoint_wrapped_module", "_fsdp_wrapped_module", "_forward_module", "module"];

    /// <summary>Of the models that Hugging Face names: a tensor that each has, and what its name begins with inside a whole model.</summary>
    static readonly Dictionary<string, (string Marker, string Inner)> s_models = new()
    {
        ["vit"] = ("embeddings.cls_token", "vit."),
        ["deit"] = ("embeddings.cls_token", "deit."),
        ["vit_msn"] = ("embeddings.cls_token", "vit."),
        ["ijepa"] = ("embeddings.position_embeddings", "ijepa."),
        ["dinov2"] = ("embeddings.cls_token", "dinov2."),
        ["dinov2_with_registers"] = ("embeddings.cls_token", "dinov2_with_registers."),
        ["dinov3_vit"] = ("embeddings.cls_token", "dinov3_vit."),
        ["beit"] = ("embeddings.cls_token", "beit."),
        ["data2vec-vision"] = ("embeddings.cls_token", "data2vec_vision."),
        ["clip"] = ("vision_model.embeddings.class_embedding", ""),
        ["clip_vision_model"] = ("vision_model.embeddings.class_embedding", ""),
        ["siglip"] = ("vision_model.embeddings.patch_embedding.weight", ""),
        ["siglip_vision_model"] = ("vision_model.embeddings.patch_embedding.weight", ""),
        ["siglip2"] = ("vision_model.embeddings.patch_embedding.weight", ""),
        ["siglip2_vision_model"] = ("vision_model.embeddings.patch_embedding.weight", ""),
        ["clip_text_model"] = ("text_model.embeddings.token_embedding.weight", ""),
        ["bert"] = ("embeddings.word_embeddings.weight", "bert."),
        ["roberta"] = ("embeddings.word_embeddings.weight", "roberta."),
        ["distilbert"] = ("embeddings.word_embeddings.weight", "distilbert."),
        ["lxmert"] = ("embeddings.word_embeddings.weight", "lxmert."),
        ["gpt2"] = ("wte.weight", "transformer."),
        ["llama"] = ("embed_tokens.weight", "model."),
        ["mistral"] = ("embed_tokens.weight", "model."),
        ["qwen2"] = ("embed_tokens.weight", "model."),
        ["qwen3"] = ("embed_tokens.weight", "model."),
        ["gemma"] = ("embed_tokens.weight", "model."),
        ["detr"] = ("class_labels_classifier.weight", ""),
    };

    /// <summary>The tensors without the parts of wrappers in their names.</summary>
    public static IEnumerable<StoredTensor> Unwrap(IEnumerable<StoredTensor> tensors) => tensors.Select(tensor =>
    {
        string[] parts = tensor.Name.Split('.');
        return Array.Exists(parts, s_wrappers.Contains) ? tensor.WithName(string.Join('.', parts.Where(p => !s_wrappers.Contains(p)))) : tensor;
    });

    /// <summary>What the names of a Hugging Face model begin with beyond what they should: <c>state_dict.model.</c>; empty for none.</summary>
    /// <param name="type">model_type of its config.json.</param>
    /// <param name="names">All names.</param>
    public static string Prefix(string type, IEnumerable<string> names)
    {
        if (!s_models.TryGetValue(type, out (string Marker, string Inner) model)) return "";
        return names.Where(n => n.EndsWith(model.Marker, StringComparison.Ordinal)).Select(n => n[..^model.Marker.Length])
            .Select(p => p.EndsWith(model.Inner, StringComparison.Ordinal) ? p[..^model.Inner.Length] : p).Where(p => p is "" || p[^1] == '.')
            .OrderBy(KnownLayouts.Rank).ThenBy(p => p.Length).ThenBy(p => p, StringComparer.Ordinal).FirstOrDefault("");
    }

    /// <summary>
    /// The tensors of a model under a prefix, without it. What is outside stays where the prefix ends inside the model itself, as a classifier beside
    /// <c>model.vit.</c>, and is passed over where it belongs to what trained it.
    /// </summary>
    public static IEnumerable<StoredTensor> Under(string prefix, IEnumerable<StoredTensor> tensors, ICollection<StoredTensor> passedOver)
    {
        foreach (StoredTensor tensor in tensors)
            if (tensor.Name.StartsWith(prefix, StringComparison.Ordinal)) yield return tensor.WithName(tensor.Name[prefix.Length..]);
            else if (HeadNames.IsHead(tensor.Name)) yield return tensor;
            else passedOver.Add(tensor);
    }
}
