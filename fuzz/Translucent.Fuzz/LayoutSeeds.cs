// Tiny checkpoints of many layouts of names, and lists of what is done to them: an input is a text whose first line names the checkpoint, the others changes.

using System.Text;
using Translucent.Checkpoints;

namespace Translucent.Fuzz;

/// <summary>Seeds of layouts, and the checkpoints that they name.</summary>
static class LayoutSeeds
{
    static readonly string[] s_models =
    [
        "vision/vit", "vision/deit", "vision/dinov2", "vision/dinov2_reg", "vision/clip_vision", "families/beit", "families/beit_shared", "families/dinov3",
        "families/eva", "families/eva02", "siglip", "siglip2", "timm", "open_clip", "naflex",
    ];

    static readonly Dictionary<string, IReadOnlyList<LayoutTensor>> s_open = [];

    /// <summary>Every checkpoint as it is, and some with changes of every kind.</summary>
    public static byte[][] All { get; } =
    [
        .. s_models.Select(Encoding.UTF8.GetBytes),
        "vision/vit\nprefix model.\nconfig problem_type \"multi_label_classification\"\ntype 3 F16"u8.ToArray(),
        "timm\nprefix module._orig_mod.\nrename blocks.0.|blocks.0._checkpoint_wrapped_module.\none 5 head.1.weight\nfile last.ckpt"u8.ToArray(),
        "open_clip\nprefix state_dict.\ndouble 4 ema.\ndrop 9\nshape 7 4,-1\nturn"u8.ToArray(),
        "siglip\nswap 1 2\nunconfig text_config\nvalues 3 1e30\nnoconfig"u8.ToArray(),
    ];

    /// <summary>Small models of SentencePiece.</summary>
    public static byte[][] SentencePiece { get; } = [Unigram([]), Unigram([0x12, 2, 0x18, 2]), Unigram([0x1A, 6, 0x12, 4, 0, 0, 0, 0])];

    /// <summary>The tensors of a checkpoint.</summary>
    public static IReadOnlyList<LayoutTensor> Tensors(string model)
    {
        if (s_open.TryGetValue(model, out IReadOnlyList<LayoutTensor>? known)) return known;
        string file = model switch { "timm" => "vision/vit", "open_clip" => "siglip", _ => model };
        List<LayoutTensor> all = Read($"{file}/model.safetensors");
        return s_open[model] = model switch
        {
            "timm" => [.. Timm(all)],
            "open_clip" => [.. OpenClip(all)],
            "naflex" => [.. all.Where(t => !t.Name.StartsWith("embeds.pos_embed_", StringComparison.Ordinal))],
            _ => all,
        };
    }

    /// <summary>Its config.json.</summary>
    public static byte[] Config(string model) => model switch
    {
        "timm" => """{"architecture":"vit_base_patch16_224","num_attention_heads":4,"pretrained_cfg":{"mean":[0.5,0.5,0.5],"std":[0.5,0.5,0.5]}}"""u8.ToArray(),
        "naflex" => """{"architecture":"naflexvit_base_patch16_gap","num_attention_heads":4,"pretrained_cfg":{"input_size":[3,24,24]}}"""u8.ToArray(),
        "open_clip" => """
            {"vision_config":{"num_attention_heads":4,"hidden_act":"gelu"},"text_config":{"num_attention_heads":4,"hidden_act":"gelu"}}
            """u8.ToArray(),
        _ => Seeds.Resource($"{model}/config.json"),
    };

    /// <summary>Whether a text names a checkpoint.</summary>
    public static bool Has(string model) => s_models.Contains(model);

