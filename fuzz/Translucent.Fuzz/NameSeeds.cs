// Tensor names and shapes of tiny models in every layout that is read (docs/checkpoints.md), plain and wrapped, and answers of a hub.

using System.Text;

namespace Translucent.Fuzz;

/// <summary>Seeds of names.</summary>
static class NameSeeds
{
    const int Width = 64, Hidden = 64, Patch = 4, Grid = 2, Classes = 3;

    static readonly (string Name, int[] Shape)[] s_timm =
    [
        ("cls_token", [1, 1, Width]), ("pos_embed", [1, Grid * Grid + 1, Width]), ("patch_embed.proj.weight", [Width, 3, Patch, Patch]),
        ("patch_embed.proj.bias", [Width]), .. Pair("blocks.0.norm1", Width), .. Pair("blocks.0.attn.qkv", 3 * Width, Width),
        .. Pair("blocks.0.attn.proj", Width, Width), .. Pair("blocks.0.norm2", Width), .. Pair("blocks.0.mlp.fc1", Hidden, Width),
        .. Pair("blocks.0.mlp.fc2", Width, Hidden), .. Pair("norm", Width),
    ];

    static readonly (string Name, int[] Shape)[] s_huggingFace =
    [
        ("vit.embeddings.cls_token", [1, 1, Width]), ("vit.embeddings.position_embeddings", [1, Grid * Grid + 1, Width]),
        ("vit.embeddings.patch_embeddings.projection.weight", [Width, 3, Patch, Patch]), ("vit.embeddings.patch_embeddings.projection.bias", [Width]),
        .. Pair("vit.encoder.layer.0.layernorm_before", Width), .. Pair("vit.encoder.layer.0.attention.attention.query", Width, Width),
        .. Pair("vit.encoder.layer.0.attention.attention.key", Width, Width), .. Pair("vit.encoder.layer.0.attention.attention.value", Width, Width),
        .. Pair("vit.encoder.layer.0.attention.output.dense", Width, Width), .. Pair("vit.encoder.layer.0.layernorm_after", Width),
        .. Pair("vit.encoder.layer.0.intermediate.dense", Hidden, Width), .. Pair("vit.encoder.layer.0.output.dense", Width, Hidden),
        .. Pair("vit.layernorm", Width), .. Pair("classifier", Classes, Width),
    ];

    static readonly (string Name, int[] Shape)[] s_torchvision =
    [
        ("class_token", [1, 1, Width]), ("encoder.pos_embedding", [1, Grid * Grid + 1, Width]), ("conv_proj.weight", [Width, 3, Patch, Patch]),
        ("conv_proj.bias", [Width]), .. Pair("encoder.layers.encoder_layer_0.ln_1", Width),
        ("encoder.layers.encoder_layer_0.self_attention.in_proj_weight", [3 * Width, Width]),
        ("encoder.layers.encoder_layer_0.self_attention.in_proj_bias", [3 * Width]),
        .. Pair("encoder.layers.encoder_layer_0.self_attention.out_proj", Width, Width), .. Pair("encoder.layers.encoder_layer_0.ln_2", Width),
        .. Pair("encoder.layers.encoder_layer_0.mlp.0", Hidden, Width), .. Pair("encoder.layers.encoder_layer_0.mlp.3", Width, Hidden),
        .. Pair("encoder.ln", Width), .. Pair("heads.head", Classes, Width),
    ];

    static readonly (string Name, int[] Shape)[] s_clip =
    [
        ("visual.class_embedding", [Width]), ("visual.positional_embedding", [Grid * Grid + 1, Width]), ("visual.conv1.weight", [Width, 3, Patch, Patch]),
        .. Pair("visual.ln_pre", Width), .. Pair("visual.transformer.resblocks.0.ln_1", Width),
        ("visual.transformer.resblocks.0.attn.in_proj_weight", [3 * Width, Width]), ("visual.transformer.resblocks.0.attn.in_proj_bias", [3 * Width]),
        .. Pair("visual.transformer.resblocks.0.attn.out_proj", Width, Width), .. Pair("visual.transformer.resblocks.0.ln_2", Width),
        .. Pair("visual.transformer.resblocks.0.mlp.c_fc", Hidden, Width), .. Pair("visual.transformer.resblocks.0.mlp.c_proj", Width, Hidden),
        .. Pair("visual.ln_post", Width), ("visual.proj", [Width, 8]), ("logit_scale", []),
    ];

    static readonly (string Name, int[] Shape)[] s_classifier = [.. s_timm, .. Pair("head", Classes, Width)];

    /// <summary>Layouts, and files that are refused by their telltale names.</summary>
    public static byte[][] Layouts { get; } =
    [
        Json(s_classifier), Json(s_timm), Json(s_torchvision), Json(s_clip), Json(s_huggingFace),
        Json([.. s_timm, ("blocks.0.ls1.gamma", [Width]), ("blocks.0.ls2.gamma", [Width]), ("register_tokens", [1, 2, Width])]),
        Json([.. s_classifier.Select(t => ($"_orig_mod.module.{t.Name}", t.Shape))]),
        Json([.. s_huggingFace.Select(t => ($"model.{t.Name.Replace("layer.0.", "layer.0._fsdp_wrapped_module.")}", t.Shape))]),
        Json([.. s_timm, .. Pair("head.1", Classes, Width)]),
        Json([.. s_timm, ("rope_embed.periods", [4]), ("storage_tokens", [1, 2, Width])]),
        Json([.. s_huggingFace.Select(t => ($"base_model.model.{t.Name}", t.Shape)),
            ("base_model.model.vit.encoder.layer.0.attention.attention.query.lora_A.default.weight", [2, Width])]),
        Json([.. s_timm.Where(t => t.Name != "cls_token"), ("attn_pool.latent", [1, 1, Width]), .. Pair("attn_pool.kv", 2 * Width, Width)]),
    ];

    /// <summary>Listings and indexes.</summary>
    public static byte[][] Hub { get; } =
    [
        """
        {"sha":"0123456789abcdef0123456789abcdef01234567","siblings":[{"rfilename":"config.json","size":12,
        "blobId":"0123456789abcdef0123456789abcdef01234567"},{"rfilename":"model.safetensors","size":7,
        "lfs":{"sha256":"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff","size":7}}]}
        """u8.ToArray(),
        """
        {"sha":"0123456789abcdef0123456789abcdef01234567","siblings":[{"rfilename":"config.json"},{"rfilename":"model.safetensors.index.json","size":99},
        {"rfilename":"a.safetensors"},{"rfilename":"onnx/model.onnx"}]}
        """u8.ToArray(),
        """{"sha":"0123456789abcdef0123456789abcdef01234567","siblings":[{"rfilename":"model.gguf"},{"rfilename":"tf_model.h5"}]}"""u8.ToArray(),
        """{"weight_map":{"w":"a.safetensors","v":"b.safetensors"}}"""u8.ToArray(),
        """{"error":"Repository not found"}"""u8.ToArray(),
        "<html><body>Sign in</body></html>"u8.ToArray(),
    ];

    static (string, int[])[] Pair(string name, params int[] shape) => [($"{name}.weight", shape), ($"{name}.bias", [shape[0]])];

    static byte[] Json((string Name, int[] Shape)[] tensors) =>
        Encoding.UTF8.GetBytes($"{{{string.Join(",", tensors.Select(t => $"\"{t.Name}\":[{string.Join(",", t.Shape)}]"))}}}");
}
