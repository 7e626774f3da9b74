// The image tower of SigLIP (Zhai et al. 2023, arXiv:2303.15343) and of SigLIP 2 (Tschannen et al. 2025, arXiv:2502.14786): model_type "siglip" for a whole
// checkpoint, "siglip_vision_model" for the tower alone, both also of SigLIP 2 at fixed resolutions; "siglip2" and "siglip2_vision_model" with flexible
// patches (NaFlex). Names of Hugging Face modeling_siglip.py and modeling_siglip2.py.

using Translucent.Autodiff.Ops;
using Translucent.Checkpoints;
using Translucent.Images;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>Reads the image tower of SigLIP: no class token, patches pooled by attention; classes are texts or target vectors, scored one by one.</summary>
/// <remarks>
/// A classifier (SiglipForImageClassification) reads the mean of the patches instead, and leaves the pooling out. With flexible patches every photograph has
/// a grid of its own shape; the filling that Hugging Face adds to make batches, and masks, is not made, which changes nothing.
/// </remarks>
static class SiglipVision
{
    /// <summary>What published files leave out where it is so (configuration_siglip.py, SiglipVisionConfig).</summary>
    static readonly VisionConfig s_defaults = new("SigLIP", Width: 768, Depth: 12, Heads: 12, Hidden: 3072, Patch: 16, ImageSize: 224, Prefix: 0);

    public static VisionTransformer Load(Checkpoint checkpoint)
    {
        bool whole = checkpoint.Config.Has("vision_config");
        ConfigSection root = checkpoint.Config, config = whole ? root.Section("vision_config") : root;
        bool flexible = root.String("model_type") is "siglip2" or "siglip2_vision_model";
        VisionConfig c = flexible ? Flexible(config)
            : config.Sizes("SigLIP", config.Size("intermediate_size", s_defaults.Hidden), prefix: 0, s_defaults);
        Weights all = checkpoint.Weights(), w = all.Under("vision_model");
        float eps = config.Epsilon("layer_norm_eps", 1e-6f);
        Activation activation = config.HiddenActivation("gelu_pytorch_tanh");

        PatchEmbedding embedding = new(c.Patch, w.Get("embeddings.position_embedding.weight", c.Grid(), c.Width), 0)
        {
            Projection = flexible ? w.FlatPatchProjection("embeddings.patch_embedding", c) : w.PatchProjection("embeddings.patch_embedding", c),
            Prefix = new Tensor(0, c.Width),
            Filter = flexible ? Resampling.Bilinear : Resampling.Bicubic,
            Antialias = flexible,
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
            Preprocessor = flexible ? Preparation(checkpoint, c) : checkpoint.PreprocessorOr(PreprocessorFamilies.Siglip, c),
        };
    }

    /// <summary>The sizes of a tower with flexible patches: num_patches, a square number, stands in the place of image_size.</summary>
    static VisionConfig Flexible(ConfigSection config)
    {
        int patches = config.Size("num_patches", 256), side = (int)Math.Round(Math.Sqrt(patches)), patch = config.Size("patch_size", s_defaults.Patch);
        if (side * side != patches) throw config.Wrong("num_patches", "a square number: positions stand in a square");
        if (patch > PreprocessorConfig.LongestSide / side) throw config.Wrong("patch_size", $"at most {PreprocessorConfig.LongestSide / side} pixels");
        if (config.Has("image_size") && config.Int("image_size") != side * patch)
            throw config.Wrong("image_size", $"{side * patch}, which num_patches and patch_size make, or no such key");
        return config.Sizes("SigLIP 2", config.Size("intermediate_size", s_defaults.Hidden), prefix: 0, s_defaults with { ImageSize = side * patch });
    }

    static Preprocessor Preparation(Checkpoint checkpoint, VisionConfig c)
    {
        Preprocessor family = PreprocessorFamilies.Siglip2 with { Resize = ResizeTarget.OfPatches(c.Patch, 256) };
        if (checkpoint.Preprocessor is not { } given) return family.ForChannels(c.Channels);
        Preprocessor read = PreprocessorConfig.Read(given.Json, family, c.Channels);
        return read.Resize?.Grid is not { } grid || grid.Patch == c.Patch ? read
            : throw given.Error("patch_size", $"is {grid.Patch}, but config.json has patches of {c.Patch} pixels");
    }
}
