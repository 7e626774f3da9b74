// The image tower of SigLIP (Zhai et al. 2023, arXiv:2303.15343) and of SigLIP 2 at fixed resolutions (Tschannen et al. 2025, arXiv:2502.14786): model_type
// "siglip" for a whole checkpoint, "siglip_vision_model" for the tower alone; names of Hugging Face modeling_siglip.py.

using Translucent.Autodiff.Ops;
using Translucent.Checkpoints;
using Translucent.Images;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>Reads the image tower of SigLIP: no class token, patches pooled by attention; classes are texts or target vectors, scored one by one.</summary>
/// <remarks>A classifier (SiglipForImageClassification) reads the mean of the patches instead, and leaves the pooling out.</remarks>
static class SiglipVision
{
    /// <summary>What published files leave out where it is so (configuration_siglip.py, SiglipVisionConfig).</summary>
    static readonly VisionConfig s_defaults = new("SigLIP", Width: 768, Depth: 12, Heads: 12, Hidden: 3072, Patch: 16, ImageSize: 224, Prefix: 0);

    public static VisionTransformer Load(Checkpoint checkpoint)
    {
        bool whole = checkpoint.Config.Has("vision_config");
        ConfigSection root = checkpoint.Config, config = whole ? root.Section("vision_config") : root;
        VisionConfig c = config.Sizes("SigLIP", config.Size("intermediate_size", s_defaults.Hidden), prefix: 0, s_defaults);
        Weights all = checkpoint.Weights(), w = all.Under("vision_model");
        float eps = config.Epsilon("layer_norm_eps", 1e-6f);
        Activation activation = config.HiddenActivation("gelu_pytorch_tanh");

        PatchEmbedding embedding = new(c.Patch, w.Get("embeddings.position_embedding.weight", c.Grid(), c.Width), 0)
        {
            Projection = w.PatchProjection("embeddings.patch_embedding", c),
            Prefix = new Tensor(0, c.Width),
        };
        EncoderBlock[] blocks = ClipBlocks.Read(w, c.Depth, c.Heads, c.Width, c.Hidden, eps, activation);
        LayerNorm norm = w.LayerNorm("post_layernorm", c.Width, eps);

        bool classifies = all.Has("classifier.weight"), pools = config.Bool("vision_use_head", true) && !classifies;
        AttentionPool? pooling = pools ? AttentionPools.OfSiglip(w["head"], c, eps, activation) : null;
        string[] labels = classifies ? root.Labels(all, "classifier.weight") : [];
        ClassHead? head = classifies ? ClassHead.OnMean(all.Linear("classifier", c.Width, labels.Length), c.Prefix, norm: null) : null;
        float? bias = all.Optional("logit_bias", 1)?.Span[0];
        all.AssertAllUsed(["text_model.*", "logit_scale", "*position_ids", .. pools ? Array.Empty<string>() : ["*head.*"]]);
        return new VisionTransformer(c, embedding, blocks, norm, checkpoint)
        {
            Labels = labels,
            Head = head,
            Meaning = classifies ? root.Meaning(labels.Length) : default,
            Pooling = pooling,
            HeadOfVectors = pooling is null ? null : (vectors, scale) => ClassHead.OfPooledCosines(pooling, vectors, scale, bias ?? 0),
            Preprocessor = checkpoint.PreprocessorOr(PreprocessorFamilies.Siglip, c),
        };
    }
}
