using System.Text.Json.Nodes;

namespace Translucent.Tests.Models;

/// <summary>Names and shapes that transformers saves for BEiT and DINOv3, and two of their folders as published.</summary>
static class PublishedFamilies
{
    const string DinoProcessor =
        """
        {"data_format":"channels_first","default_to_square":true,"do_normalize":true,"do_rescale":true,"do_resize":true,"image_mean":[0.485,0.456,0.406],
        "image_processor_type":"DINOv3ViTImageProcessorFast","image_std":[0.229,0.224,0.225],"resample":2,"rescale_factor":0.00392156862745098,
        "size":{"height":224,"width":224}}
        """;

    /// <summary>Parameters of BEiT as timm's tables state them (86.53 million); those of DINOv3 with the token of its training.</summary>
    public static PublishedModel[] All { get; } =
    [
        new("microsoft/beit-base-patch16-224",
            """
            {"architectures":["BeitForImageClassification"],"attention_probs_dropout_prob":0.0,"auxiliary_channels":256,"auxiliary_concat_input":false,
            "auxiliary_loss_weight":0.4,"auxiliary_num_convs":1,"drop_path_rate":0.1,"hidden_act":"gelu","hidden_dropout_prob":0.0,"hidden_size":768,
            "image_size":224,"initializer_range":0.02,"intermediate_size":3072,"layer_norm_eps":1e-12,"layer_scale_init_value":0.1,"model_type":"beit",
            "num_attention_heads":12,"num_channels":3,"num_hidden_layers":12,"out_indices":[3,5,7,11],"patch_size":16,"pool_scales":[1,2,3,6],
            "semantic_loss_ignore_index":255,"torch_dtype":"float32","transformers_version":"4.11.0.dev0","use_absolute_position_embeddings":false,
            "use_auxiliary_head":true,"use_mask_token":false,"use_mean_pooling":true,"use_relative_position_bias":true,
            "use_shared_relative_position_bias":false,"vocab_size":8192}
            """,
            """
            {"crop_size":224,"do_center_crop":false,"do_normalize":true,"do_resize":true,"feature_extractor_type":"BeitFeatureExtractor",
            "image_mean":[0.5,0.5,0.5],"image_std":[0.5,0.5,0.5],"resample":2,"size":224}
            """, 197, (224, 224), 86_530_984),
        new("facebook/dinov3-vits16-pretrain-lvd1689m",
            """
            {"architectures":["DINOv3ViTModel"],"attention_dropout":0.0,"drop_path_rate":0.0,"hidden_act":"gelu","hidden_size":384,"image_size":224,
            "initializer_range":0.02,"intermediate_size":1536,"key_bias":false,"layer_norm_eps":1e-05,"layerscale_value":1.0,"mlp_bias":true,
            "model_type":"dinov3_vit","num_attention_heads":6,"num_channels":3,"num_hidden_layers":12,"num_register_tokens":4,"patch_size":16,
            "pos_embed_jitter":null,"pos_embed_rescale":2.0,"pos_embed_shift":null,"proj_bias":true,"query_bias":true,"rope_theta":100.0,
            "torch_dtype":"float32","transformers_version":"4.56.0.dev0","use_gated_mlp":false,"value_bias":true}
            """, DinoProcessor, 201, (224, 224), 21_596_160 + 384),
    ];

    public static IEnumerable<(string Name, int[] Shape)> Beit(JsonObject config)
    {
        (int c, int m, int heads, int side) = (Int(config, "hidden_size"), Int(config, "intermediate_size"), Int(config, "num_attention_heads"),
            Int(config, "image_size") / Int(config, "patch_size"));
        yield return ("beit.embeddings.cls_token", [1, 1, c]);
        foreach (var t in PublishedTensors.Layer("beit.embeddings.patch_embeddings.projection", c, 3, 16, 16)) yield return t;
        for (int i = 0; i < Int(config, "num_hidden_layers"); i++)
        {
            string block = $"beit.encoder.layer.{i}.", attention = block + "attention.attention.";
            (string, int[])[] own = [(block + "lambda_1", [c]), (block + "lambda_2", [c]), (attention + "key.weight", [c, c]),
                (attention + "relative_position_bias.relative_position_bias_table", [(2 * side - 1) * (2 * side - 1) + 3, heads]),
                .. PublishedTensors.Layer(attention + "query", c, c), .. PublishedTensors.Layer(attention + "value", c, c),
                .. PublishedTensors.Layer(block + "attention.output.dense", c, c), .. PublishedTensors.Layer(block + "intermediate.dense", m, c),
                .. PublishedTensors.Layer(block + "output.dense", c, m), .. PublishedTensors.Layer(block + "layernorm_before", c),
                .. PublishedTensors.Layer(block + "layernorm_after", c)];
            foreach (var t in own) yield return t;
        }
        foreach (var t in PublishedTensors.Layer("beit.pooler.layernorm", c)) yield return t;
        foreach (var t in PublishedTensors.Layer("classifier", 1000, c)) yield return t;
    }

    public static IEnumerable<(string Name, int[] Shape)> Dinov3(JsonObject config)
    {
        (int c, int m) = (Int(config, "hidden_size"), Int(config, "intermediate_size"));
        yield return ("embeddings.cls_token", [1, 1, c]);
        yield return ("embeddings.mask_token", [1, 1, c]);
        yield return ("embeddings.register_tokens", [1, Int(config, "num_register_tokens"), c]);
        foreach (var t in PublishedTensors.Layer("embeddings.patch_embeddings", c, 3, 16, 16)) yield return t;
        for (int i = 0; i < Int(config, "num_hidden_layers"); i++)
        {
            string block = $"layer.{i}.", attention = block + "attention.";
            (string, int[])[] own = [(attention + "k_proj.weight", [c, c]), (block + "layer_scale1.lambda1", [c]), (block + "layer_scale2.lambda1", [c]),
                .. PublishedTensors.Layer(attention + "q_proj", c, c), .. PublishedTensors.Layer(attention + "v_proj", c, c),
                .. PublishedTensors.Layer(attention + "o_proj", c, c), .. PublishedTensors.Layer(block + "mlp.up_proj", m, c),
                .. PublishedTensors.Layer(block + "mlp.down_proj", c, m), .. PublishedTensors.Layer(block + "norm1", c),
                .. PublishedTensors.Layer(block + "norm2", c)];
            foreach (var t in own) yield return t;
        }
        foreach (var t in PublishedTensors.Layer("norm", c)) yield return t;
    }

    static int Int(JsonObject config, string key) => config[key]!.GetValue<int>();
}
