// Models whose settings or tensors do not fit each other, and kinds of weights that are not read: named, never computed wrongly.

using Translucent.Checkpoints;

namespace Translucent.Fuzz.Hostile;

/// <summary>Models.</summary>
static class WrongModels
{
    static readonly string[] s_explain = ["explain", "photo.png", "--model", "model", "--no-segmentation", "--out", "out"];

    static readonly (string Key, object? Value, string Says)[] s_settings =
    [
        ("hidden_size", 0, "hidden_size"), ("hidden_size", -48, "hidden_size"), ("hidden_size", 1_000_000_000, "hidden_size|shape|expected"),
        ("hidden_size", "48", "hidden_size"), ("num_attention_heads", 0, "num_attention_heads"), ("num_attention_heads", 7, "num_attention_heads|heads"),
        ("num_hidden_layers", 999, ""), ("num_hidden_layers", -1, "num_hidden_layers"), ("patch_size", 0, "patch_size"),
        ("num_labels", 0, "num_labels.*id2label"), ("num_labels", 11, "num_labels.*id2label"),
        ("image_size", 1_000_000_000, "image_size"), ("image_size", -1, "image_size"), ("layer_norm_eps", "x", "layer_norm_eps"),
        ("hidden_act", "snake", "snake"), ("problem_type", "dance", "problem_type"), ("model_type", null, "model_type"), ("model_type", "resnet", "resnet"),
        ("model_type", 7, "model_type"), ("num_channels", 1_000_000, "num_channels|shape|expected"), ("id2label", "x", "id2label"),
        ("id2label", new[] { 1 }, "id2label"),
        ("qkv_bias", "maybe", "qkv_bias"), ("intermediate_size", 1, ""),
    ];

    static readonly (string Name, string Tensor, string Says)[] s_telltales =
    [
        ("a LoRA adapter", "base_model.model.vit.encoder.layer.0.attention.attention.query.lora_A.weight", "LoRA"),
        ("a SigLIP of timm", "attn_pool.latent", ""), ("a ConvNeXt", "stages.0.blocks.0.conv_dw.weight", ""),
        ("bits and bytes", "vit.encoder.layer.0.attention.attention.query.weight.quant_state.bitsandbytes__nf4", ""),
        ("an int8 file", "vit.encoder.layer.0.attention.attention.query.weight_scale", ""), ("a Mamba", "backbone.layers.0.mixer.A_log", ""),
    ];

    static string Shown(object? value) => value switch { null => "null", Array => "[1]", _ => $"{value} ({value.GetType().Name})" };

    public static IEnumerable<HostileEntry> All =>
    [
        .. s_settings.Select(setting => new HostileEntry($"config.json: {setting.Key} {Shown(setting.Value)}", s_explain, 1,
            $"^translucent: .*({setting.Says})")
        {
            Make = place =>
            {
                place.Photo();
                place.Model(config: c => c[setting.Key] = setting.Value);
            },
        }),
        .. s_telltales.Select(kind => new HostileEntry($"{kind.Name} alone", s_explain, 1, $"^translucent: .*({kind.Says})")
        {
            Make = place =>
            {
                place.Photo();
                Directory.CreateDirectory(place["model"]);
                Safetensors.Write(place["model/model.safetensors"], [StoredTensor.From<float>(kind.Tensor, [2, 2], [1, 2, 3, 4])]);
            },
        }),
        new("a GGUF file", ["models", "inspect", "x.gguf"], 1, "GGUF") { Make = place => place.File("x.gguf", [.. "GGUF"u8, 3, 0, 0, 0, .. new byte[64]]) },
        new("a weight that is NaN", s_explain, 1, "expected finite")
        {
            Make = place =>
            {
                place.Photo();
                place.Model();
                using Safetensors source = Safetensors.Open(place["model/model.safetensors"]);
                StoredTensor last = source.Tensors.Last();
                Safetensors.Write(place["model/changed"], source.Tensors.Where(t => t.Name != last.Name).Append(
                    StoredTensor.From<float>(last.Name, last.Shape, [.. Enumerable.Repeat(float.NaN, (int)last.Count)])));
                File.Move(place["model/changed"], place["model/model.safetensors"], overwrite: true);
            },
        },
    ];
}
