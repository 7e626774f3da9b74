// ODAM: object detectors' activation maps (Zhao and Chan 2023, arXiv:2304.06354): every place of a feature map weighed by its own gradient.

using Translucent.Autodiff;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>max(0, Σ over channels of ∂y/∂F ⊙ F) for every token of a value: no pooling of gradients over places, as Grad-CAM has it.</summary>
/// <remarks>Any number of targets in one sweep that ends at the value. Units of the scalar, ≥ 0; not normalised.</remarks>
static class Odam
{
    /// <summary>[T, B, N].</summary>
    /// <param name="trace">A forward pass.</param>
    /// <param name="targets">Objects or answers; of objects, probabilities are what detectors report.</param>
    /// <param name="site">A value [B, N, C]: <c>encoder</c> (the default where there is one), <c>backbone</c>, <c>image.embed</c>, <c>image.encoder</c>,
    /// ..</param>
    /// <param name="options">Memory, progress, cancelling.</param>
    /// <exception cref="ArgumentException">There is no such value, or the targets do not fit the pass.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static Tensor Rows(Trace trace, Targets targets, string? site = null, SweepOptions? options = null) => Rows(targets.Bind(trace), options, site);

    internal static Tensor Rows(BoundTargets bound, SweepOptions? options, string? site = null)
    {
        Trace trace = bound.Trace;
        site ??= trace.Tape.TryFind("encoder") is not null ? "encoder" : "image.encoder";
        Tensor features = trace.Tape.TryFind(site) is { Value.Shape.Length: 3 } v ? v.Value
            : throw new ArgumentException($"site '{site}': no tokens of that name on this pass, expected encoder, backbone, image.embed or the like.",
                nameof(site));
        Tensor rows = new(bound.Count, trace.Batch, features.Shape[1]);
        Sweep.Each(bound, options, (first, _) => new Watch().Value(site, g => GradientTimesInput.Add(trace.Tape.Arena.Compute, g, features, rows, first)));
        TensorPrimitives.Max(rows.Span, 0f, rows.Span);
        return rows;
    }
}
