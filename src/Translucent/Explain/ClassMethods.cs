// Every method that explains classes, in one table (docs/methods.md has their equations).

using System.Globalization;
using Translucent.Explain.Projection;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>The methods that explain classes.</summary>
public static class ClassMethods
{
    const MethodNeeds Pixels = MethodNeeds.Scores | MethodNeeds.SingleStream | MethodNeeds.Patches | MethodNeeds.Pixels;

    const string FirstBlocks = "tokentm_first_";

    const string Chefer = "Chefer, Gur, Wolf, CVPR 2021, arXiv:2012.09838", Wu = "Wu et al., CVPR 2024, arXiv:2403.14552",
        Ali = "Ali et al., ICML 2022, arXiv:2202.07304", Vilas = "Vilas, Schaumloeffel, Roig, NeurIPS 2023, arXiv:2310.18969";

    /// <summary>All of them: attention alone, attention with gradients, gradients with inputs, relevance propagation, projection.</summary>
    public static IReadOnlyList<ClassMethod> All { get; } =
    [
        new("raw", "What the class token looks at in the last block, whatever the class.", "mean over heads of the last attention",
            (trace, _, _) => OneForAll(RawAttention.Rows(trace)))
        {
            Aliases = ["raw_attention", "attn_last_layer"], MayStartAbove = true, TellsClassesApart = false, Needs = MethodNeeds.SingleStream,
                Operations = Nothing,
        },
        new("rollout", "Where attention leads through all blocks, whatever the class.", "Abnar, Zuidema, ACL 2020, arXiv:2005.00928",
            (trace, _, o) => OneForAll(Rollout.Rows(trace, o.FirstBlock)))
        {
            Aliases = ["attention_rollout"], MayStartAbove = true, TellsClassesApart = false, Needs = MethodNeeds.SingleStream, Operations = Nothing,
        },
        new("ultra", "What formed the class token behind the last block, whatever the class.", "Hosseini et al. 2024, arXiv:2411.12589", ClassToken)
        {
            TellsClassesApart = false, MaySweepSparsely = true, MayStartAbove = true, Needs = MethodNeeds.SingleStream | MethodNeeds.OneToken,
                Operations = (trace, _) =>
                Cost.Tokens(trace, trace.Blocks.Count + 1, 1),
        },
        new("gradcam", "Attention of the last block, heads weighed by how they raise the class.", "Selvaraju et al. 2017, arXiv:1610.02391, on attention",
            (trace, c, o) => GradCam.Maps(trace, c, o))
        {
            Aliases = ["grad_cam", "attn_gradcam"], MayStartAbove = true, Needs = MethodNeeds.Scores | MethodNeeds.SingleStream | MethodNeeds.OneToken,
            Operations = (trace, count) => Cost.Classes(trace, count, lowest: trace.Blocks.Count),
        },
        new("gae", "What raised the score of the class, through the attention of all blocks.", "Chefer, Gur, Wolf, ICCV 2021, arXiv:2103.15679",
            (trace, c, o) => Gae.Rows(trace, c, o))
        {
            Aliases = ["generic_attention"], MayStartAbove = true, MaySweepSparsely = true,
        },
        new("tokentm", "As gae, attention weighed by how far it transforms the tokens it moves.", Wu, (trace, c, o) => TokenTM.Rows(trace, c, options: o))
        {
            MaySweepSparsely = true, MayStartAbove = true,
        },
        new("tokentm_af", "TokenTM without length and direction: the ablation AF, 2^L times GAE.", Wu,
            (trace, c, o) => TokenTM.Rows(trace, c, new(Length: false, Direction: false), o))
        {
            MaySweepSparsely = true, MayStartAbove = true,
        },
        new("tokentm_af_l", "TokenTM without direction: the ablation AF + L.", Wu, (trace, c, o) => TokenTM.Rows(trace, c, new(Direction: false), o))
        {
            MaySweepSparsely = true, MayStartAbove = true,
        },
        new("tokentm_baseline", "Gradient times attention of the first block alone: TokenTM's baseline.", Wu,
            (trace, c, o) => TokenTM.BaselineRows(trace, c, options: o)),
        new("attcat", "Gradient times token in every block, weighed by the attention it receives.", "Qiang et al., NeurIPS 2022",
            (trace, c, o) => AttCat.Rows(trace, c, options: o))
        {
            Operations = ToEmbedding,
            IsSigned = true,
        },
        new("attcat_output", "AttCAT with the tokens that leave a block, as the paper writes it.", "Qiang et al., NeurIPS 2022",
            (trace, c, o) => AttCat.Rows(trace, c, AttCatStates.Output, o))
        {
            Operations = ToEmbedding,
            IsSigned = true,
        },
        new("gradient_x_input", "First-order share of every embedded token.", "Shrikumar et al. 2016, arXiv:1605.01713",
            (trace, c, o) => GradientTimesInput.Rows(trace, c, o))
        {
            Operations = ToEmbedding, Aliases = ["input_x_gradient"], IsSigned = true,
        },
        new("conservative_lrp", "Gradient x input, attention and denominators held constant.", Ali,
            (trace, c, o) => ConservativeLrp.Rows(trace, c, ConservativeVariant.Std, o))
        {
            Operations = ThroughValues,
            Aliases = ["conservative_lrp_std"],
            IsSigned = true,
            TakesProbabilities = false,
        },
        new("conservative_lrp_mean", "Conservative LRP with the means of normalisations constant too.", Ali,
            (trace, c, o) => ConservativeLrp.Rows(trace, c, ConservativeVariant.StdMean, o))
        {
            Operations = ThroughValues,
            Aliases = ["conservative_lrp_std_mean"],
            IsSigned = true,
            TakesProbabilities = false,
        },
        new("conservative_lrp_secant", "Conservative LRP with activations as x times the constant act(x)/x.", Ali,
            (trace, c, o) => ConservativeLrp.Rows(trace, c, ConservativeVariant.StdIdentityActivation, o))
        {
            Operations = ThroughValues,
            Aliases = ["conservative_lrp_std_identity_act"],
            IsSigned = true,
            TakesProbabilities = false,
            Promised = Scores,
        },
        new("attn_lrp", "Relevance propagation whose products share relevance equally.", "Achtibat et al., ICML 2024, arXiv:2402.05602",
            (trace, c, o) => AttnLrp.Rows(trace, c, o))
        {
            Operations = ToEmbedding,
            Aliases = ["attnlrp"],
            IsSigned = true,
            TakesProbabilities = false,
            Promised = Scores,
        },
        new("legrad", "What forms the class in the features of every block, through its attention.", "Bousselham et al., ICCV 2025, arXiv:2404.03214",
            (trace, c, o) => LeGrad.Rows(trace, c, start: o.FirstBlock, options: o)) { MayStartAbove = true },
        new("saliency", "Where the smallest change of a pixel moves the score.", "Simonyan, Vedaldi, Zisserman 2013, arXiv:1312.6034",
            (trace, c, o) => Saliency.Pixels(trace, c, o).Sum())
        {
            Operations = ToEmbedding, Aliases = ["gradient"], IsSigned = true, Needs = Pixels,
        },
        new("smoothgrad", "The gradient of the pixels, averaged over 50 noisy copies.", "Smilkov et al. 2017, arXiv:1706.03825",
            (trace, c, o) => SmoothGrad.Pixels(trace, c, options: o).Sum())
        {
            IsSigned = true, Needs = Pixels, Operations = (trace, count) => 50 * (Cost.Forward(trace) + ToEmbedding(trace, count)),
        },
        new("integrated_gradients",
            "The share of every pixel in the change of the score from a black image, or of every token from words that say nothing, in 64 steps.",
            "Sundararajan, Taly, Yan 2017, arXiv:1703.01365", (trace, c, o) => trace.Text is null ? IntegratedGradients.Explain(trace, c, options: o).Maps.Sum()
                : TextIntegratedGradients.Shares(trace, c, fill: null, TextIntegratedGradients.Steps, o))
        {
            IsSigned = true, Needs = MethodNeeds.Scores | MethodNeeds.SingleStream | MethodNeeds.Input, Promised = (trace, c) =>
                [.. (trace.Text is null ? IntegratedGradients.Change(trace, c) : TextIntegratedGradients.Change(trace, c)).ToArray()
                    .Where((_, i) => i % trace.Batch == 0).Select(v => (double)v)],
            Operations = (trace, count) => 64 * (Cost.Forward(trace) + ToEmbedding(trace, count)),
        },
        Relevance("lrp", "Relevance of tokens, handed down rule by rule.", (trace, c, o) => Lrp.Explain(trace, c, LrpVariant.Ours, options: o).Tokens,
            "lrp_ours") with
        {
            IsSigned = true,
            Promised = Ones,
        },
        Relevance("lrp_pixels", "Relevance of pixels, handed down rule by rule.",
            (trace, c, o) => Lrp.Explain(trace, c, LrpVariant.Ours, options: o).Pixels) with
        {
            IsSigned = true,
            Promised = Ones,
        },
        Relevance("lrp_orig", "Relevance of tokens by the classic rules.", (trace, c, o) => Lrp.Explain(trace, c, LrpVariant.Orig, options: o).Tokens) with
        {
            IsSigned = true,
        },
        Relevance("full_lrp", "Relevance of pixels by the classic rules.", (trace, c, o) => Lrp.Explain(trace, c, LrpVariant.Orig, options: o).Pixels,
            "lrp_orig_pixels") with
        {
            IsSigned = true,
        },
        Relevance("lrp_last_layer", "Relevance of the last block's attention by the classic rules.", LrpLastLayer.Rows) with { MayStartAbove = true,
            Needs = Pixels | MethodNeeds.OneToken },
        Relevance("transformer_attribution", "Relevance of attention times its gradient, through all blocks.",
            (trace, c, o) => TransformerAttribution.Rows(trace, c, start: o.FirstBlock, options: o)) with { MayStartAbove = true },
        new("projection", "The class score that every token of the last block stands for.", Vilas, Projected)
        {
            IsSigned = true,
            TakesProbabilities = false,
            Operations = Nothing,
        },
        new("projection_importance", "What raised the class that each block wrote into the class token.", Vilas, Importance)
        {
            IsSigned = true, TakesProbabilities = false, TakesDifferences = false,
                Needs = MethodNeeds.Scores | MethodNeeds.SingleStream | MethodNeeds.Patches | MethodNeeds.ClassToken,
            Operations = (trace, count) => Cost.Classes(trace, count) / 4,
        },
    ];

