// ViT (Dosovitskiy et al. 2020, arXiv:2010.11929), DINO (Caron et al. 2021, arXiv:2104.14294) and DeiT (Touvron et al. 2020,
// arXiv:2012.12877), MSN (Assran et al. 2022, arXiv:2204.07141) and I-JEPA (Assran et al. 2023, arXiv:2301.08243): model_type "vit", "deit", "vit_msn" and
// "ijepa", names of Hugging Face modeling_vit.py, modeling_deit.py, modeling_vit_msn.py and modeling_ijepa.py.

using Translucent.Autodiff.Ops;
using Translucent.Checkpoints;
using Translucent.Images;
using Translucent.Tensors;

namespace Translucent.Models;

/// <summary>Reads ViT, DINO and DeiT checkpoints.</summary>
/// <remarks>
/// DINO is a ViT without classifier, its names without the prefix <c>vit.</c>; classes are then target vectors. DeiT has a
/// distillation token behind the class token, and, as published for distilled checkpoints, the mean of two classifiers; a DeiT
/// checkpoint with one <c>classifier</c> reads the class token like a ViT. timm's variants, whose settings <see cref="Checkpoints.Layouts.TimmViT"/>
/// finds: no class token, registers, positions of patches alone, a normalisation before the first block, LayerScale (DeiT III), the mean of the patches
/// instead of the class token, normalised before or behind (<c>fc_norm</c>; also MAE's fine-tuned models), flexible patches
/// (<see cref="Checkpoints.Layouts.TimmNaflex"/>).
/// </remarks>
static class ViT
{
    public static VisionTransformer Load(Checkpoint checkpoint)
    {
        ConfigSection config = checkpoint.Config;
        string type = config.String("model_type");
        bool deit = type == "deit";
        VitForm form = VitForm.Of(config);
        int k = form.ClassToken ? deit ? 2 : 1 : form.Registers, registers = form.ClassToken ? form.Registers : 0; // registers alone are like class tokens
        VisionConfig c = config.Sizes(deit ? "DeiT" : type == "ijepa" ? "I-JEPA" : "ViT", config.Int("intermediate_size"), prefix: k + registers);
        Weights all = checkpoint.Weights(), w = all.Under(type == "vit_msn" ? "vit" : type);
        float eps = config.Epsilon("layer_norm_eps", 1e-12f);
        bool bias = config.Bool("qkv_bias", true);

        Tensor prefix = new(k, c.Width);
        if (form.ClassToken) w.Get("embeddings.cls_token", 1, 1, c.Width).Span.CopyTo(prefix.Row(0));
        else if (k > 0) w.Get("embeddings.register_tokens", 1, k, c.Width).Span.CopyTo(prefix.Span);
        if (deit) w.Get("embeddings.distillation_token", 1, 1, c.Width).Span.CopyTo(prefix.Row(1));
        const string projection = "embeddings.patch_embeddings.projection";
        PatchEmbedding embedding = new(c.Patch, Positions(w, k, form, c), k)
        {
            Projection = form.FlatPatches ? w.FlatPatchProjection(projection, c, form.PatchBias) : w.PatchProjection(projection, c, form.PatchBias),
            Prefix = prefix,
            Registers = registers == 0 ? null : w.Get("embeddings.register_tokens", 1, registers, c.Width).Reshape(registers, c.Width),
            Norm = form.NormBefore ? w.LayerNorm("embeddings.norm", c.Width, eps) : null,
            Antialias = form.Positions is { Factorised: false },
            Filter = form.Positions?.Filter ?? Resampling.Bicubic,
            KeepsShape = form.Positions?.KeepsShape ?? false,
        };
        EncoderBlock[] blocks = [.. Enumerable.Range(0, c.Depth)
            .Select(i => Block(w["encoder.layer"][i], $"blocks.{i}", c, eps, config.HiddenActivation("gelu"), bias, form.LayerScale))];
        LayerNorm? norm = form.NormBehindMean ? null : w.LayerNorm("layernorm", c.Width, eps);

        AttentionPool? pooling = form.Pools ? AttentionPools.OfTimm(all["attn_pool"], c, eps, config.HiddenActivation("gelu"),
            all.Has("attn_pool.query.bias")) : null;

        string[] labels = config.Labels(all, deit && all.Has("cls_classifier.weight") ? "cls_classifier.weight" : "classifier.weight");
        ClassHead? head = deit && all.Has("cls_classifier.weight")
            ? Distilled(all.Linear("cls_classifier", c.Width, labels.Length), all.Linear("distillation_classifier", c.Width, labels.Length))
            : !all.Has("classifier.weight") ? null
            : all.Linear("classifier", c.Width, labels.Length, all.Has("classifier.bias") || !config.Has(VitForm.Key)) is var classifier && pooling is not null
                ? ClassHead.OnPooled(pooling, classifier)
            : form.Averages
                ? ClassHead.OnMean(classifier, c.Prefix, form.NormBehindMean ? all.LayerNorm("fc_norm", c.Width, eps) : null)
            : ClassHead.OnClassToken(classifier);
        all.AssertAllUsed("*pooler.dense.*", "*embeddings.mask_token");
        bool vectors = head is null && form.ClassToken && pooling is null;
        return new VisionTransformer(vectors ? c with { Family = "DINO" } : c, embedding, blocks, norm, checkpoint)
        {
            Labels = head is null ? [] : labels,
            Head = head,
            Meaning = head is null ? default : config.Meaning(labels.Length),
            Pooling = pooling,
            HeadOfVectors = head is not null ? null : pooling is not null ? (t, scale) => ClassHead.OfPooledCosines(pooling, t, scale, 0)
                : vectors ? (t, _) => ClassHead.OfVectors(t, c.Width) : null,
            Preprocessor = checkpoint.PreprocessorOr(pooling is not null ? PreprocessorFamilies.Siglip : deit ? PreprocessorFamilies.Deit
                : head is null ? PreprocessorFamilies.Dino : PreprocessorFamilies.Vit, c),
        };
    }

