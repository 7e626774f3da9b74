// ViT as torchvision names it (github.com/pytorch/vision, torchvision/models/vision_transformer.py); its MLP counted its layers with their
// activation and dropout from version 0.14 on: mlp.0 and mlp.3, before that linear_1 and linear_2.

namespace Translucent.Checkpoints.Layouts;

/// <summary>torchvision's classifiers.</summary>
static class TorchvisionViT
{
    const string Block = "encoder.layers.encoder_layer_#.", To = "encoder.layer.#.";

    public static Layout Layout { get; } = new("torchvision ViT", ["encoder.layers.encoder_layer_0.self_attention.in_proj_weight"],
    [
        new("class_token", "embeddings.cls_token"),
        new("encoder.pos_embedding", "embeddings.position_embeddings"),
        new("conv_proj.*", "embeddings.patch_embeddings.projection.*"),
        new($"{Block}ln_1.*", $"{To}layernorm_before.*"),
        new($"{Block}self_attention.in_proj_weight", $"{To}attention.attention.query.weight", $"{To}attention.attention.key.weight",
            $"{To}attention.attention.value.weight"),
        new($"{Block}self_attention.in_proj_bias", $"{To}attention.attention.query.bias", $"{To}attention.attention.key.bias",
            $"{To}attention.attention.value.bias"),
        new($"{Block}self_attention.out_proj.*", $"{To}attention.output.dense.*"),
        new($"{Block}ln_2.*", $"{To}layernorm_after.*"),
        new($"{Block}mlp.0.*", $"{To}intermediate.dense.*"),
        new($"{Block}mlp.linear_1.*", $"{To}intermediate.dense.*"),
        new($"{Block}mlp.3.*", $"{To}output.dense.*"),
        new($"{Block}mlp.linear_2.*", $"{To}output.dense.*"),
        new("encoder.ln.*", "layernorm.*"),
        new("heads.head.*", "classifier.*"),
    ], Deduce);

    static void Deduce(Deduction d)
    {
        int image = TimmViT.Sizes(d), patch = d.Axis("embeddings.patch_embeddings.projection.weight", 2), width = d.Axis("embeddings.cls_token", 2);
        d.Config.Add("num_labels", d.Axis("classifier.weight", 0));
        bool swag = image > 224; // trained elsewhere, evaluated without a margin
        int shorter = swag ? image : width == 1024 && patch == 16 ? 242 : image * 256 / 224;
        d.Prepare(shorter, image, resample: swag ? 3 : 2);
    }
}
