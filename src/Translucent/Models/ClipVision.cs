// The image tower of CLIP (Radford et al. 2021, arXiv:2103.00020): model_type "clip_vision_model", or "clip" for a whole CLIP
// checkpoint; names of Hugging Face modeling_clip.py.

using Translucent.Autodiff.Ops;
using Translucent.Checkpoints;
using Translucent.Images;

namespace Translucent.Models;

/// <summary>Reads the image tower of CLIP checkpoints; classes are target vectors in the place of text embeddings.</summary>
/// <remarks>QuickGELU, a normalisation before the first block (<c>pre_layrnorm</c>, sic), no bias in the patch projection. The text tower of a whole checkpoint is passed over.</remarks>
static class ClipVision
{
    public static VisionTransformer Load(Checkpoint checkpoint)
    {
        bool whole = checkpoint.Config.Has("vision_config");
        ConfigSection config = whole ? checkpoint.Config.Section("vision_config") : checkpoint.Config;
        VisionConfig c = config.Sizes("CLIP", config.Int("intermediate_size"), prefix: 1);
        Weights all = checkpoint.Weights(), w = all.Under("vision_model");
        float eps = config.Float("layer_norm_eps", 1e-5f);
        Activation activation = config.HiddenActivation("quick_gelu");

        PatchEmbedding embedding = new(c.Patch, w.Get("embeddings.position_embedding.weight", 1 + c.Grid(), c.Width), 1)
        {
            Projection = w.PatchProjection("embeddings.patch_embedding", c.Patch, c.Width, bias: false),
            Prefix = w.Vector("embeddings.class_embedding", c.Width).Reshape(1, c.Width),
            Norm = w.LayerNorm("pre_layrnorm", c.Width, eps),
        };
        EncoderBlock[] blocks = [.. Enumerable.Range(0, c.Depth).Select(i => Block(w["encoder.layers"][i], $"blocks.{i}", c, eps, activation))];
        LayerNorm norm = w.LayerNorm("post_layernorm", c.Width, eps);

        Linear? projection = all.Has("visual_projection.weight")
            ? all.Linear("visual_projection", c.Width, checkpoint.Config.Int("projection_dim", 512), bias: false)
            : null;
        all.AssertAllUsed(whole ? ["text_model.*", "text_projection.weight", "logit_scale", "*position_ids"] : ["*position_ids"]);
        return new VisionTransformer(c, embedding, blocks, norm, checkpoint)
        {
            HeadOfVectors = projection is null ? (vectors, _) => ClassHead.OfVectors(vectors) : (vectors, scale) => ClassHead.OfCosines(projection, vectors, scale),
            Preprocessor = checkpoint.PreprocessorOr(PreprocessorFamilies.Clip, c.ImageSize),
        };
    }

    static EncoderBlock Block(Weights w, string name, VisionConfig c, float eps, Activation activation) => new(name, c.Heads)
    {
        Norm1 = w.LayerNorm("layer_norm1", c.Width, eps),
        Query = w.Linear("self_attn.q_proj", c.Width, c.Width),
        Key = w.Linear("self_attn.k_proj", c.Width, c.Width),
        Value = w.Linear("self_attn.v_proj", c.Width, c.Width),
        Output = w.Linear("self_attn.out_proj", c.Width, c.Width),
        Norm2 = w.LayerNorm("layer_norm2", c.Width, eps),
        Up = w.Linear("mlp.fc1", c.Width, c.Hidden, activation: activation),
        Down = w.Linear("mlp.fc2", c.Hidden, c.Width),
    };
}
