using System.Text.Json.Nodes;

namespace Translucent.Tests.Models;

/// <summary>Names and shapes that transformers saves for a config.json.</summary>
static class PublishedTensors
{
    public static IEnumerable<(string Name, int[] Shape)> Of(JsonObject config, bool pooler) => config["model_type"]!.GetValue<string>() switch
    {
        "vit" or "deit" => ViT(config, pooler),
        "clip" => Clip(config),
        "beit" => PublishedFamilies.Beit(config),
        "dinov3_vit" => PublishedFamilies.Dinov3(config),
        _ => Dinov2(config),
    };

    static IEnumerable<(string, int[])> ViT(JsonObject config, bool pooler)
    {
        (int c, int m, int p, int image) = (Int(config, "hidden_size"), Int(config, "intermediate_size"), Int(config, "patch_size"), Int(config, "image_size"));
        string architecture = config["architectures"]![0]!.GetValue<string>();
        bool deit = architecture.StartsWith("DeiT", StringComparison.Ordinal), bare = architecture == "ViTModel";
        string at = bare ? "" : deit ? "deit." : "vit.";
        yield return (at + "embeddings.cls_token", [1, 1, c]);
        if (deit) yield return (at + "embeddings.distillation_token", [1, 1, c]);
        yield return (at + "embeddings.position_embeddings", [1, (deit ? 2 : 1) + image / p * (image / p), c]);
        foreach (var t in Layer(at + "embeddings.patch_embeddings.projection", c, 3, p, p)) yield return t;
        for (int i = 0; i < Int(config, "num_hidden_layers"); i++)
        {
            string block = $"{at}encoder.layer.{i}.";
            foreach (string name in (string[])["attention.attention.query", "attention.attention.key", "attention.attention.value", "attention.output.dense"])
                foreach (var t in Layer(block + name, c, c)) yield return t;
            foreach (var t in Layer(block + "intermediate.dense", m, c)) yield return t;
            foreach (var t in Layer(block + "output.dense", c, m)) yield return t;
            foreach (string name in (string[])["layernorm_before", "layernorm_after"])
                foreach (var t in Layer(block + name, c)) yield return t;
        }
        foreach (var t in Layer(at + "layernorm", c)) yield return t;
        if (bare && pooler)
            foreach (var t in Layer("pooler.dense", c, c)) yield return t;
        string[] heads = deit ? ["cls_classifier", "distillation_classifier"] : bare ? [] : ["classifier"];
        foreach (string head in heads)
            foreach (var t in Layer(head, 1000, c)) yield return t;
    }

    static IEnumerable<(string, int[])> Dinov2(JsonObject config)
    {
        (int c, int p, int image) = (Int(config, "hidden_size"), Int(config, "patch_size"), Int(config, "image_size"));
        yield return ("embeddings.cls_token", [1, 1, c]);
        yield return ("embeddings.mask_token", [1, c]);
        if (config["num_register_tokens"] is { } registers) yield return ("embeddings.register_tokens", [1, registers.GetValue<int>(), c]);
        yield return ("embeddings.position_embeddings", [1, 1 + image / p * (image / p), c]);
        foreach (var t in Layer("embeddings.patch_embeddings.projection", c, 3, p, p)) yield return t;
        for (int i = 0; i < Int(config, "num_hidden_layers"); i++)
        {
            string block = $"encoder.layer.{i}.";
            foreach (string name in (string[])["attention.attention.query", "attention.attention.key", "attention.attention.value", "attention.output.dense"])
                foreach (var t in Layer(block + name, c, c)) yield return t;
            foreach (string name in (string[])["norm1", "norm2"])
                foreach (var t in Layer(block + name, c)) yield return t;
            foreach (string name in (string[])["layer_scale1", "layer_scale2"]) yield return ($"{block}{name}.lambda1", [c]);
            foreach (var t in Layer(block + "mlp.fc1", 4 * c, c)) yield return t;
            foreach (var t in Layer(block + "mlp.fc2", c, 4 * c)) yield return t;
        }
        foreach (var t in Layer("layernorm", c)) yield return t;
    }

    static IEnumerable<(string, int[])> Clip(JsonObject config)
    {
        (JsonObject vision, JsonObject text) = (config["vision_config"]!.AsObject(), config["text_config"]!.AsObject());
        (int c, int p, int image, int w, int joint) = (Int(vision, "hidden_size"), Int(vision, "patch_size"), Int(vision, "image_size"),
            Int(text, "hidden_size"), Int(config, "projection_dim"));
        int positions = 1 + image / p * (image / p);
        yield return ("logit_scale", []);
        yield return ("text_model.embeddings.position_ids", [1, 77]);
        yield return ("text_model.embeddings.token_embedding.weight", [49408, w]);
        yield return ("text_model.embeddings.position_embedding.weight", [77, w]);
        foreach (var t in Tower("text_model.", text)) yield return t;
        foreach (var t in Layer("text_model.final_layer_norm", w)) yield return t;
        yield return ("vision_model.embeddings.class_embedding", [c]);
        yield return ("vision_model.embeddings.position_ids", [1, positions]);
        yield return ("vision_model.embeddings.patch_embedding.weight", [c, 3, p, p]);
        yield return ("vision_model.embeddings.position_embedding.weight", [positions, c]);
        foreach (var t in Tower("vision_model.", vision)) yield return t;
        foreach (string name in (string[])["pre_layrnorm", "post_layernorm"])
            foreach (var t in Layer("vision_model." + name, c)) yield return t;
        yield return ("visual_projection.weight", [joint, c]);
        yield return ("text_projection.weight", [joint, w]);
    }

    static IEnumerable<(string, int[])> Tower(string at, JsonObject config)
    {
        (int c, int m) = (Int(config, "hidden_size"), Int(config, "intermediate_size"));
        for (int i = 0; i < Int(config, "num_hidden_layers"); i++)
        {
            string block = $"{at}encoder.layers.{i}.";
            foreach (string name in (string[])["q_proj", "k_proj", "v_proj", "out_proj"])
                foreach (var t in Layer($"{block}self_attn.{name}", c, c)) yield return t;
            foreach (string name in (string[])["layer_norm1", "layer_norm2"])
                foreach (var t in Layer(block + name, c)) yield return t;
            foreach (var t in Layer(block + "mlp.fc1", m, c)) yield return t;
            foreach (var t in Layer(block + "mlp.fc2", c, m)) yield return t;
        }
    }

    internal static IEnumerable<(string, int[])> Layer(string name, params int[] shape) => [(name + ".weight", shape), (name + ".bias", [shape[0]])];

    static int Int(JsonObject config, string key) => config[key]!.GetValue<int>();
}
