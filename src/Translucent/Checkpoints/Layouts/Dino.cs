// The original DINO files (github.com/facebookresearch/dino): timm's names without a classifier, bare, or as 'backbone.' of student and
// teacher in a training checkpoint, of which the teacher is the model. MAE and other encoders with these names are read the same way.

namespace Translucent.Checkpoints.Layouts;

/// <summary>Encoders with timm's names.</summary>
static class Dino
{
    public static Layout Layout { get; } = new("DINO (timm names, no classifier)", ["blocks.0.attn.qkv.weight"], TimmViT.Encoder, Deduce)
    {
        Unread = ["head.mlp.*", "head.last_layer*", "mask_token", "decoder*"],
    };

    static void Deduce(Deduction d)
    {
        int image = TimmViT.Sizes(d);
        if (d.Has("classifier.weight")) d.Config.Add("num_labels", d.Axis("classifier.weight", 0));
        if (!TimmConfig.Prepare(d, image)) d.Prepare(image * 256 / 224, image, resample: 3); // eval_linear.py: Resize(256, bicubic), CenterCrop(224)
    }
}
