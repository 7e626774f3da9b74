// BERT (Devlin et al. 2019, arXiv:1810.04805): model_type "bert"; names and arithmetic of Hugging Face modeling_bert.py, with or without
// the prefix "bert.", norms also by their old names gamma and beta (docs/language.md).

using Translucent.Autodiff.Ops;
using Translucent.Checkpoints;

namespace Translucent.Models;

/// <summary>Reads <c>embeddings</c>, <c>encoder.layer.{i}</c>, and <c>pooler</c> and <c>classifier</c> of a model that classifies texts.</summary>
static class Bert
{
    const float Epsilon = 1e-12f;

    public static LanguageModel Load(Checkpoint checkpoint)
    {
        ConfigSection config = checkpoint.Config;
        LanguageConfig c = Sizes("BERT", config);
        float eps = config.Epsilon("layer_norm_eps", Epsilon);
        Weights all = checkpoint.Weights(), w = all.Under("bert");
        Weights words = w["embeddings"];
        TextEmbedding embedding = new(words.Matrix("word_embeddings.weight", c.Vocabulary, c.Width),
            words.Get("position_embeddings.weight", c.Positions, c.Width),
            words.Matrix("token_type_embeddings.weight", config.Size("type_vocab_size", 2), c.Width), words.AnyLayerNorm("LayerNorm", c.Width, eps));
        ITextBlock[] blocks = Blocks(w, c, config);
        string[] labels = all.Has("classifier.weight") ? config.Labels(all, "classifier.weight") : [];
        Linear[]? classifier = labels.Length == 0 ? null : [w.Linear("pooler.dense", c.Width, c.Width, activation: Activation.Tanh),
            all.Linear("classifier", c.Width, labels.Length)];
        all.AssertAllUsed("cls.*", "*pooler.dense.*", "*position_ids");
        return new LanguageModel(c, embedding, blocks, checkpoint)
        {
            Classifier = classifier,
            Labels = labels,
            Meaning = labels.Length == 0 ? default : config.Meaning(labels.Length),
            Limit = new TextLimit(c.Positions, "max_position_embeddings"),
        };
    }

    /// <summary>The sizes, in the keys that RoBERTa shares.</summary>
    public static LanguageConfig Sizes(string family, ConfigSection config)
    {
        config.RefuseForeign();
        if (config.String("position_embedding_type", "absolute") != "absolute")
            throw config.Wrong("position_embedding_type", "absolute; positions relative to each other are not computed");
        int width = config.Size("hidden_size", 768), heads = config.Heads(width, 12);
        return new LanguageConfig(family, config.Size("vocab_size", 30_522), width, config.Size("num_hidden_layers", 12), heads, heads, width / heads,
            config.Size("intermediate_size", 3072), config.Size("max_position_embeddings", 512));
    }

    /// <summary>The blocks, which RoBERTa has too.</summary>
    public static ITextBlock[] Blocks(Weights w, LanguageConfig c, ConfigSection config)
    {
        float eps = config.Epsilon("layer_norm_eps", Epsilon);
        Activation activation = config.HiddenActivation("gelu");
        return [.. Enumerable.Range(0, c.Depth).Select(i =>
        {
            Weights layer = w["encoder"]["layer"][i], self = layer["attention"]["self"], output = layer["attention"]["output"];
            return new PostNormBlock($"blocks.{i}",
                new PostNormAttention(c.Heads, self.Linear("query", c.Width, c.Width), self.Linear("key", c.Width, c.Width),
                    self.Linear("value", c.Width, c.Width), output.Linear("dense", c.Width, c.Width), output.AnyLayerNorm("LayerNorm", c.Width, eps)),
                new PostNormFeedForward(layer.Linear("intermediate.dense", c.Width, c.Hidden, activation: activation),
                    layer.Linear("output.dense", c.Hidden, c.Width), layer.AnyLayerNorm("output.LayerNorm", c.Width, eps)));
        })];
    }
}
