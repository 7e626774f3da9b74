// Conservative LRP (Ali et al., ICML 2022, arXiv:2202.07304), and AttnLRP (Achtibat et al., ICML 2024, arXiv:2402.05602) in its
// gradient x input form. Both are gradient x input with a few pulls replaced: a rulebook each.

using Translucent.Autodiff;
using Translucent.Autodiff.Ops;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>Which pulls conservative LRP replaces beside that of attention.</summary>
enum ConservativeVariant
{
    /// <summary>Layer normalisation's denominator is a constant: the rule of the paper.</summary>
    Std,

    /// <summary>Its mean too, as the public scripts configure it.</summary>
    StdMean,

    /// <summary>As Std, and activations count as x times the constant act(x)/x.</summary>
    StdIdentityActivation,
}

/// <summary>Gradient × input at the first block, with attention probabilities and normalisation denominators taken as constants.</summary>
/// <remarks>
/// Conserves relevance where no bias takes part. CLIP's |e| is a constant too; else all relevance would sum to zero.
/// Any number of classes in one sweep. Signed, in logits.
/// </remarks>
static class ConservativeLrp
{
    static readonly Rulebook s_std = Constant(new Rulebook().On<LayerNorm>(op => op.FreezeScale));
    static readonly Rulebook s_stdMean = Constant(new Rulebook().On<LayerNorm>(op => op.FreezeScaleAndMean));
    static readonly Rulebook s_identity = Constant(new Rulebook().On<LayerNorm>(op => op.FreezeScale).On<Linear>(op => op.Secant));

    /// <summary>[T, B, N].</summary>
    /// <exception cref="ArgumentException">The targets are probabilities.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    /// <exception cref="TranslucentException">The model has no classes.</exception>
    public static Tensor Rows(Trace trace, ClassTargets classes, ConservativeVariant variant = ConservativeVariant.Std, SweepOptions? options = null) =>
        GradientTimesInput.Rows(classes.BindLogits(trace), variant switch
        {
            ConservativeVariant.Std => s_std,
            ConservativeVariant.StdMean => s_stdMean,
            _ => s_identity,
        }, options);

    static Rulebook Constant(Rulebook book) => book.On<Attention>(op => op.FreezeProbabilities).On<Normalize>(op => op.FreezeLength);
}

/// <summary>Gradient × input at the first block, every bilinear product sharing its relevance equally between its factors.</summary>
/// <remarks>
/// Uniform rule for both products of attention and for that of a gate (eq. 7 of Achtibat et al.), softmax with its own slope (Prop. 3.1), denominators of
/// normalisations as constants (Prop. 3.4), activations as secants (eq. 9). Any number of classes in one sweep. Signed, in logits.
/// </remarks>
static class AttnLrp
{
    internal static Rulebook Rules { get; } = new Rulebook()
        .On<Attention>(op => op.Halve)
        .On<Product>(op => op.Halve)
        .On<Gate>(op => op.Halve)
        .On<LayerNorm>(op => op.FreezeScale)
        .On<RmsNorm>(op => op.FreezeScale)
        .On<Normalize>(op => op.FreezeLength)
        .On<Linear>(op => op.Secant);

    /// <summary>[T, B, N].</summary>
    /// <exception cref="ArgumentException">The targets are probabilities.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    /// <exception cref="TranslucentException">The model has no classes.</exception>
    public static Tensor Rows(Trace trace, ClassTargets classes, SweepOptions? options = null) =>
        GradientTimesInput.Rows(classes.BindLogits(trace), Rules, options);
}
