// Generic attention explainability (Chefer, Gur and Wolf, ICCV 2021, arXiv:2103.15679), self-attention case, rules 5 and 6.

using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>Which patches decided a class? R ← R + mean over heads of (∂y/∂A ⊙ A)⁺·R from R = I, block by block; the row of the token that the class is read
/// from.</summary>
/// <remarks>Any number of classes, and all images of the batch, in one sweep. Unitless, ≥ 0.</remarks>
static class Gae
{
    /// <summary>The row of the class token (the token that scores are read from) for every class: [T, B, N].</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    /// <exception cref="TranslucentException">The model has no classes.</exception>
    public static Tensor Rows(Trace trace, ClassTargets classes, SweepOptions? options = null) =>
        Sweep.Rows(trace, classes, options);

    /// <summary>The whole matrix R for every class: [T, B, N, N].</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    /// <exception cref="TranslucentException">The model has no classes.</exception>
    public static Tensor Matrices(Trace trace, ClassTargets classes, SweepOptions? options = null) =>
        Sweep.Matrices(trace, classes, options);
}
