// Taking context away from image tokens, to see whether they find the class without it (Vilas et al. 2023, arXiv:2310.18969,
// section 4; "self_only" and "no_cls" of the public code, github.com/martinagvilas/vit-cls_emb, and its removal of tokens).

using Translucent.Autodiff.Ops;
using Translucent.Models;

namespace Translucent.Explain.Projection;

/// <summary>The attention masks of the paper, for
/// <see cref="VisionTransformer.Forward(Tensors.Tensor, Autodiff.Keep, Tensors.Arena, AttentionMask, CancellationToken)"/>.</summary>
/// <remarks>
/// The perturbed pass is projected like any other: <c>Identifiability.Of(ClassProjection.Scores(perturbed), cls)</c> beside that of the
/// untouched pass. The masks hold in every block and head.
/// </remarks>
static class ContextPerturbation
{
    /// <summary>Patches attend to themselves alone; the tokens before them still see everything.</summary>
    /// <param name="trace">The untouched pass, for the number of tokens.</param>
    public static AttentionMask ImageTokensAlone(Trace trace)
    {
        int prefix = trace.Grid.Prefix;
        return new AttentionMask(trace.Tokens, trace.Tokens, (query, key) => query >= prefix && key != query);
    }

    /// <summary>The class token is hidden from all tokens but itself, so that nothing flows back from it to the image.</summary>
    /// <param name="trace">The untouched pass, for the number of tokens.</param>
    /// <param name="renormalize">
    /// Whether the attention that the class token loses goes to the others. In the public code it does not: the row sums to less than 1.
    /// </param>
    public static AttentionMask WithoutClassToken(Trace trace, bool renormalize = false) =>
        new(trace.Tokens, trace.Tokens, (query, key) => query != trace.Summary(0) && key == trace.Summary(0), renormalize);

    /// <summary>Some patches are hidden from all tokens: for the others, the model runs as if these had been left out of the sequence.</summary>
    /// <param name="trace">The untouched pass, for the number of tokens.</param>
    /// <param name="removed">[n], which patches go: those of the object, or those of its context.</param>
    /// <remarks>
    /// Removed patches still have rows, which see themselves and mean nothing; leave them out of rates. DINOv2's logits average over
    /// them too, so look at its tokens and not at its logits.
    /// </remarks>
    /// <exception cref="ArgumentException">There is not one entry for every patch.</exception>
    public static AttentionMask WithoutPatches(Trace trace, IReadOnlyList<bool> removed)
    {
        if (removed.Count != trace.Grid.Count)
            throw new ArgumentException($"removed: {removed.Count} entries, expected {trace.Grid.Count}, one for every patch.");
        int prefix = trace.Grid.Prefix;
        return new AttentionMask(trace.Tokens, trace.Tokens, (query, key) => key >= prefix && removed[key - prefix] && key != query);
    }
}
