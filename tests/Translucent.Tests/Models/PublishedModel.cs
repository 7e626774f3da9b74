using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Translucent.Tests.Models;

/// <summary>
/// Model folders as they are published on the hub: true names, shapes and depth, true keys of config.json and preprocessor_config.json.
/// Vectors, embeddings, classifiers and the first block are random; matrices of the other blocks and of text towers are zero, left as
/// holes in the file, so that 6 GB of models take a second to write.
/// </summary>
sealed record PublishedModel(string Name, string Config, string Preprocessor, int Tokens, (int Width, int Height) Resized, long Parameters)
{
    const string ViT =
        "\"architectures\":[\"ViTForImageClassification\"],\"attention_probs_dropout_prob\":0.0,\"hidden_act\":\"gelu\",\"hidden_dropout_prob\":0.0,"
            + "\"initializer_range\":0.02,\"layer_norm_eps\":1e-12,\"model_type\":\"vit\",\"num_channels\":3,\"transformers_version\":\"4.13.0.dev0\"";
    const string Dino =
        "\"architectures\":[\"ViTModel\"],\"attention_probs_dropout_prob\":0.0,\"hidden_act\":\"gelu\",\"hidden_dropout_prob\":0.0,\"image_size\":224,"
            + "\"initializer_range\":0.02,\"layer_norm_eps\":1e-12,\"model_type\":\"vit\",\"num_channels\":3,\"num_hidden_layers\":12,"
            + "\"torch_dtype\":\"float32\",\"transformers_version\":\"4.10.0.dev0\"";
    const string Half = "\"image_mean\":[0.5,0.5,0.5],\"image_std\":[0.5,0.5,0.5]",
        ImageNet = "\"image_mean\":[0.485,0.456,0.406],\"image_std\":[0.229,0.224,0.225]";
    const string ClipMean = "\"image_mean\":[0.48145466,0.4578275,0.40821073],\"image_std\":[0.26862954,0.26130258,0.27577711]";
    const string DeiTProcessor =
        "{\"crop_size\":224,\"do_center_crop\":true,\"do_normalize\":true,\"do_resize\":true,\"feature_extractor_type\":\"DeiTFeatureExtractor\"," + ImageNet
            + ",\"resample\":3,\"size\":256}";
    const string BitProcessor =
        "{\"crop_size\":{\"height\":224,\"width\":224},\"do_center_crop\":true,\"do_convert_rgb\":true,\"do_normalize\":true,\"do_rescale\":true,"
            + "\"do_resize\":true,\"image_processor_type\":\"BitImageProcessor\"," + ImageNet + ",\"resample\":3,\"rescale_factor\":0.00392156862745098,"
            + "\"size\":{\"shortest_edge\":256}}";
    const string OldClipProcessor =
        "{\"crop_size\":224,\"do_center_crop\":true,\"do_normalize\":true,\"do_resize\":true,\"feature_extractor_type\":\"CLIPFeatureExtractor\"," + ClipMean
            + ",\"resample\":3,\"size\":224}";
    const string NewClipProcessor =
        "{\"crop_size\":{\"height\":224,\"width\":224},\"do_center_crop\":true,\"do_convert_rgb\":true,\"do_normalize\":true,\"do_rescale\":true,"
            + "\"do_resize\":true,\"image_processor_type\":\"CLIPImageProcessor\"," + ClipMean + ",\"resample\":3,\"rescale_factor\":0.00392156862745098,"
            + "\"size\":{\"shortest_edge\":224}}";