    static EncoderBlock Block(Weights w, string name, VisionConfig c, float eps, Activation activation, bool bias, bool scaled) => new(name, c.Heads)
    {
        Norm1 = w.LayerNorm("layernorm_before", c.Width, eps),
        Query = w.Linear("attention.attention.query", c.Width, c.Width, bias),
        Key = w.Linear("attention.attention.key", c.Width, c.Width, bias),
        Value = w.Linear("attention.attention.value", c.Width, c.Width, bias),
        Output = w.Linear("attention.output.dense", c.Width, c.Width, scale: scaled ? w.Vector("layer_scale1.lambda1", c.Width) : null),
        Norm2 = w.LayerNorm("layernorm_after", c.Width, eps),
        Up = w.Linear("intermediate.dense", c.Width, c.Hidden, activation: activation),
        Down = w.Linear("output.dense", c.Hidden, c.Width, scale: scaled ? w.Vector("layer_scale2.lambda1", c.Width) : null),
    };

    /// <summary>[k + n, C]; zeros for prefix tokens where the table is of patches alone, as for positions that are added to the tokens themselves.</summary>
    static Tensor Positions(Weights w, int prefix, VitForm form, VisionConfig c)
    {
        const string name = "embeddings.position_embeddings";
        if (!form.PositionsOfPatches) return w.Get(name, 1, prefix + c.Grid(), c.Width).Reshape(prefix + c.Grid(), c.Width);
        Tensor all = new(prefix + c.Grid(), c.Width);
        if (form.Positions is not { Factorised: true }) w.Get(name, 1, c.Grid(), c.Width).Span.CopyTo(all.Span[(prefix * c.Width)..]);
        else
        {
            int side = c.ImageSize / c.Patch;
            Tensor rows = w.Get($"{name}_y", 1, side, c.Width).Reshape(side, c.Width), columns = w.Get($"{name}_x", 1, side, c.Width).Reshape(side, c.Width);
            for (int i = 0; i < side * side; i++) TensorPrimitives.Add(rows.Row(i / side), columns.Row(i % side), all.Row(prefix + i));
        }
        return all;
    }

    /// <summary>(cls_classifier(f₀) + distillation_classifier(f₁)) / 2 as one layer on [f₀ | f₁]; cls_classifier for single tokens.</summary>
    static ClassHead Distilled(Linear cls, Linear distillation)
    {
        (int classes, int width) = (cls.Weight.Rows, cls.Weight.Columns);
        Tensor joined = new(classes, 2 * width), bias = new(classes);
        foreach ((Linear classifier, int at) in (ReadOnlySpan<(Linear, int)>)[(cls, 0), (distillation, width)])
        {
            Tensor half = classifier.Weight.ToTensor();
            for (int i = 0; i < classes; i++) TensorPrimitives.Multiply(half.Row(i), 0.5f, joined.Row(i).Slice(at, width));
            TensorPrimitives.MultiplyAdd(classifier.Bias!.Span, 0.5f, bias.Span, bias.Span);
        }
        return new ClassHead(classes, [new Select(2)], [new Linear(new Matrix(joined, classes, 2 * width), bias)], [cls])
        {
            Over = layer => Distilled(layer(cls), layer(distillation)),
        };
    }
}
