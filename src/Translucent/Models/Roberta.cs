// RoBERTa (Liu et al. 2019, arXiv:1907.11692): model_type "roberta"; names and arithmetic of Hugging Face modeling_roberta.py, with or
// without the prefix "roberta." (docs/language.md).

using Translucent.Autodiff.Ops;
using Translucent.Checkpoints;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>BERT whose positions begin behind the number of the filling token, and whose classifier has a layer of its own in the place of the
/// pooler.</summary>
static class Roberta
{
    public static LanguageModel Load(Checkpoint checkpoint)
    {
        ConfigSection config = checkpoint.Config;
        LanguageConfig c = Bert.Sizes("RoBERTa", config);
        int first = config.Int("pad_token_id", 1) + 1, positions = c.Positions - first;
        if (first < 1 || positions < 1) throw config.Wrong("pad_token_id", $"0 to {c.Positions - 2}: positions begin behind it");
        Weights all = checkpoint.Weights(), w = all.Under("roberta");
        Weights words = w["embeddings"];
        Tensor places = words.Get("position_embeddings.weight", c.Positions, c.Width);
        TextEmbedding embedding = new(words.Matrix("word_embeddings.weight", c.Vocabulary, c.Width),
            new Tensor([positions, c.Width], places.Span[(first * c.Width)..]),
            words.Matrix("token_type_embeddings.weight", config.Size("type_vocab_size", 1), c.Width),
            words.AnyLayerNorm("LayerNorm", c.Width, config.Epsilon("layer_norm_eps", 1e-5f)));
        ITextBlock[] blocks = Bert.Blocks(w, c, config);
        string[] labels = all.Has("classifier.out_proj.weight") ? config.Labels(all, "classifier.out_proj.weight") : [];
        Linear[]? classifier = labels.Length == 0 ? null : [all.Linear("classifier.dense", c.Width, c.Width, activation: Activation.Tanh),
            all.Linear("classifier.out_proj", c.Width, labels.Length)];
        all.AssertAllUsed("lm_head.*", "*pooler.dense.*", "*position_ids");
        return new LanguageModel(c with { Positions = positions }, embedding, blocks, checkpoint)
        {
            Classifier = classifier,
            Labels = labels,
            Meaning = labels.Length == 0 ? default : config.Meaning(labels.Length),
            Limit = new TextLimit(positions, $"max_position_embeddings {c.Positions}, of which the first {first} stand for filling"),
        };
    }
}
