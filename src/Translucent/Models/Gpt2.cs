// GPT-2 (Radford et al. 2019): model_type "gpt2"; names and arithmetic of Hugging Face modeling_gpt2.py, with or without the prefix
// "transformer." (docs/language.md).

using Translucent.Autodiff.Ops;
using Translucent.Checkpoints;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>Reads <c>wte</c>, <c>wpe</c>, <c>h.{i}</c>, <c>ln_f</c>, and <c>lm_head</c> where the output is not tied to the embeddings.</summary>
static class Gpt2
{
    public static LanguageModel Load(Checkpoint checkpoint)
    {
        ConfigSection config = checkpoint.Config;
        config.RefuseForeign();
        config.Require("scale_attn_weights", true);
        config.Require("scale_attn_by_inverse_layer_idx", false);
        int width = config.Size("n_embd", 768), heads = config.Divisor("n_head", "n_embd", width, 12), positions = config.Size("n_positions", 1024);
        LanguageConfig c = new("GPT-2", config.Size("vocab_size", 50_257), width, config.Size("n_layer", 12), heads, heads, width / heads,
            config.Size("n_inner", 4 * width), positions);
        float eps = config.Epsilon("layer_norm_epsilon", 1e-5f);
        bool tied = config.Bool("tie_word_embeddings", true);
        Activation activation = config.Activation("activation_function", "gelu_new");

        Weights all = checkpoint.Weights(), w = all.Under("transformer");
        Matrix words = w.Matrix("wte.weight", c.Vocabulary, width);
        Tensor places = w.Get("wpe.weight", positions, width);
        EncoderBlock[] blocks = [.. Enumerable.Range(0, c.Depth).Select(i => Block(w["h"][i], $"blocks.{i}"))];
        LayerNorm norm = w.AnyLayerNorm("ln_f", width, eps);
        Linear unembedding = tied ? new Linear(words) : all.Linear("lm_head", width, c.Vocabulary, bias: false);
        // masks that old files carry along
        all.AssertAllUsed(tied ? ["*h.*.attn.bias", "*h.*.attn.masked_bias", "lm_head.weight"] : ["*h.*.attn.bias", "*h.*.attn.masked_bias"]);
        return new LanguageModel(c, new TextEmbedding(words, places), blocks, checkpoint)
        {
            IsCausal = true,
            Norm = norm,
            Unembedding = unembedding,
            Limit = new TextLimit(positions, "n_positions"),
        };

        EncoderBlock Block(Weights layer, string name)
        {
            (Matrix joint, Tensor jointBias) = Stored(layer, "attn.c_attn", width, 3 * width);
            (Matrix output, Tensor outputBias) = Stored(layer, "attn.c_proj", width, width);
            (Matrix up, Tensor upBias) = Stored(layer, "mlp.c_fc", width, c.Hidden);
            (Matrix down, Tensor downBias) = Stored(layer, "mlp.c_proj", c.Hidden, width);
            return new EncoderBlock(name, heads)
            {
                Norm1 = layer.AnyLayerNorm("ln_1", width, eps),
                Query = LanguageWeights.Part(joint, jointBias, 0, width),
                Key = LanguageWeights.Part(joint, jointBias, width, width),
                Value = LanguageWeights.Part(joint, jointBias, 2 * width, width),
                Output = new Linear(output, outputBias),
                Norm2 = layer.AnyLayerNorm("ln_2", width, eps),
                Up = new Linear(up, upBias, activation),
                Down = new Linear(down, downBias),
            };
        }
    }

    /// <summary>A layer that is stored as [in, out], seen as [out, in].</summary>
    static (Matrix Weight, Tensor Bias) Stored(Weights layer, string name, int ins, int outs) =>
        (layer.Matrix($"{name}.weight", ins, outs).Transposed, layer.Vector($"{name}.bias", outs));
}
