// DistilBERT (Sanh et al. 2019, arXiv:1910.01108): model_type "distilbert"; names and arithmetic of Hugging Face modeling_distilbert.py,
// with or without the prefix "distilbert." (docs/language.md).

using Translucent.Autodiff.Ops;
using Translucent.Checkpoints;

namespace Translucent.Models;

/// <summary>Reads <c>embeddings</c>, <c>transformer.layer.{i}</c>, and <c>pre_classifier</c> and <c>classifier</c> of a model that classifies texts.</summary>
static class DistilBert
{
    const float Epsilon = 1e-12f; // of all normalisations

    public static LanguageModel Load(Checkpoint checkpoint)
    {
        ConfigSection config = checkpoint.Config;
        config.RefuseForeign();
        int width = config.Size("dim", 768), heads = config.Divisor("n_heads", "dim", width, 12);
        LanguageConfig c = new("DistilBERT", config.Size("vocab_size", 30_522), width, config.Size("n_layers", 6), heads, heads, width / heads,
            config.Size("hidden_dim", 3072), config.Size("max_position_embeddings", 512));
        Activation activation = config.Activation("activation", "gelu");
        Weights all = checkpoint.Weights(), w = all.Under("distilbert");
        Weights words = w["embeddings"];
        TextEmbedding embedding = new(words.Matrix("word_embeddings.weight", c.Vocabulary, width), words.Get("position_embeddings.weight", c.Positions, width),
            Norm: words.AnyLayerNorm("LayerNorm", width, Epsilon));
        ITextBlock[] blocks = [.. Enumerable.Range(0, c.Depth).Select(i =>
        {
            Weights layer = w["transformer"]["layer"][i], attention = layer["attention"];
            return new PostNormBlock($"blocks.{i}",
                new PostNormAttention(heads, attention.Linear("q_lin", width, width), attention.Linear("k_lin", width, width),
                    attention.Linear("v_lin", width, width), attention.Linear("out_lin", width, width), layer.AnyLayerNorm("sa_layer_norm", width, Epsilon)),
                new PostNormFeedForward(layer.Linear("ffn.lin1", width, c.Hidden, activation: activation), layer.Linear("ffn.lin2", c.Hidden, width),
                    layer.AnyLayerNorm("output_layer_norm", width, Epsilon)));
        })];
        string[] labels = all.Has("classifier.weight") ? config.Labels(all, "classifier.weight") : [];
        Linear[]? classifier = labels.Length == 0 ? null : [all.Linear("pre_classifier", width, width, activation: Activation.Relu),
            all.Linear("classifier", width, labels.Length)];
        all.AssertAllUsed("vocab_*", "*position_ids");
        return new LanguageModel(c, embedding, blocks, checkpoint)
        {
            Classifier = classifier,
            Labels = labels,
            Meaning = labels.Length == 0 ? default : config.Meaning(labels.Length),
            Limit = new TextLimit(c.Positions, "max_position_embeddings"),
        };
    }
}
