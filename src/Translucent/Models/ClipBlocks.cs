// The blocks of both towers of CLIP (Radford et al. 2021, arXiv:2103.00020): names of CLIPEncoderLayer in Hugging Face modeling_clip.py.

using Translucent.Autodiff.Ops;
using Translucent.Checkpoints;

namespace Translucent.Models;

/// <summary>Reads <c>encoder.layers.{i}</c> of a tower.</summary>
static class ClipBlocks
{
    public static EncoderBlock[] Read(Weights tower, int depth, int heads, int width, int hidden, float eps, Activation activation) =>
        [.. Enumerable.Range(0, depth).Select(i =>
    {
        Weights w = tower["encoder.layers"][i];
        return new EncoderBlock($"blocks.{i}", heads)
        {
            Norm1 = w.LayerNorm("layer_norm1", width, eps),
            Query = w.Linear("self_attn.q_proj", width, width),
            Key = w.Linear("self_attn.k_proj", width, width),
            Value = w.Linear("self_attn.v_proj", width, width),
            Output = w.Linear("self_attn.out_proj", width, width),
            Norm2 = w.LayerNorm("layer_norm2", width, eps),
            Up = w.Linear("mlp.fc1", width, hidden, activation: activation),
            Down = w.Linear("mlp.fc2", hidden, width),
        };
    })];
}
