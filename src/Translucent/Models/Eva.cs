// DINOv3 (Siméoni et al. 2025, arXiv:2508.10104), EVA (Fang et al. 2022, arXiv:2211.07636), EVA-02 (Fang et al. 2023, arXiv:2303.11331), RoPE-ViT (Heo et
// al. 2024, arXiv:2403.13298) and Perception Encoders (Bolya et al. 2025, arXiv:2504.13181): model_type "dinov3_vit", names of Hugging Face
// modeling_dinov3_vit.py; timm's Eva class (timm/models/eva.py) under the same names as model_type "eva".

using Translucent.Autodiff.Ops;
using Translucent.Checkpoints;
using Translucent.Images;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>Reads vision transformers with rotary positions, gated feed-forward layers, registers and biases of queries and values alone.</summary>
/// <remarks>
/// The block is that of all families, but that queries and keys of patches are turned by where the patch stands, that the feed-forward layer may be
/// (act(x Wg) ⊙ x Wu) Wd, and that its activations may be normalised before Wd (EVA-02, base and large), and what attention read before Wo (EVA-02's CLIP
/// towers). Registers stand behind the class token; prefix tokens do not turn. Perception Encoders normalise the tokens before the first block; of their
/// published forms some pool all tokens by attention, the others have no normalisation above the last block. RoPE-Mixed learned by how much each head of
/// each block turns. The original DINOv3 files state the periods of the turns, rounded to bfloat16, and are read with them.
/// </remarks>
static class Eva
{
    public static VisionTransformer Load(Checkpoint checkpoint)
    {
        ConfigSection config = checkpoint.Config;
        EvaForm form = EvaForm.Of(config);
        VisionConfig c = config.Sizes(form.Name, config.Int("intermediate_size", 1536), form.Prefix, new("DINOv3", 384, 12, 6, 1536, 16, 224, 0));
        int headWidth = c.Width / c.Heads;
        if (form.Rotary != RotaryGrid.None && headWidth % 4 != 0)
            throw config.Wrong("num_attention_heads", $"heads of a multiple of 4 numbers, which turn by row and column, not of {headWidth}");
        Weights all = checkpoint.Weights(), w = all.Under("dinov3_vit"), layers = w.Under("model")["layer"];
        float eps = config.Epsilon("layer_norm_eps", 1e-5f);
        double theta = config.Has("rope_parameters") ? config.Section("rope_parameters").Float("rope_theta", 100) : config.Float("rope_theta", 100);
        if (!(theta > 0)) throw config.Wrong("rope_theta", "a number above 0");
        Tensor? periods = form.Rotary == RotaryGrid.Centred ? w.Optional("rope_embeddings.periods", headWidth / 4) : null;
        GridPositions? turns = form.Turns(headWidth, theta, periods is null ? null : [.. periods.ToArray().Select(p => (double)p)]);

        PatchEmbedding embedding = new(c.Patch, Positions(w, form, c), form.Prefix)
        {
            Projection = w.PatchProjection("embeddings.patch_embeddings", c, bias: !form.NormBefore),
            Prefix = PrefixTokens(w, form, c),
            Norm = form.NormBefore ? w.LayerNorm("embeddings.norm", c.Width, eps) : null,
            Antialias = true, // timm resample_abs_pos_embed
        };
        Tensor? learned = form.Rotary == RotaryGrid.Mixed ? w.Get("rope_frequencies", 2, c.Depth, c.Heads, headWidth / 2) : null;
        LayerReader reader = new(config, c, eps, form);
        EncoderBlock[] blocks = [.. Enumerable.Range(0, c.Depth)
            .Select(i => reader.Block(layers[i], $"blocks.{i}", learned is null ? turns : new MixedRotary(OfBlock(learned, i), form.Prefix)))];
        LayerNorm? norm = form.NormBehindMean || !form.NormLast ? null : w.LayerNorm("norm", c.Width, eps);
        AttentionPool? pooling = form.PoolingHeads == 0 ? null : AttentionPools.OfTimm(all["attn_pool"], c, eps, config.HiddenActivation("gelu"),
            all.Has("attn_pool.query.bias"), PoolingHeads(config, form, c), unseen: 0);

        string[] labels = config.Labels(all, "classifier.weight");
        ClassHead? head = !all.Has("classifier.weight") ? null : Head(all, form, pooling, c, eps, labels.Length);
        all.AssertAllUsed([.. head is null ? (string[])["fc_norm.*"] : [], .. config.Bool("key_bias", false) ? (string[])[] : ["*.k_proj.bias"],
            "*embeddings.mask_token", "*rope_embeddings.*"]);
        return new VisionTransformer(c, embedding, blocks, norm, checkpoint)
        {
            Labels = head is null ? [] : labels,
            Head = head,
            Meaning = head is null ? default : config.Meaning(labels.Length),
            Pooling = pooling,
            HeadOfVectors = head is not null ? null : pooling is not null ? (vectors, scale) => ClassHead.OfPooledCosines(pooling, vectors, scale, 0)
                : form.ClassToken ? (vectors, _) => ClassHead.OfVectors(vectors, c.Width) : null,
            Preprocessor = checkpoint.PreprocessorOr(PreprocessorFamilies.Dino, c),
        };
    }

