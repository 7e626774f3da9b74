// The two schemes of layer-wise relevance propagation as tables: operation -> rule. Any other scheme is another table.

using Translucent.Autodiff.Ops;
using Translucent.Autodiff.Precise;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>Which rules LRP follows.</summary>
public enum LrpVariant
{
    /// <summary>Those of Transformer Attribution: one denominator per linear layer, sums rescaled so that they conserve relevance.</summary>
    Ours,

    /// <summary>The classic baseline ("full LRP"): a denominator for each sign, sums not rescaled. Roughly doubles relevance at every linear layer: only proportions mean anything.</summary>
    Orig,
}

/// <summary>The tables.</summary>
static class LrpRulebooks
{
    /// <exception cref="ArgumentOutOfRangeException">alpha is below 1 or not a number.</exception>
    public static RelevanceRulebook Of(LrpVariant variant, double alpha)
    {
        if (!(alpha >= 1 && double.IsFinite(alpha))) throw new ArgumentOutOfRangeException(nameof(alpha), $"alpha: {alpha}, expected a number from 1 (beta is alpha - 1).");
        AlphaBetaRule linear = new(alpha, Joint: variant == LrpVariant.Ours);
        SumRule sum = new(Rescaled: variant == LrpVariant.Ours);
        return new RelevanceRulebook()
            .On<Linear>((op, call, r) => [call.ReadsPatches ? PixelRule.Relevance(op.Weight, call.X[0], r) : linear.Relevance(op.Weight, call.X[0], r)])
            .On<Attention>(AttentionRule.Relevance)
            .On<Add>((_, call, r) => sum.Relevance(call.X[0], call.X[1], r))
            .On<LayerNorm>((_, _, r) => Through(r))
            .On<Normalize>((_, _, r) => Through(r))
            .On<Select>(TokenRules.Select)
            .On<ClassAndMean>(TokenRules.ClassAndMean)
            .On<Embed>((op, call, r) => EmbeddingRule.Relevance(sum, op, call, r))
            .On<Patches>(PixelRule.Lay);
    }

    static PreciseMatrix[] Through(PreciseMatrix r) => [r];
}
