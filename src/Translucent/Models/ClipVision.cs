// The image tower of CLIP (Radford et al. 2021, arXiv:2103.00020): model_type "clip_vision_model", or "clip" for a whole CLIP
// checkpoint; names of Hugging Face modeling_clip.py.

using Translucent.Autodiff.Ops;
using Translucent.Checkpoints;
using Translucent.Images;

namespace Translucent.Models;

/// <summary>Reads the image tower of CLIP checkpoints; classes are target vectors in the place of text embeddings.</summary>
/// <remarks>QuickGELU, a normalisation before the first block (<c>pre_layrnorm</c>, sic), no bias in the patch projection. The text tower of a whole checkpoint
/// is left to <see cref="ClipText"/>.</remarks>
static class ClipVision
{
    /// <summary>What published files leave out where it is so (configuration_clip.py, ViT-B/32).</summary>
    static readonly VisionConfig s_defaults = new("CLIP", Width: 768, Depth: 12, Heads: 12, Hidden: 3072, Patch: 32, ImageSize: 224, Prefix: 1);

    public static VisionTransformer Load(Checkpoint checkpoint)
    {
        bool whole = checkpoint.Config.Has("vision_config");
        ConfigSection config = whole ? checkpoint.Config.Section("vision_config") : checkpoint.Config;
        VisionConfig c = config.Sizes("CLIP", config.Size("intermediate_size", s_defaults.Hidden), prefix: 1, s_defaults);
        Weights all = checkpoint.Weights(), w = all.Under("vision_model");
        float eps = config.Epsilon("layer_norm_eps", 1e-5f);
        Activation activation = config.HiddenActivation("quick_gelu");

        PatchEmbedding embedding = new(c.Patch, w.Get("embeddings.position_embedding.weight", 1 + c.Grid(), c.Width), 1)
        {
            Projection = w.PatchProjection("embeddings.patch_embedding", c, bias: false),
            Prefix = w.Vector("embeddings.class_embedding", c.Width).Reshape(1, c.Width),
            Norm = w.LayerNorm("pre_layrnorm", c.Width, eps),
        };
        EncoderBlock[] blocks = ClipBlocks.Read(w, c.Depth, c.Heads, c.Width, c.Hidden, eps, activation);
        LayerNorm norm = w.LayerNorm("post_layernorm", c.Width, eps);

        Linear? projection = all.Has("visual_projection.weight")
            ? all.Linear("visual_projection", c.Width, checkpoint.Config.Int("projection_dim", 512), bias: false)
            : null;
        all.AssertAllUsed(whole ? ["text_model.*", "text_projection.weight", "logit_scale", "*position_ids"] : ["*position_ids"]);
        return new VisionTransformer(c, embedding, blocks, norm, checkpoint)
        {
            HeadOfVectors = projection is null ? (vectors, _) => ClassHead.OfVectors(vectors, c.Width) : (vectors, scale) =>
                ClassHead.OfCosines(projection, vectors, scale),
            Preprocessor = checkpoint.PreprocessorOr(PreprocessorFamilies.Clip, c),
        };
    }
}
