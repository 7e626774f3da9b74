using System.Text.Json.Nodes;
using Translucent.Checkpoints;
using Translucent.Tensors;

namespace Translucent.Tests.Models;

/// <summary>A whole CLIP folder with random weights, in the layout, with the names and the shapes that Hugging Face publishes.</summary>
/// <param name="Text">text_config; what it leaves out has its default.</param>
/// <param name="Vision">vision_config.</param>
/// <param name="Projection">projection_dim.</param>
sealed record ClipFolder(JsonObject Text, JsonObject Vision, int Projection)
{
    public const int EndId = 1313; // of the tokenizer

    /// <summary>A small one, for the tokenizer that it brings along.</summary>
    public static ClipFolder Small(int endId = EndId, string activation = "quick_gelu") => new(
        new()
        {
            ["vocab_size"] = 1314,
            ["hidden_size"] = 32,
            ["num_hidden_layers"] = 2,
            ["num_attention_heads"] = 4,
            ["intermediate_size"] = 64,
            ["max_position_embeddings"] = 77,
            ["eos_token_id"] = endId,
            ["hidden_act"] = activation,
        },
        new()
        {
            ["hidden_size"] = 48,
            ["num_hidden_layers"] = 3,
            ["num_attention_heads"] = 4,
            ["intermediate_size"] = 96,
            ["image_size"] = 32,
            ["patch_size"] = 8,
            ["hidden_act"] = activation,
        },
        Projection: 24);

    /// <summary>Writes the folder.</summary>
    /// <param name="folder">Where; it is made.</param>
    /// <param name="wanted">Which tensors to write; all when null.</param>
    /// <param name="type">F32, or F16 for large ones.</param>
    public string Write(string folder, Func<string, bool>? wanted = null, StoredType type = StoredType.F32)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.json"), new JsonObject
        {
            ["model_type"] = "clip",
            ["architectures"] = new JsonArray("CLIPModel"),
            ["projection_dim"] = Projection,
            ["logit_scale_init_value"] = 2.6592,
            ["text_config"] = Text.DeepClone(),
            ["vision_config"] = Vision.DeepClone(),
        }.ToJsonString());
        int size = Of(Vision, "image_size", 224);
        File.WriteAllText(Path.Combine(folder, "preprocessor_config.json"), $$"""
            {"crop_size": {{size}}, "do_center_crop": true, "do_normalize": true, "do_resize": true,
             "feature_extractor_type": "CLIPFeatureExtractor", "resample": 3, "size": {{size}},
             "image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711]}
            """);
        File.Copy(Golden.File("tokenizers/clip_bpe/tokenizer.json"), Path.Combine(folder, "tokenizer.json"));
        Random random = new(20);
        Safetensors.Write(Path.Combine(folder, "model.safetensors"), Tensors().Where(t => wanted is null || wanted(t.Name))
            .Select(t => Draw(random, t.Name, t.Shape, type)));
        return folder;
    }

    IEnumerable<(string Name, int[] Shape)> Tensors()
    {
        int text = Of(Text, "hidden_size", 512), vision = Of(Vision, "hidden_size", 768), patch = Of(Vision, "patch_size", 32),
            grid = Of(Vision, "image_size", 224) / patch;
        (string, int[])[] own =
        [
            ("logit_scale", []),
            ("text_model.embeddings.token_embedding.weight", [Of(Text, "vocab_size", 49408), text]),
            ("text_model.embeddings.position_embedding.weight", [Of(Text, "max_position_embeddings", 77), text]),
            ("text_model.embeddings.position_ids", [1, 77]),
            ("text_projection.weight", [Projection, text]),
            ("vision_model.embeddings.class_embedding", [vision]),
            ("vision_model.embeddings.patch_embedding.weight", [vision, 3, patch, patch]),
            ("vision_model.embeddings.position_embedding.weight", [1 + grid * grid, vision]),
            ("vision_model.embeddings.position_ids", [1, 1 + grid * grid]),
            ("visual_projection.weight", [Projection, vision]),
        ];
        return
        [
            .. own, .. Norm("text_model.final_layer_norm", text), .. Norm("vision_model.pre_layrnorm", vision), .. Norm("vision_model.post_layernorm", vision),
            .. Tower("text_model", Of(Text, "num_hidden_layers", 12), text, Of(Text, "intermediate_size", 2048)),
            .. Tower("vision_model", Of(Vision, "num_hidden_layers", 12), vision, Of(Vision, "intermediate_size", 3072)),
        ];
    }

    static IEnumerable<(string, int[])> Tower(string tower, int depth, int width, int hidden) =>
        Enumerable.Range(0, depth).Select(i => $"{tower}.encoder.layers.{i}").SelectMany(name => (IEnumerable<(string, int[])>)
    [
        .. Norm($"{name}.layer_norm1", width), .. Norm($"{name}.layer_norm2", width), .. Layer($"{name}.mlp.fc1", width, hidden),
        .. Layer($"{name}.mlp.fc2", hidden, width),
        .. ((string[])["q", "k", "v", "out"]).SelectMany(part => Layer($"{name}.self_attn.{part}_proj", width, width)),
    ]);

    static (string, int[])[] Norm(string name, int width) => [($"{name}.weight", [width]), ($"{name}.bias", [width])];

    static (string, int[])[] Layer(string name, int ins, int outs) => [($"{name}.weight", [outs, ins]), ($"{name}.bias", [outs])];

    static StoredTensor Draw(Random random, string name, int[] shape, StoredType type)
    {
        if (name.EndsWith("position_ids", StringComparison.Ordinal))
            return StoredTensor.From<long>(name, shape, [.. Enumerable.Range(0, shape[1]).Select(i => (long)i)]);
        bool gain = name.Contains("norm", StringComparison.Ordinal) && name.EndsWith("weight", StringComparison.Ordinal);
        float mean = gain ? 1 : name == "logit_scale" ? 3 : 0, width = shape.Length == 0 ? 0 : gain ? 0.2f
            : name.Contains("embedding", StringComparison.Ordinal) ? 1 : 4 / MathF.Sqrt(shape[^1]);
        Tensor values = new(shape);
        foreach (ref float v in values.Span) v = mean + width * (random.NextSingle() - 0.5f);
        return type == StoredType.F32 ? StoredTensor.From(name, values)
            : StoredTensor.From<Half>(name, shape, [.. Array.ConvertAll(values.ToArray(), v => (Half)v)]);
    }

    static int Of(JsonObject config, string key, int fallback) => config[key]?.GetValue<int>() ?? fallback;
}
