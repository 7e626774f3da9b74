// Reads attention pooling under the names that checkpoints give it.

using Translucent.Autodiff.Ops;
using Translucent.Checkpoints;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>From weights to <see cref="AttentionPool"/>.</summary>
static class AttentionPools
{
    /// <summary>SiglipMultiheadAttentionPoolingHead: PyTorch's MultiheadAttention, queries, keys and values one below the other.</summary>
    public static AttentionPool OfSiglip(Weights w, VisionConfig c, float eps, Activation activation)
    {
        Matrix joint = w.Matrix("attention.in_proj_weight", 3 * c.Width, c.Width);
        Tensor bias = w.Vector("attention.in_proj_bias", 3 * c.Width);
        return new AttentionPool(c.Heads, c.Prefix)
        {
            Probe = w.Get("probe", 1, 1, c.Width).Reshape(1, c.Width),
            Query = LanguageWeights.Part(joint, bias, 0, c.Width),
            Key = LanguageWeights.Part(joint, bias, c.Width, c.Width),
            Value = LanguageWeights.Part(joint, bias, 2 * c.Width, c.Width),
            Output = w.Linear("attention.out_proj", c.Width, c.Width),
            Norm = w.LayerNorm("layernorm", c.Width, eps),
            Up = w.Linear("mlp.fc1", c.Width, c.Hidden, activation: activation),
            Down = w.Linear("mlp.fc2", c.Hidden, c.Width),
        };
    }

    /// <summary>timm's AttentionPoolLatent, as <see cref="Checkpoints.Layouts.TimmViT"/> names it.</summary>
    /// <param name="w">Its weights.</param>
    /// <param name="c">The sizes of the model.</param>
    /// <param name="eps">Of its normalisation.</param>
    /// <param name="activation">Of its feed-forward layer.</param>
    /// <param name="bias">Whether queries, keys and values have one.</param>
    /// <param name="heads">How many heads; as many as blocks have when null.</param>
    /// <param name="unseen">Tokens before the patches that it does not see; all of them when null.</param>
    public static AttentionPool OfTimm(Weights w, VisionConfig c, float eps, Activation activation, bool bias, int? heads = null, int? unseen = null)
    {
        int hidden = w.Has("mlp.fc1.weight") && w.ShapeOf("mlp.fc1.weight") is [var rows, ..] ? rows : c.Hidden;
        return new AttentionPool(heads ?? c.Heads, unseen ?? c.Prefix)
        {
            Probe = w.Get("probe", 1, 1, c.Width).Reshape(1, c.Width),
            Query = w.Linear("query", c.Width, c.Width, bias),
            Key = w.Linear("key", c.Width, c.Width, bias),
            Value = w.Linear("value", c.Width, c.Width, bias),
            Output = w.Linear("output", c.Width, c.Width),
            Norm = w.LayerNorm("norm", c.Width, eps),
            Up = w.Linear("mlp.fc1", c.Width, hidden, activation: activation),
            Down = w.Linear("mlp.fc2", hidden, c.Width),
        };
    }
}
