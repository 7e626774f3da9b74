// Damage of checkpoints as lists of changes: one is added, taken away, doubled, or its words are changed.

using System.Text;

namespace Translucent.Fuzz.Mutators;

/// <summary>Changes lists of changes.</summary>
static class LayoutMutator
{
    static readonly string[] s_words =
    [
        "_orig_mod.", "module.", "model.", "backbone.", "ema.", "teacher.", "student.", "net.", "state_dict.", "_checkpoint_wrapped_module.",
        "visual.trunk.", "visual.", "text.", "vision_model.", "text_model.", "vit.", "encoder.", "blocks.", "blocks.0.", "layer.", "layers.", "head.",
        "heads.", "classifier.", "head.1.", "attn_pool.", "attn_pool.latent", "attn_pool.q.weight", "cls_token", "dist_token", "reg_token", "pos_embed",
        "norm.", "fc_norm.", "norm_pre.weight", "lora_A.", "qweight", "storage_tokens", "rope_embed.periods", "attn.qkv.weight", "q_bias", "weight", "bias",
        "logit_scale", "text_projection", "mask_token", "gamma_1", "..", "", ".", "é\u202E", "x", "0", "1", "99999999999999999999", "/", "\\",
        "embeddings.pos_embed", "embeds.pos_embed", "embeds.pos_embed_y", "embeds.pos_embed_x", "embeds.proj.weight", "embeds.reg_token",
        "resblocks.0.attn.in_proj_weight",
    ];

    static readonly string[] s_keys =
    [
        "model_type", "hidden_size", "num_attention_heads", "num_hidden_layers", "intermediate_size", "image_size", "patch_size", "num_channels",
        "hidden_act", "layer_norm_eps", "id2label", "num_labels", "problem_type", "global_pool", "model_args", "architecture", "pretrained_cfg",
        "num_register_tokens", "qkv_bias", "use_mean_pooling", "vision_config", "text_config", "label_names", "act_layer", "use_relative_position_bias",
        "key_bias", "rope_theta", "projection_dim",
    ];

    static readonly string[] s_types = ["F16", "BF16", "F64", "F32", "I64", "U8", "BOOL"];
    static readonly string[] s_files = ["last.ckpt", "pytorch_model.bin", "model.pth", "x.safetensors", "two"];

    /// <summary>One change.</summary>
    public static byte[] Edit(byte[] file, IReadOnlyList<byte[]> others, Random random)
    {
        List<string> lines = [.. Encoding.UTF8.GetString(file).Split('\n')];
        switch (random.Next(12))
        {
            case 0 when lines.Count > 1:
                lines.RemoveAt(1 + random.Next(lines.Count - 1));
                break;
            case 1 when lines.Count > 1:
                lines.Insert(1 + random.Next(lines.Count), lines[1 + random.Next(lines.Count - 1)]);
                break;
            case 2:
                string[] other = Encoding.UTF8.GetString(others[random.Next(others.Count)]).Split('\n');
                lines[0] = other[0];
                break;
            default:
                lines.Insert(random.Next(1, lines.Count + 1), Change(random));
                break;
        }
        return Encoding.UTF8.GetBytes(string.Join('\n', lines.Take(64)));
    }

    static string Change(Random random) => random.Next(15) switch
    {
        0 or 1 => $"prefix {Word(random)}",
        2 or 3 => $"rename {Word(random)}|{Word(random)}",
        4 or 5 => $"one {random.Next(200)} {Word(random)}{Word(random)}",
        6 => $"drop {random.Next(200)}",
        7 => $"double {random.Next(200)} {Word(random)}",
        8 => $"swap {random.Next(200)} {random.Next(200)}",
        9 or 10 => $"shape {random.Next(200)} {string.Join(',', Axes(random))}",
        11 => $"type {random.Next(200)} {s_types[random.Next(s_types.Length)]}",
        12 => $"config {s_keys[random.Next(s_keys.Length)]} {Edge.Value(random)}",
        13 => random.Next(3) switch { 0 => "noconfig", 1 => "turn", _ => $"unconfig {s_keys[random.Next(s_keys.Length)]}" },
        _ => random.Next(2) == 0 ? $"values {random.Next(200)} {(random.Next(2) == 0 ? "0" : "NaN")}" : $"file {s_files[random.Next(s_files.Length)]}",
    };

    static IEnumerable<int> Axes(Random random) => [.. Enumerable.Range(0, random.Next(5)).Select(_ => random.Next(6) == 0 ? 0 : 1 << random.Next(7))];

    static string Word(Random random) => s_words[random.Next(s_words.Length)];
}