    /// <summary>The photograph that the expected sizes are for is 300 x 451; parameters are as published (of DINO the backbone, and the pooler that
    /// transformers adds).</summary>
    public static PublishedModel[] All { get; } =
    [
        new("google/vit-base-patch16-224", ViTConfig(768, 3072, 12, 12, 16, 224), "{\"do_normalize\":true,\"do_resize\":true," + Half + ",\"size\":224}", 197,
            (224, 224), 86_567_656),
        new("google/vit-large-patch16-224", ViTConfig(1024, 4096, 16, 24, 16, 224),
            "{\"do_normalize\":true,\"do_resize\":true,\"feature_extractor_type\":\"ViTFeatureExtractor\"," + Half + ",\"resample\":2,\"size\":224}", 197,
            (224, 224), 304_326_632),
        new("google/vit-base-patch32-384", ViTConfig(768, 3072, 12, 12, 32, 384),
            "{\"do_normalize\":true,\"do_rescale\":true,\"do_resize\":true,\"image_processor_type\":\"ViTImageProcessor\"," + Half
                + ",\"resample\":2,\"rescale_factor\":0.00392156862745098,\"size\":{\"height\":384,\"width\":384}}", 145, (384, 384), 88_297_192),
        new("facebook/deit-tiny-patch16-224", ViTConfig(192, 768, 3, 12, 16, 224), DeiTProcessor, 197, (256, 256), 5_717_416),
        new("facebook/deit-base-distilled-patch16-224", ViTConfig(768, 3072, 12, 12, 16, 224).Replace(
            "ViTForImageClassification", "DeiTForImageClassificationWithTeacher").Replace("\"vit\"", "\"deit\""), DeiTProcessor, 198, (256, 256), 87_338_192),
        new("facebook/dino-vits16", $"{{{Dino},\"hidden_size\":384,\"intermediate_size\":1536,\"num_attention_heads\":6,\"patch_size\":16,\"qkv_bias\":true}}",
            "{\"do_normalize\":true,\"do_resize\":true,\"feature_extractor_type\":\"ViTFeatureExtractor\"," + ImageNet + ",\"resample\":2,\"size\":224}", 197,
            (224, 224), 21_665_664 + 385 * 384),
        new("facebook/dino-vitb8", $"{{{Dino},\"hidden_size\":768,\"intermediate_size\":3072,\"num_attention_heads\":12,\"patch_size\":8}}",
            "{\"do_normalize\":true,\"do_rescale\":true,\"do_resize\":true,\"image_processor_type\":\"ViTImageProcessor\"," + ImageNet
                + ",\"resample\":2,\"size\":{\"height\":224,\"width\":224}}", 785, (224, 224), 85_807_872 + 769 * 768),
        new("facebook/dinov2-small", Dinov2Config("dinov2", "Dinov2Model", ""), BitProcessor, 257, (256, 384), 22_056_576),
        new("facebook/dinov2-with-registers-small", Dinov2Config("dinov2_with_registers", "Dinov2WithRegistersModel",
            "\"interpolate_antialias\":true,\"interpolate_offset\":0.0,\"num_register_tokens\":4,"), BitProcessor, 261, (256, 384), 22_056_576 + 4 * 384),
        .. PublishedFamilies.All,
        new("openai/clip-vit-base-patch32", ClipConfig("quick_gelu", 768, 3072, 12, 12, 32, 512, 2048, 8, 512), OldClipProcessor, 50, (224, 336), 151_277_313),
        new("openai/clip-vit-base-patch16", ClipConfig("quick_gelu", 768, 3072, 12, 12, 16, 512, 2048, 8, 512), OldClipProcessor, 197, (224, 336), 149_620_737),
        new("openai/clip-vit-large-patch14", ClipConfig("quick_gelu", 1024, 4096, 16, 24, 14, 768, 3072, 12, 768), NewClipProcessor, 257, (224, 336),
            427_616_513),
        new("laion/CLIP-ViT-B-32-laion2B-s34B-b79K", ClipConfig("gelu", 768, 3072, 12, 12, 32, 512, 2048, 8, 512), NewClipProcessor, 50, (224, 336),
            151_277_313),
    ];

