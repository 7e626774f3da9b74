// Grad-CAM on attention, heads in the part of channels: the baseline generate_cam_attn of Chefer's Transformer-Explainability,
// after Selvaraju et al. 2017 (arXiv:1610.02391).

using Translucent.Autodiff;
using Translucent.Files;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>cam = (mean over heads of g_h·A_h)⁺ over the attention that the class token pays to patches in the last block, g_h the mean of ∂y/∂A_h
/// there.</summary>
/// <remarks>Where a learned query pools the patches, it is its attention.
/// Any number of classes in one sweep that ends at the last block. Unit of the class scalar, ≥ 0; all zeros when every weighed head is
/// negative.</remarks>
static class GradCam
{
    /// <summary>[T, B, n].</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    /// <exception cref="TranslucentException">The model has no classes.</exception>
    public static Tensor Maps(Trace trace, ClassTargets classes, SweepOptions? options = null)
    {
        BoundTargets targets = classes.Bind(trace);
        AttentionStep last = targets.Through?.Step ?? trace.Steps.Last(step => step.Queries == targets.Stream);
        int images = trace.Batch, heads = last.Heads, n = last.Values.Layout.Count;
        Tensor perHead = new(classes.Count, images, heads, n), maps = new(classes.Count, images, n);
        Sweep.Each(targets, options, (first, _) => new Watch().Attention(last.Site, new Observer(targets, perHead, first, last.Values.Layout.Prefix)));
        for (int r = 0; r < maps.Rows; r++)
        {
            Span<float> map = maps.Row(r);
            for (int h = 0; h < heads; h++) TensorPrimitives.Add(map, perHead.Row(r * heads + h), map);
            TensorPrimitives.Multiply(map, 1f / heads, map);
            TensorPrimitives.Max(map, 0f, map);
        }
        return maps;
    }

    /// <summary>Writes g_h·A_h[token, P:] of every target and head.</summary>
    sealed class Observer(BoundTargets targets, Tensor perHead, int first, int prefix) : AttentionObserver
    {
        public override void Tile(in AttentionTile tile)
        {
            int row = (targets.Through is null ? targets.Token(first + tile.Target, tile.Image) : 0) - tile.FirstQuery;
            if (row < 0 || row >= tile.Rows) return;
            Range own = (row * tile.Keys + prefix)..((row + 1) * tile.Keys);
            ReadOnlySpan<float> gradient = tile.Gradient[own];
            int images = perHead.Shape[1], heads = perHead.Shape[2];
            TensorPrimitives.Multiply(tile.Probabilities[own], Kernels.Sum(gradient) / gradient.Length,
                perHead.Row(((first + tile.Target) * images + tile.Image) * heads + tile.Head));
        }
    }
}