    /// <summary>The method of a name or alias, in any case; dashes count as underscores.</summary>
    /// <param name="name">As <c>translucent methods</c> lists them.</param>
    /// <exception cref="ArgumentException">There is none; the message lists all.</exception>
    public static ClassMethod Named(string name) => Find(name)
        ?? throw new ArgumentException($"no method '{name}', expected one of {string.Join(", ", All.Select(m => m.Name))}.", nameof(name));

    /// <summary>The same, or null. Beside the table <c>tokentm_first_K</c> is known, TokenTM of the first K blocks.</summary>
    /// <param name="name">As <c>translucent methods</c> lists them.</param>
    public static ClassMethod? Find(string name)
    {
        string plain = name.Replace('-', '_');
        if (All.FirstOrDefault(m => m.Aliases.Prepend(m.Name).Contains(plain, StringComparer.OrdinalIgnoreCase)) is { } known) return known;
        return plain.StartsWith(FirstBlocks, StringComparison.OrdinalIgnoreCase)
            && int.TryParse(plain.AsSpan(FirstBlocks.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int depth)
            && depth >= 1 ? OfFirst(depth) : null;
    }

    /// <summary>TokenTM of the first block, of the first two, and so on, as far as any model goes; which of them fit, the model decides.</summary>
    internal static IReadOnlyList<ClassMethod> ByDepth { get; } = [.. Enumerable.Range(1, 200).Select(OfFirst)];

    /// <summary>The ablation of aggregation in TokenTM's paper.</summary>
    static ClassMethod OfFirst(int depth) => new($"{FirstBlocks}{depth}", $"TokenTM of the first {depth} blocks; those above hand relevance down unchanged.",
        Wu, (trace, c, o) => TokenTM.Rows(trace, c, new(Depth: depth), o))
    { LeastBlocks = depth };

    static double Nothing(Trace trace, int count) => 0;

    static double ToEmbedding(Trace trace, int count) => Cost.Classes(trace, count, lowest: 0);

    static double ThroughValues(Trace trace, int count) => Cost.Classes(trace, count, lowest: 0, throughScores: false);

    /// <summary>A method of Chefer's LRP family: float64, about two forward passes for all classes and four for each.</summary>
    static ClassMethod Relevance(string name, string meaning, Func<Trace, ClassTargets, SweepOptions, Tensor> compute, params string[] aliases) =>
        new(name, meaning, Chefer, compute)
        {
            Aliases = aliases,
            Needs = Pixels, // the rules end at patches
            Rules = LrpRulebooks.Of(LrpVariant.Ours, alpha: 1),
            TakesProbabilities = false,
            Operations = (trace, count) => (6 + 4 * count) * Cost.Forward(trace),
        };

    /// <summary>The logits of the first image, or their differences.</summary>
    static double[] Scores(Trace trace, ClassTargets targets) =>
        [.. targets.Select(t => trace.Logits.Row(0)[t.Class] - (t.Against is { } other ? (double)trace.Logits.Row(0)[other] : 0))];

    /// <summary>The relevance that enters at the score: one for a class, and one less for the class it is held against.</summary>
    static double[] Ones(Trace trace, ClassTargets targets) => [.. targets.Select(t => t.Against is null ? 1.0 : 0)];

    /// <summary>[B, N] as [1, B, N].</summary>
    static Tensor OneForAll(Tensor rows) => rows.Reshape(1, rows.Shape[0], rows.Shape[1]);

    /// <summary>The row of the token that stands for each item, which need not be the same in all of a batch, or of the query that pools.</summary>
    static Tensor ClassToken(Trace trace, ClassTargets targets, SweepOptions options)
    {
        if (trace.Readout?.Pooling is not null) return Sweep.Rows(trace, new PooledTargets(), options);
        int[] tokens = [.. Enumerable.Range(0, trace.Batch).Select(trace.Summary).Distinct()];
        Tensor all = Ultra.Explain(trace, trace.Blocks.Count + 1, tokens: tokens, options: options).Rows, rows = new(1, trace.Batch, trace.Tokens);
        for (int b = 0; b < trace.Batch; b++) all.Row(Array.IndexOf(tokens, trace.Summary(b)) * trace.Batch + b).CopyTo(rows.Row(b));
        return rows;
    }

    static Tensor Projected(Trace trace, ClassTargets targets, SweepOptions options)
    {
        targets.BindLogits(trace);
        Tensor scores = ClassProjection.Scores(trace), rows = new(targets.Count, trace.Batch, trace.Tokens);
        int tokens = trace.Batch * trace.Tokens, last = scores.Rows - tokens; // the last block's
        for (int t = 0; t < targets.Count; t++)
            for (int i = 0; i < tokens; i++)
            {
                ReadOnlySpan<float> score = scores.Row(last + i);
                rows.Span[t * tokens + i] = score[targets[t].Class] - (targets[t].Against is { } other ? score[other] : 0);
            }
        return rows;
    }

    static Tensor Importance(Trace trace, ClassTargets targets, SweepOptions options)
    {
        targets.BindLogits(trace);
        if (targets.Any(t => t.Against is not null))
            throw new ArgumentException("targets: a difference of classes; projection_importance explains single classes.");
        return ProjectionImportance.Map(trace, [.. targets.Select(t => t.Class)]);
    }
}
