// DETR as its authors name it (github.com/facebookresearch/detr, models/detr.py, models/transformer.py, models/backbone.py): the files
// detr-r50-e632da11.pth and detr-r101-2c7b67e5.pth.

namespace Translucent.Checkpoints.Layouts;

/// <summary>The detectors of facebookresearch/detr.</summary>
static class OriginalDetr
{
    const string Encoder = "transformer.encoder.layers.#.", Decoder = "transformer.decoder.layers.#.", ToEncoder = "model.encoder.layers.#.",
        ToDecoder = "model.decoder.layers.#.";
    const string Backbone = "model.backbone.conv_encoder.model.";

    public static Layout Layout { get; } = new("original DETR", ["transformer.decoder.layers.0.multihead_attn.in_proj_weight"],
    [
        new("backbone.0.body.**", $"{Backbone}**"),
        new("input_proj.*", "model.input_projection.*"),
        .. Attention($"{Encoder}self_attn", $"{ToEncoder}self_attn"),
        .. FeedForward(Encoder, ToEncoder),
        new($"{Encoder}norm1.*", $"{ToEncoder}self_attn_layer_norm.*"),
        new($"{Encoder}norm2.*", $"{ToEncoder}final_layer_norm.*"),
        .. Attention($"{Decoder}self_attn", $"{ToDecoder}self_attn"),
        .. Attention($"{Decoder}multihead_attn", $"{ToDecoder}encoder_attn"),
        .. FeedForward(Decoder, ToDecoder),
        new($"{Decoder}norm1.*", $"{ToDecoder}self_attn_layer_norm.*"),
        new($"{Decoder}norm2.*", $"{ToDecoder}encoder_attn_layer_norm.*"),
        new($"{Decoder}norm3.*", $"{ToDecoder}final_layer_norm.*"),
        new("transformer.decoder.norm.*", "model.decoder.layernorm.*"),
        new("query_embed.*", "model.query_position_embeddings.*"),
        new("class_embed.*", "class_labels_classifier.*"),
        new("bbox_embed.layers.#.*", "bbox_predictor.layers.#.*"),
    ], Deduce);

    static NameRule[] Attention(string from, string to) =>
    [
        new($"{from}.in_proj_weight", $"{to}.q_proj.weight", $"{to}.k_proj.weight", $"{to}.v_proj.weight"),
        new($"{from}.in_proj_bias", $"{to}.q_proj.bias", $"{to}.k_proj.bias", $"{to}.v_proj.bias"),
        new($"{from}.out_proj.*", $"{to}.out_proj.*"),
    ];

    static NameRule[] FeedForward(string from, string to) => [new($"{from}linear1.*", $"{to}fc1.*"), new($"{from}linear2.*", $"{to}fc2.*")];

    static void Deduce(Deduction d)
    {
        const string Norm = "model.{0}.layers.#.final_layer_norm.weight";
        int width = d.Axis("model.input_projection.weight", 0);
        d.Config.Add("model_type", "detr").Add("d_model", width)
            .Add("encoder_layers", d.Layers(Norm.Replace("{0}", "encoder"))).Add("decoder_layers", d.Layers(Norm.Replace("{0}", "decoder")))
            .Add("encoder_attention_heads", 8).Add("decoder_attention_heads", 8) // of all that its authors published
            .Add("encoder_ffn_dim", d.Axis("model.encoder.layers.0.fc1.weight", 0)).Add("decoder_ffn_dim", d.Axis("model.decoder.layers.0.fc1.weight", 0))
            .Add("num_queries", d.Axis("model.query_position_embeddings.weight", 0)).Add("num_labels", d.Axis("class_labels_classifier.weight", 0) - 1)
            .Add("activation_function", "relu").Add("position_embedding_type", "sine");
    }
}
