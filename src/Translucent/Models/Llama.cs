// Llama (Touvron et al. 2023, arXiv:2302.13971) and the families that differ from it by a switch: Mistral (arXiv:2310.06825), Qwen2
// (arXiv:2407.10671), Qwen3 (arXiv:2505.09388), Gemma (arXiv:2403.08295). Names and arithmetic of Hugging Face modeling_{family}.py (docs/language.md).

using Translucent.Autodiff.Ops;
using Translucent.Checkpoints;
using Translucent.Files;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>Reads <c>model.embed_tokens</c>, <c>model.layers.{i}</c>, <c>model.norm</c>, <c>lm_head</c>.</summary>
static class Llama
{
    /// <summary>What differs between the families.</summary>
    /// <param name="Name">The name of the family.</param>
    /// <param name="Bias">Whether queries, keys and values have biases, where config.json does not say.</param>
    /// <param name="HeadNorms">Whether heads of queries and keys are normalised.</param>
    /// <param name="Gemma">Whether embeddings count √C times, norms multiply by 1 + w, and the output is tied where config.json does not say.</param>
    sealed record Switches(string Name, bool Bias = false, bool HeadNorms = false, bool Gemma = false);

    static readonly Dictionary<string, Switches> s_switches = new()
    {
        ["llama"] = new("Llama"),
        ["mistral"] = new("Mistral"),
        ["qwen2"] = new("Qwen2", Bias: true),
        ["qwen3"] = new("Qwen3", HeadNorms: true),
        ["gemma"] = new("Gemma", Gemma: true),
    };

    public static LanguageModel Load(Checkpoint checkpoint)
    {
        ConfigSection config = checkpoint.Config;
        string type = config.String("model_type");
        Switches family = s_switches[type];
        config.RefuseForeign();
        int width = config.Size("hidden_size"), heads = config.Size("num_attention_heads"), keyHeads = config.Size("num_key_value_heads", heads);
        if (heads % keyHeads != 0) throw config.Wrong("num_key_value_heads", $"a divisor of num_attention_heads {heads}");
        if (!config.Has("head_dim") && width % heads != 0) throw config.Wrong("num_attention_heads",
            $"a divisor of hidden_size {width}, or head_dim beside it");
        LanguageConfig c = new(family.Name, config.Size("vocab_size"), width, config.Size("num_hidden_layers"), heads, keyHeads,
            config.Size("head_dim", width % heads == 0 ? width / heads : null), config.Size("intermediate_size"), config.Size("max_position_embeddings", 2048));
        TextLimit? window = Window(config, type);
        float eps = config.Epsilon("rms_norm_eps", 1e-6f);
        bool tied = config.Bool("tie_word_embeddings", family.Gemma), attentionBias = config.Bool("attention_bias", false),
            mlpBias = config.Bool("mlp_bias", false), bias = attentionBias || family.Bias;
        Activation activation = family.Gemma ? config.Activation("hidden_activation", "gelu_pytorch_tanh") : config.HiddenActivation("silu");
        Rotary rotary = new(new RotaryAngles(RotarySettings.Frequencies(config, c.HeadWidth)));

        Weights all = checkpoint.Weights(), w = all.Under("model");
        Matrix words = w.Matrix("embed_tokens.weight", c.Vocabulary, width);
        EncoderBlock[] blocks = [.. Enumerable.Range(0, c.Depth).Select(i => Block(w["layers"][i], $"blocks.{i}"))];
        RmsNorm norm = Norm(w, "norm", width);
        Linear unembedding = tied ? new Linear(words) : all.Linear("lm_head", width, c.Vocabulary, bias: false);
        all.AssertAllUsed(tied ? ["*rotary_emb.inv_freq", "lm_head.weight"] : ["*rotary_emb.inv_freq"]);
        return new LanguageModel(c, new TextEmbedding(words, Factor: family.Gemma ? MathF.Sqrt(width) : 1), blocks, checkpoint)
        {
            IsCausal = true,
            Norm = norm,
            Unembedding = unembedding,
            Limit = window,
        };

        EncoderBlock Block(Weights layer, string name)
        {
            Weights attention = layer["self_attn"], mlp = layer["mlp"];
            int queries = heads * c.HeadWidth, keys = keyHeads * c.HeadWidth;
            return new EncoderBlock(name, heads, keyHeads)
            {
                Norm1 = Norm(layer, "input_layernorm", width),
                Query = attention.Linear("q_proj", width, queries, bias),
                Key = attention.Linear("k_proj", width, keys, bias),
                Value = attention.Linear("v_proj", width, keys, bias),
                HeadNorms = family.HeadNorms ? (Norm(attention, "q_norm", c.HeadWidth), Norm(attention, "k_norm", c.HeadWidth)) : null,
                Rotary = rotary,
                Output = attention.Linear("o_proj", queries, width, attentionBias),
                Norm2 = Norm(layer, "post_attention_layernorm", width),
                GateBranch = mlp.Linear("gate_proj", width, c.Hidden, mlpBias, activation),
                Up = mlp.Linear("up_proj", width, c.Hidden, mlpBias),
                Down = mlp.Linear("down_proj", c.Hidden, width, mlpBias),
            };
        }

        RmsNorm Norm(Weights from, string name, int length)
        {
            Tensor weight = from.Vector($"{name}.weight", length);
            if (family.Gemma) TensorPrimitives.Add(weight.Span, 1f, weight.Span);
            return new RmsNorm(weight, eps);
        }
    }

    /// <summary>Where attention would end at a window: texts that are longer than it are not computed.</summary>
    static TextLimit? Window(ConfigSection config, string type)
    {
        if (config.Has("layer_types") && config.Strings("layer_types") is { } kinds
            && kinds.FirstOrDefault(k => k is not ("full_attention" or "sliding_attention"))
            is { } other) throw config.Error("layer_types", $"has {Describe.Name(other)}, expected full_attention or sliding_attention");
        bool used = type is "qwen2" or "qwen3" ? config.Bool("use_sliding_window", false) : type == "mistral" || config.Has("sliding_window");
        int? window = !used ? null : config.Has("sliding_window") ? config.Size("sliding_window")
            : config.Mentions("sliding_window") ? null : 4096; // what Mistral's own settings have
        return window is { } tokens ? new TextLimit(tokens, $"sliding_window is {tokens}, and attention that ends at a window is not computed") : null;
    }
}
