// Every method for models of several token streams and for language models, in one table (docs/multimodal.md and docs/language.md have their
// equations, and say which do not fit and why).

using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>The methods that explain models of several token streams (detectors, models that answer questions about pictures), and language
/// models.</summary>
public static class StreamMethods
{
    const string Cui = "Cui, Fan, Chen, heterogeneous attention", Chefer = "Chefer, Gur, Wolf, ICCV 2021, arXiv:2103.15679";

    /// <summary>All of them: the heterogeneous method, GAE and its variants, baselines, gradients with inputs.</summary>
    public static IReadOnlyList<StreamMethod> All { get; } =
    [
        new("absolute", "What moved the target either way, through every attention within and between streams.", Cui,
            (t, o) => Rows(t, GradientPart.Absolute, o))
        {
            Aliases = ["ours_absolute"],
        },
        new("positive", "What raised the target, through every attention within and between streams.", Cui, (t, o) => Rows(t, GradientPart.Positive, o))
        {
            Aliases = ["ours_positive"],
        },
        new("full", "What spoke for the target and what against it, signed.", Cui, (t, o) => Rows(t, GradientPart.Full, o))
        {
            Aliases = ["ours_full"],
            IsSigned = true,
        },
        new("noised", "As positive, with the encoder's relevance normalised as GAE does: shows what that normalisation costs.", Cui,
            (t, o) => HeterogeneousAttention.NoisedRows(t, o))
        {
            Aliases = ["ours_noised"], Refuses = (trace, _) => StreamPaths.OneWay(trace) is null
                ? "it is defined where one stream reads another that never reads it" : null,
            NeedsSeveralStreams = true,
        },
        new("semantic", "What each word or region means within its own stream, before the streams read each other.", Cui,
            (t, o) => HeterogeneousAttention.SemanticRows(t, GradientPart.Absolute, o))
        {
            Aliases = ["semantic_absolute"],
            Refuses = (trace, _) => StreamPaths.OneWay(trace) is not null
                ? "it is defined where every stream has layers of its own before the first attention between streams" : null,
            NeedsSeveralStreams = true,
        },
        new("gae", "Relevance by GAE's rules; tokens that received nothing keep their identity.", Chefer,
            (t, o) => StreamGae.Rows(t, CrossRule.BothSides, normalizes: true, EmptyRows.Keep, o))
        {
            Aliases = ["gae_zero_rows_keep"],
        },
        new("gae_public", "GAE as its public code: a token that received nothing discards the whole addition of a layer.", Chefer,
            (t, o) => StreamGae.Rows(t, CrossRule.BothSides, normalizes: true, EmptyRows.Discard, o))
        {
            NeedsSeveralStreams = true,
        },
        new("gae_no_normalisation", "GAE without its normalisation.", Chefer, (t, o) =>
            StreamGae.Rows(t, CrossRule.BothSides, normalizes: false, EmptyRows.Keep, o))
        {
            NeedsSeveralStreams = true,
        },
        new("gae_linear_cross", "GAE with the cross rule that makes it the positive form.", Chefer,
            (t, o) => StreamGae.Rows(t, CrossRule.ValuesOnly, normalizes: false, EmptyRows.Keep, o))
        {
            NeedsSeveralStreams = true,
        },
        new("gae_bare_cross", "GAE with attention between streams alone, without what led to it.", Chefer,
            (t, o) => StreamGae.Rows(t, CrossRule.Bare, normalizes: false, EmptyRows.Keep, o))
        {
            NeedsSeveralStreams = true,
        },
        new("odam", "Where the features of the image, each by its own gradient, raise the target.", "Zhao, Chan 2023, arXiv:2304.06354",
            (t, o) => [.. t.Trace.Streams.Select(s => s.Name == "image" ? Odam.Rows(t, o) : null)])
        {
            NeedsSeveralStreams = true,
        },
        new("raw", "What the target's token looks at in the last attention, whatever its class.", "mean over heads of the last attention", StreamBaselines.Raw)
        {
            Aliases = ["raw_attention"],
            Sweeps = 0,
            Refuses = OfOutput,
        },
        new("rollout", "Where attention leads from the target's token, whatever its class.", "Abnar, Zuidema, ACL 2020, arXiv:2005.00928",
            StreamBaselines.Rollout)
        {
            Aliases = ["attention_rollout"],
            Sweeps = 0,
            Refuses = OfOutput,
        },
        new("gradcam", "The last attention, heads weighed by how they raise the target.", "Selvaraju et al. 2017, arXiv:1610.02391, on attention",
            StreamBaselines.GradCam)
        {
            Aliases = ["attention_gradcam"],
            Refuses = OfOutput,
        },
        new("tokentm", "As positive, attention weighed by how far it transforms the tokens it moves.", "Wu et al., CVPR 2024, arXiv:2403.14552",
            (t, o) => TokenTM.StreamRows(t, new TokenTMParts(), o)),
        new("gradient_x_input", "First-order share of every embedded token.", "Shrikumar et al. 2016, arXiv:1605.01713",
            (t, o) => GradientTimesInput.StreamRows(t, rules: null, o))
        {
            Aliases = ["input_x_gradient"],
            IsSigned = true,
        },
        new("attcat", "Gradient times token in every layer, weighed by the attention it receives from its own stream.", "Qiang et al., NeurIPS 2022",
            AttCat.StreamRows)
        {
            IsSigned = true,
        },
        new("integrated_gradients",
            "The share of every cell's pixels, or of every word, in the change of the target from black, or from words that say nothing, in 64 steps.",
            "Sundararajan, Taly, Yan 2017, arXiv:1703.01365", (t, o) => t.Trace.Text is null ? Pixels(t, o)
                : [TextIntegratedGradients.Shares(t.Trace, t.Of!, fill: null, Steps, o)])
        {
            IsSigned = true,
            Sweeps = Steps,
            Refuses = (trace, targets) => trace.Input is null && trace.Text is null ? "it needs pixels, which this model does not read"
                : trace.Text is null && targets is TokenTargets { Function: TokenFunction.W } ? "w belongs to one image" : null,
        },
        new("attn_lrp", "Relevance propagation whose products share relevance equally.", "Achtibat et al., ICML 2024, arXiv:2402.05602",
            (t, o) => GradientTimesInput.StreamRows(t, AttnLrp.Rules, o))
        {
            Aliases = ["attnlrp"], IsSigned = true,
            Refuses = (_, targets) => targets is ClassTargets { Scalar: ClassScalar.Probability } or DetectionTargets { Scalar: not DetectionScalar.Logit }
                or NextTokenTargets { Scalar: TokenScalar.Probability }
                ? "it hands logits down, so it explains nothing else" : null,
        },
    ];