    static List<LayoutTensor> Read(string resource)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, Seeds.Resource(resource));
            using TensorFile file = TensorFile.Open(path);
            return [.. file.Tensors.Select(t => new LayoutTensor(t.Name, t.Shape.ToArray(), t.Type.IsFloat() ? t.ToTensor().ToArray() : []))];
        }
        finally
        {
            File.Delete(path);
        }
    }

    static IEnumerable<LayoutTensor> Timm(List<LayoutTensor> all)
    {
        (string, string)[] names =
        [
            ("vit.", ""), ("embeddings.cls_token", "cls_token"), ("embeddings.position_embeddings", "pos_embed"),
            ("embeddings.patch_embeddings.projection", "patch_embed.proj"), ("encoder.layer.", "blocks."), ("layernorm_before", "norm1"),
            ("layernorm_after", "norm2"), ("attention.output.dense", "attn.proj"), ("intermediate.dense", "mlp.fc1"), ("output.dense", "mlp.fc2"),
            ("layernorm", "norm"), ("classifier", "head"),
        ];
        foreach (LayoutTensor t in all)
            if (!t.Name.Contains("attention.attention.", StringComparison.Ordinal)) yield return t with { Name = Renamed(t.Name, names) };
            else if (t.Name.Contains(".query.", StringComparison.Ordinal))
                yield return Joined(Renamed(t.Name.Replace("attention.attention.query", "attn.qkv"), names), [.. ((string[])["query", "key", "value"])
                    .Select(part => all.Single(o => o.Name == t.Name.Replace("query", part)))]);
    }

    static IEnumerable<LayoutTensor> OpenClip(List<LayoutTensor> all)
    {
        (string, string)[] names =
        [
            ("vision_model.", "visual.trunk."), ("text_model.", "text."), ("embeddings.patch_embedding", "patch_embed.proj"),
            ("visual.trunk.embeddings.position_embedding.weight", "visual.trunk.pos_embed"),
            ("text.embeddings.position_embedding.weight", "text.positional_embedding"), ("embeddings.token_embedding", "token_embedding"),
            ("visual.trunk.encoder.layers.", "visual.trunk.blocks."), ("text.encoder.layers.", "text.transformer.resblocks."), ("post_layernorm", "norm"),
            ("final_layer_norm", "ln_final"), ("text.head", "text.text_projection"), ("head.probe", "attn_pool.latent"),
            ("head.attention.out_proj", "attn_pool.proj"), ("head.layernorm", "attn_pool.norm"), ("head.mlp", "attn_pool.mlp"),
        ];
        foreach (LayoutTensor t in all)
        {
            bool text = t.Name.StartsWith("text_model.", StringComparison.Ordinal);
            (string, string)[] blocks = text
                ? [("layer_norm", "ln_"), ("self_attn.out_proj", "attn.out_proj"), ("mlp.fc1", "mlp.c_fc"), ("mlp.fc2", "mlp.c_proj"),
                    ("self_attn.q_proj.", "attn.in_proj_")]
                : [("layer_norm", "norm"), ("self_attn.out_proj", "attn.proj"), ("self_attn.q_proj.", "attn.qkv.")];
            string name = Renamed(Renamed(t.Name, blocks), names);
            if (t.Name.Contains("head.attention.in_proj_", StringComparison.Ordinal))
            {
                int third = t.Values.Length / 3;
                string end = t.Name[(t.Name.LastIndexOf('_') + 1)..];
                yield return new($"visual.trunk.attn_pool.q.{end}", [t.Shape[0] / 3, .. t.Shape[1..]], t.Values[..third]);
                yield return new($"visual.trunk.attn_pool.kv.{end}", [t.Shape[0] / 3 * 2, .. t.Shape[1..]], t.Values[third..]);
            }
            else if (t.Name.Contains(".q_proj.", StringComparison.Ordinal))
                yield return Joined(name, [.. "qkv".Select(part => all.Single(o => o.Name == t.Name.Replace(".q_proj", $".{part}_proj")))]);
            else if (!t.Name.Contains(".k_proj.", StringComparison.Ordinal) && !t.Name.Contains(".v_proj.", StringComparison.Ordinal))
                yield return name == "visual.trunk.pos_embed" ? new(name, [1, .. t.Shape], t.Values) : t with { Name = name };
        }
    }

    static string Renamed(string name, (string From, string To)[] names) => names.Aggregate(name, (n, rule) => n.Replace(rule.From, rule.To));

    static LayoutTensor Joined(string name, LayoutTensor[] parts) =>
        new(name, [parts.Length * parts[0].Shape[0], .. parts[0].Shape[1..]], [.. parts.SelectMany(p => p.Values)]);

    static byte[] Unigram(byte[] more)
    {
        List<byte> model = [];
        (string, float, int)[] pieces = [("<pad>", 0, 3), ("</s>", 0, 3), ("<unk>", 0, 2), ("\u2581", -3, 1), ("a", -4, 1), ("\u2581a", -2, 1), ("cat", -5, 1),
            ("é", -6, 1), ("<extra>", 0, 4), ("x", 0, 5)];
        foreach ((string text, float score, int kind) in pieces)
        {
            byte[] utf8 = Encoding.UTF8.GetBytes(text);
            byte[] piece = [0x0A, (byte)utf8.Length, .. utf8, 0x15, .. BitConverter.GetBytes(score), 0x18, (byte)kind];
            model.AddRange([0x0A, (byte)piece.Length, .. piece]);
        }
        return [.. model, 0x12, 2, 0x18, 1, 0x1A, 6, 0x18, 1, 0x20, 1, 0x28, 1, .. more];
    }
}

/// <summary>A tensor whose name, shape and numbers may be changed.</summary>
sealed record LayoutTensor(string Name, int[] Shape, float[] Values);