    /// <summary>The heads of a pooling, which divide the width.</summary>
    static int PoolingHeads(ConfigSection config, EvaForm form, VisionConfig c) => form.PoolingHeads > 0 && c.Width % form.PoolingHeads == 0 ? form.PoolingHeads
        : throw config.Error("model_args", $"gives the pooling {form.PoolingHeads} heads (attn_pool_num_heads), expected a divisor of hidden_size {c.Width}");

    /// <summary>A classifier on what attention pooled, on the class token, on the mean of the patches, or, where it is twice as wide, on both.</summary>
    static ClassHead Head(Weights all, EvaForm form, AttentionPool? pooling, VisionConfig c, float eps, int classes)
    {
        if (pooling is not null) return ClassHead.OnPooled(pooling, all.Linear("classifier", c.Width, classes));
        if (form.Averages)
            return ClassHead.OnMean(all.Linear("classifier", c.Width, classes), c.Prefix, form.NormBehindMean ? all.LayerNorm("fc_norm", c.Width, eps) : null);
        return all.ShapeOf("classifier.weight") is [_, var columns] && columns == 2 * c.Width
            ? ClassHead.OnClassAndMean(all.Linear("classifier", columns, classes), c.Prefix)
            : ClassHead.OnClassToken(all.Linear("classifier", c.Width, classes));
    }

    /// <summary>Learned frequencies of one block, [2, H·D/2], of those of all, [2, L, H, D/2].</summary>
    static Tensor OfBlock(Tensor learned, int block)
    {
        int depth = learned.Shape[1], width = learned.Shape[2] * learned.Shape[3];
        Tensor own = new(2, width);
        for (int axis = 0; axis < 2; axis++) learned.Span.Slice((axis * depth + block) * width, width).CopyTo(own.Row(axis));
        return own;
    }

    /// <summary>[P, C].</summary>
    static Tensor PrefixTokens(Weights w, EvaForm form, VisionConfig c)
    {
        Tensor prefix = new(form.Prefix, c.Width);
        if (form.ClassToken) w.Get("embeddings.cls_token", 1, 1, c.Width).Span.CopyTo(prefix.Row(0));
        if (form.Registers > 0) w.Get("embeddings.register_tokens", 1, form.Registers, c.Width).Span.CopyTo(prefix.Span[^(form.Registers * c.Width)..]);
        return prefix;
    }

    /// <summary>[P + n, C]; zeros where none are added.</summary>
    static Tensor Positions(Weights w, EvaForm form, VisionConfig c)
    {
        Tensor all = new(form.Prefix + c.Grid(), c.Width);
        if (!form.Positions) return all;
        const string name = "embeddings.position_embeddings";
        bool patchesAlone = w.ShapeOf(name) is [_, var count, ..] && count == c.Grid();
        w.Get(name, 1, patchesAlone ? c.Grid() : all.Rows, c.Width).Span.CopyTo(all.Span[(patchesAlone ? form.Prefix * c.Width : 0)..]);
        return all;
    }

    /// <summary>The blocks of one model.</summary>
    sealed class LayerReader(ConfigSection config, VisionConfig c, float eps, EvaForm form)
    {
        readonly Activation _activation = config.HiddenActivation("gelu");
        readonly bool _gated = config.Bool("use_gated_mlp", false), _packed = config.Bool("packed_gate", false), _inner = config.Bool("mlp_norm", false);
        readonly bool _context = config.Bool("attention_norm", false), _behind = config.Bool("norms_behind", false);
        readonly bool _query = config.Bool("query_bias", true), _key = config.Bool("key_bias", false), _value = config.Bool("value_bias", true);
        readonly bool _output = config.Bool("proj_bias", true), _mlp = config.Bool("mlp_bias", true);

        public EncoderBlock Block(Weights w, string name, GridPositions? turns)
        {
            Weights attention = w["attention"], mlp = w["mlp"];
            return new EncoderBlock(name, c.Heads)
            {
                NormsBehind = _behind,
                Norm1 = w.LayerNorm("norm1", c.Width, eps),
                Query = attention.Linear("q_proj", c.Width, c.Width, _query),
                Key = attention.Linear("k_proj", c.Width, c.Width, _key),
                Value = attention.Linear("v_proj", c.Width, c.Width, _value),
                Positions = turns,
                ContextNorm = _context ? attention.LayerNorm("norm", c.Width, eps) : null,
                Output = attention.Linear("o_proj", c.Width, c.Width, _output, scale: Scale("layer_scale1")),
                Norm2 = w.LayerNorm("norm2", c.Width, eps),
                Up = mlp.Linear("up_proj", c.Width, _packed ? 2 * c.Hidden : c.Hidden, _mlp, _gated || _packed ? Activation.None : _activation),
                Gate = _packed ? new Gate(_activation) : null,
                GateBranch = _gated ? mlp.Linear("gate_proj", c.Width, c.Hidden, _mlp, _activation) : null,
                InnerNorm = _inner ? mlp.LayerNorm("norm", c.Hidden, eps) : null,
                Down = mlp.Linear("down_proj", c.Hidden, c.Width, _mlp, scale: Scale("layer_scale2")),
            };

            Tensor? Scale(string layer) => form.LayerScale ? w.Vector($"{layer}.lambda1", c.Width) : null;
        }
    }
}