    /// <summary>Those that explain a language model: all that are not about attention between streams, and the one that is about words alone.</summary>
    public static IReadOnlyList<StreamMethod> OfTexts { get; } =
    [
        .. All.Where(method => !method.NeedsSeveralStreams),
        new("ultra", "What formed the tokens that are explained, behind the last block (ULTra, S), whatever they predict.",
            "Hosseini et al. 2024, arXiv:2411.12589",
            TokenContributions.StreamRows)
        {
            Refuses = (trace, targets) => trace.Streams.Count > 1 ? "it is defined for one token stream"
                : targets is TokenTargets ? "latent tokens have their own function and layer; take positive" : null,
        },
    ];

    /// <summary>The method of a name or an alias, upper or lower case.</summary>
    /// <param name="name">As <c>translucent methods</c> lists them.</param>
    /// <exception cref="ArgumentException">There is none; the message lists them.</exception>
    public static StreamMethod Named(string name) => Find(name) ?? OfTexts.FirstOrDefault(m => Same(m.Name, name))
        ?? throw new ArgumentException(
            $"method '{name}': for models of several token streams and for texts, expected one of {string.Join(", ", All.Select(m => m.Name))}.",
            nameof(name));

    /// <summary>The same among <see cref="All"/>, or null.</summary>
    /// <param name="name">As <c>translucent methods</c> lists them.</param>
    public static StreamMethod? Find(string name) => All.FirstOrDefault(m => Same(m.Name, name) || m.Aliases.Any(alias => Same(alias, name)));

    static bool Same(string a, string b) => string.Equals(a, b.Replace('-', '_'), StringComparison.OrdinalIgnoreCase);

    static IReadOnlyList<Tensor> Rows(BoundTargets targets, GradientPart part, SweepOptions options) =>
        Sweep.StreamRows(targets, new Propagation { Part = part }, options);

    const int Steps = TextIntegratedGradients.Steps;

    /// <summary>Integrated gradients of pixels, channels and the pixels of a cell added up.</summary>
    static IReadOnlyList<Tensor?> Pixels(BoundTargets targets, SweepOptions options)
    {
        Trace trace = targets.Trace;
        Tensor shares = IntegratedGradients.Shares(trace, targets.Of!, baseline: null, Steps, options), cells = trace.Grid.Sums(new PixelMaps(shares).Sum());
        return [.. trace.Streams.Select(s => s.Layout == trace.Grid ? cells.Reshape(targets.Count, trace.Batch, s.Length) : null)];
    }

    /// <summary>Why methods of the last attention do not explain tokens below it.</summary>
    static string? OfOutput(Trace trace, Targets? targets) => targets is TokenTargets ? "it explains the last attention, and latent tokens lie below it" : null;
}
