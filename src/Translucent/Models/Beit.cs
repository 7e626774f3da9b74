// BEiT (Bao et al. 2021, arXiv:2106.08254; BEiT v2: Peng et al. 2022, arXiv:2208.06366) and Data2Vec for images (Baevski et al. 2022, arXiv:2202.03555):
// model_type "beit" and "data2vec-vision", names of Hugging Face modeling_beit.py and modeling_data2vec_vision.py.

using Translucent.Autodiff.Ops;
using Translucent.Checkpoints;
using Translucent.Images;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>Reads BEiT checkpoints, fine-tuned or not.</summary>
/// <remarks>
/// Keys have no bias. Scores of attention get biases by where patches lie as seen from each other, from a table of each block, of all blocks together, or
/// both; positions may be added to the tokens as well. The classifier reads the mean of the patches, normalised behind the mean, unless
/// <c>use_mean_pooling</c> is false.
/// </remarks>
static class Beit
{
    public static VisionTransformer Load(Checkpoint checkpoint)
    {
        ConfigSection config = checkpoint.Config;
        string type = config.String("model_type");
        bool relative = config.Bool("use_relative_position_bias", false), shared = config.Bool("use_shared_relative_position_bias", false);
        bool averages = config.Bool("use_mean_pooling", true), absolute = config.Bool("use_absolute_position_embeddings", false);
        VisionConfig c = config.Sizes(type == "beit" ? "BEiT" : "Data2Vec", config.Int("intermediate_size", 3072), prefix: 1,
            new("BEiT", 768, 12, 12, 3072, 16, 224, 1),
            reads: ["use_relative_position_bias", "use_shared_relative_position_bias", "use_mean_pooling"]);
        config.Has("vocab_size"); // of the head that predicts visual words, which is left aside
        Weights all = checkpoint.Weights(), w = all.Under(type == "beit" ? "beit" : "data2vec_vision");
        float eps = config.Epsilon("layer_norm_eps", 1e-12f);
        bool scaled = config.Float("layer_scale_init_value", 0.1f) > 0;

        PatchEmbedding embedding = new(c.Patch, absolute
            ? w.Get("embeddings.position_embeddings", 1, 1 + c.Grid(), c.Width).Reshape(1 + c.Grid(), c.Width) : new Tensor(1 + c.Grid(), c.Width), 1)
        {
            Projection = w.PatchProjection("embeddings.patch_embeddings.projection", c),
            Prefix = w.Get("embeddings.cls_token", 1, 1, c.Width).Reshape(1, c.Width),
        };
        Tensor? common = shared ? Table(w["encoder"], c) : null;
        EncoderBlock[] blocks = [.. Enumerable.Range(0, c.Depth).Select(i => Block(w["encoder.layer"][i], $"blocks.{i}"))];
        LayerNorm? norm = averages ? null : w.LayerNorm("layernorm", c.Width, eps);

        string[] labels = config.Labels(all, "classifier.weight");
        ClassHead? head = !all.Has("classifier.weight") ? null
            : all.Linear("classifier", c.Width, labels.Length) is var classifier && averages
                ? ClassHead.OnMean(classifier, c.Prefix, w.LayerNorm("pooler.layernorm", c.Width, eps))
            : ClassHead.OnClassToken(classifier);
        all.AssertAllUsed([.. head is null ? (string[])["*pooler.layernorm.*", "layernorm.*", "lm_head.*"] : [],
            "*embeddings.mask_token", "*relative_position_index"]);
        return new VisionTransformer(c, embedding, blocks, norm, checkpoint)
        {
            Labels = head is null ? [] : labels,
            Head = head,
            Meaning = head is null ? default : config.Meaning(labels.Length),
            HeadOfVectors = head is null && !averages ? (vectors, _) => ClassHead.OfVectors(vectors, c.Width) : null,
            Preprocessor = checkpoint.PreprocessorOr(PreprocessorFamilies.Deit, c),
        };

        EncoderBlock Block(Weights layer, string name)
        {
            Weights attention = layer["attention.attention"];
            return new EncoderBlock(name, c.Heads)
            {
                Norm1 = layer.LayerNorm("layernorm_before", c.Width, eps),
                Query = attention.Linear("query", c.Width, c.Width),
                Key = attention.Linear("key", c.Width, c.Width, bias: false),
                Value = attention.Linear("value", c.Width, c.Width),
                Positions = Bias(relative ? Table(attention, c) : null),
                Output = layer.Linear("attention.output.dense", c.Width, c.Width, scale: scaled ? layer.Vector("lambda_1", c.Width) : null),
                Norm2 = layer.LayerNorm("layernorm_after", c.Width, eps),
                Up = layer.Linear("intermediate.dense", c.Width, c.Hidden, activation: config.HiddenActivation("gelu")),
                Down = layer.Linear("output.dense", c.Hidden, c.Width, scale: scaled ? layer.Vector("lambda_2", c.Width) : null),
            };
        }

        GridPositions? Bias(Tensor? own)
        {
            if (own is null || common is null) return own is null && common is null ? null : new GridBias(own ?? common!, c.ImageSize / c.Patch);
            TensorPrimitives.Add(own.Span, common.Span, own.Span);
            return new GridBias(own, c.ImageSize / c.Patch);
        }
    }

    /// <summary>[(2r − 1)(2c − 1) + 3, H].</summary>
    static Tensor Table(Weights w, VisionConfig c)
    {
        int side = c.ImageSize / c.Patch;
        return w.Get("relative_position_bias.relative_position_bias_table", RelativeBias.Distances(side, side) + 3, c.Heads);
    }
}
