// DINOv2 (Oquab et al. 2023, arXiv:2304.07193), with registers (Darcet et al. 2023, arXiv:2309.16588): model_type "dinov2" and
// "dinov2_with_registers", names of Hugging Face modeling_dinov2.py and modeling_dinov2_with_registers.py.

using Translucent.Autodiff.Ops;
using Translucent.Checkpoints;
using Translucent.Images;

namespace Translucent.Models;

/// <summary>Reads DINOv2 checkpoints, with or without registers, with or without a classifier.</summary>
/// <remarks>
/// LayerScale on both branches; SwiGLU in the giant model. The classifier reads [class token | mean of patches]. Registers have no
/// position and stand behind the class token. <c>embeddings.mask_token</c> is for training only.
/// </remarks>
static class Dinov2
{
    public static VisionTransformer Load(Checkpoint checkpoint)
    {
        ConfigSection config = checkpoint.Config;
        string type = config.String("model_type");
        int registers = type == "dinov2" ? 0 : config.Int("num_register_tokens", 4);
        if (registers is < 0 or > 1 << 16) throw config.Wrong("num_register_tokens", "a number of tokens from 0 on");
        double ratio = config.Float("mlp_ratio", 4), wide = config.Size("hidden_size") * ratio;
        int hidden = wide is >= 1 and <= 1 << 24 ? (int)wide : throw config.Wrong("mlp_ratio", "how many times wider than the tokens the MLP is");
        bool swiglu = config.Bool("use_swiglu_ffn", false);
        if (swiglu) hidden = (hidden * 2 / 3 + 7) / 8 * 8;
        VisionConfig c = config.Sizes(registers == 0 ? "DINOv2" : "DINOv2 with registers", hidden, prefix: 1 + registers);
        Weights all = checkpoint.Weights(), w = all.Under(type);
        float eps = config.Epsilon("layer_norm_eps", 1e-6f);

        PatchEmbedding embedding = new(c.Patch, w.Get("embeddings.position_embeddings", 1, 1 + c.Grid(), c.Width).Reshape(1 + c.Grid(), c.Width), 1)
        {
            Projection = w.PatchProjection("embeddings.patch_embeddings.projection", c),
            Prefix = w.Get("embeddings.cls_token", 1, 1, c.Width).Reshape(1, c.Width),
            Registers = registers == 0 ? null : w.Get("embeddings.register_tokens", 1, registers, c.Width).Reshape(registers, c.Width),
            Antialias = type != "dinov2",
        };
        Activation activation = config.HiddenActivation("gelu");
        bool bias = config.Bool("qkv_bias", true);
        EncoderBlock[] blocks = [.. Enumerable.Range(0, c.Depth).Select(i => Block(w["encoder.layer"][i], $"blocks.{i}", c, eps, activation, swiglu, bias))];
        LayerNorm norm = w.LayerNorm("layernorm", c.Width, eps);

        string[] labels = config.Labels(all, "classifier.weight");
        ClassHead? head = all.Has("classifier.weight")
            ? ClassHead.OnClassAndMean(all.Linear("classifier", 2 * c.Width, labels.Length), c.Prefix)
            : null;
        all.AssertAllUsed("*embeddings.mask_token");
        return new VisionTransformer(c, embedding, blocks, norm, checkpoint)
        {
            Labels = head is null ? [] : labels,
            Head = head,
            Meaning = head is null ? default : config.Meaning(labels.Length),
            HeadOfVectors = head is null ? (vectors, _) => ClassHead.OfVectors(vectors, c.Width) : null,
            Preprocessor = checkpoint.PreprocessorOr(PreprocessorFamilies.Dinov2, c),
        };
    }

    static EncoderBlock Block(Weights w, string name, VisionConfig c, float eps, Activation activation, bool swiglu, bool bias) => new(name, c.Heads)
    {
        Norm1 = w.LayerNorm("norm1", c.Width, eps),
        Query = w.Linear("attention.attention.query", c.Width, c.Width, bias),
        Key = w.Linear("attention.attention.key", c.Width, c.Width, bias),
        Value = w.Linear("attention.attention.value", c.Width, c.Width, bias),
        Output = w.Linear("attention.output.dense", c.Width, c.Width, scale: w.Vector("layer_scale1.lambda1", c.Width)),
        Norm2 = w.LayerNorm("norm2", c.Width, eps),
        Up = swiglu ? w.Linear("mlp.weights_in", c.Width, 2 * c.Hidden) : w.Linear("mlp.fc1", c.Width, c.Hidden, activation: activation),
        Gate = swiglu ? new Gate(Activation.Silu) : null,
        Down = w.Linear(swiglu ? "mlp.weights_out" : "mlp.fc2", c.Hidden, c.Width, scale: w.Vector("layer_scale2.lambda1", c.Width)),
    };
}