    /// <summary>Writes the folder: config.json with 1000 class names where the model has classes, preprocessor_config.json, weights.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="pooler">Whether a DINO file has the pooler that transformers adds.</param>
    public void Write(string folder, bool pooler = true)
    {
        JsonObject config = JsonNode.Parse(Config)!.AsObject();
        if (config["architectures"]![0]!.GetValue<string>().Contains("Classification"))
        {
            (JsonObject names, JsonObject ids) = ([], []);
            for (int i = 0; i < 1000; i++) (names[$"{i}"], ids[$"class {i}"]) = ($"class {i}", i);
            (config["id2label"], config["label2id"]) = (names, ids);
        }
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.json"), config.ToJsonString());
        File.WriteAllText(Path.Combine(folder, "preprocessor_config.json"), Preprocessor);
        using SparseSafetensors file = new(Path.Combine(folder, "model.safetensors"), PublishedTensors.Of(config, pooler));
        foreach ((string name, int[] shape) in file.Tensors)
            if (shape.Length == 1 || !Regex.IsMatch(name, @"^text_model\.|\.layers?\.[1-9]")) file.FillWithNoise(name);
    }

    static string ViTConfig(int width, int hidden, int heads, int layers, int patch, int image) =>
        $"{{{ViT},\"hidden_size\":{width},\"intermediate_size\":{hidden},\"num_attention_heads\":{heads},\"num_hidden_layers\":{layers},"
            + $"\"patch_size\":{patch},\"image_size\":{image},\"qkv_bias\":true}}";

    static string Dinov2Config(string type, string architecture, string more) =>
        $"{{\"apply_layernorm\":true,\"architectures\":[\"{architecture}\"],\"attention_probs_dropout_prob\":0.0,\"drop_path_rate\":0.0,"
            + $"\"hidden_act\":\"gelu\",\"hidden_dropout_prob\":0.0,\"hidden_size\":384,\"image_size\":518,"
            + $"\"initializer_range\":0.02,{more}\"layer_norm_eps\":1e-06,\"layerscale_value\":1.0,\"mlp_ratio\":4,\"model_type\":\"{type}\","
            + $"\"num_attention_heads\":6,\"num_channels\":3,\"num_hidden_layers\":12,\"out_features\":[\"stage12\"],\"out_indices\":[12],"
            + $"\"patch_size\":14,\"qkv_bias\":true,\"reshape_hidden_states\":true,\"stage_names\":[\"stem\",\"stage1\"],\"torch_dtype\":\"float32\","
            + $"\"transformers_version\":\"4.32.0.dev0\",\"use_swiglu_ffn\":false}}";

    static string ClipConfig(string activation, int width, int hidden, int heads, int layers, int patch, int textWidth, int textHidden, int textHeads,
        int projection) =>
        $$"""
        {"_commit_hash":null,"architectures":["CLIPModel"],"initializer_factor":1.0,"logit_scale_init_value":2.6592,"model_type":"clip",
        "projection_dim":{{projection}},"torch_dtype":"float32","transformers_version":null,
        "text_config":{"_name_or_path":"","add_cross_attention":false,"architectures":null,"attention_dropout":0.0,"bos_token_id":0,"dropout":0.0,
        "eos_token_id":2,"hidden_act":"{{activation}}","hidden_size":{{textWidth}},"initializer_factor":1.0,"intermediate_size":{{textHidden}},
        "layer_norm_eps":1e-05,"max_position_embeddings":77,"model_type":"clip_text_model","num_attention_heads":{{textHeads}},"num_hidden_layers":12,
        "pad_token_id":1,"projection_dim":{{projection}},"vocab_size":49408},
        "text_config_dict":null,
        "vision_config":{"_name_or_path":"","attention_dropout":0.0,"dropout":0.0,"hidden_act":"{{activation}}","hidden_size":{{width}},
        "id2label":{"0":"LABEL_0","1":"LABEL_1"},"image_size":224,"initializer_factor":1.0,"intermediate_size":{{hidden}},"label2id":{"LABEL_0":0,
        "LABEL_1":1},"layer_norm_eps":1e-05,"model_type":"clip_vision_model","num_attention_heads":{{heads}},"num_channels":3,"num_hidden_layers":{{layers}},
        "patch_size":{{patch}},"projection_dim":{{projection}}},
        "vision_config_dict":null}
        """;
}
