// In what the text tower of SigLIP differs from that of CLIP: what published files leave out, the projection, who sees whom (Hugging Face
// configuration_clip.py, modeling_clip.py, configuration_siglip.py, modeling_siglip.py).

using Translucent.Checkpoints;
using Translucent.Files;

namespace Translucent.Models;

/// <summary>The form of a text tower.</summary>
/// <param name="Family">Its name.</param>
/// <param name="Defaults">Settings that files leave out where they are so.</param>
/// <param name="Epsilon">Of the normalisations.</param>
/// <param name="Activation">Of the MLPs.</param>
/// <param name="Projection">The layer that takes texts where images are.</param>
sealed record ClipTextForm(string Family, ClipTextConfig Defaults, float Epsilon, string Activation, string Projection)
{
    static readonly ClipTextForm s_clip = new("CLIP text",
        new ClipTextConfig(Vocabulary: 49_408, Width: 512, Depth: 12, Heads: 8, Hidden: 2048, Positions: 77, Projection: 512, EndId: 49_407), 1e-5f,
        "quick_gelu", "text_projection");

    static readonly ClipTextForm s_siglip = new("SigLIP text",
        new ClipTextConfig(Vocabulary: 32_000, Width: 768, Depth: 12, Heads: 12, Hidden: 3072, Positions: 64, Projection: 768, EndId: 49_407)
        {
            IsCausal = false,
            FillId = 1,
        }, 1e-6f, "gelu_pytorch_tanh", "head");

    /// <summary>Whether it is SigLIP's.</summary>
    public bool IsSiglip => this == s_siglip;

    /// <summary>The form that a config.json asks for.</summary>
    /// <exception cref="TranslucentException">It is of a model without a text tower that is read.</exception>
    public static ClipTextForm Of(ConfigSection config) => config.String("model_type") switch
    {
        "clip" or "clip_text_model" => s_clip,
        "siglip" or "siglip_text_model" or "siglip2" or "siglip2_text_model" => s_siglip,
        _ => throw config.Wrong("model_type", "clip, clip_text_model, siglip, siglip_text_model, siglip2 or siglip2_text_model"),
    };
}
