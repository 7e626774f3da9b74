// The two schemes of layer-wise relevance propagation as tables: operation -> rule. Any other scheme is another table.

using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>Which rules LRP follows.</summary>
enum LrpVariant
{
    /// <summary>Those of Transformer Attribution: one denominator per linear layer, sums rescaled so that they conserve relevance.</summary>
    Ours,

    /// <summary>The classic baseline ("full LRP"): a denominator for each sign, sums not rescaled. Roughly doubles relevance at every linear layer: only
    /// proportions mean anything.</summary>
    Orig,
}

/// <summary>The tables.</summary>
static class LrpRulebooks
{
    /// <exception cref="ArgumentOutOfRangeException">alpha is below 1 or not a number.</exception>
    public static Rulebook Of(LrpVariant variant, double alpha)
    {
        if (!(alpha >= 1 && double.IsFinite(alpha)))
            throw new ArgumentOutOfRangeException(nameof(alpha), $"alpha: {alpha}, expected a number from 1 (beta is alpha - 1).");
        bool ours = variant == LrpVariant.Ours;
        return new Rulebook(complete: "LRP") { Join = StableRatio.Clone }
            .On<Linear>(op => (call, r) => (call.Maker is Patches ? op.Bounded : op.AlphaBeta(alpha, joint: ours))(call, r))
            .On<Attention>(op => op.Products)
            .On<Add>(_ => Add.Shares(rescaled: ours))
            .On<LayerNorm>(_ => Through)
            .On<Normalize>(_ => Through)
            .On<Select>(op => op.Picked)
            .On<Pick>(op => op.Picked)
            .On<ClassAndMean>(op => op.Picked)
            .On<PatchMean>(op => op.Picked)
            .On<Embed>(op => op.Shares(rescaled: ours))
            .On<Lookup>(op => op.Shares(rescaled: ours))
            .On<Patches>(op => op.AddChannels);
    }

    static PreciseMatrix?[] Through(PreciseCall call, PreciseMatrix r) => [r];
}
