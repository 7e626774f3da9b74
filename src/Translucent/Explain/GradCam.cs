// Grad-CAM on attention, heads in the part of channels: the baseline generate_cam_attn of Chefer's Transformer-Explainability,
// after Selvaraju et al. 2017 (arXiv:1610.02391).

using Translucent.Autodiff;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Explain;

/// <summary>cam = (mean over heads of g_h·A_h)⁺ over the class token's attention to patches in the last block, g_h the mean of ∂y/∂A_h there.</summary>
/// <remarks>Any number of classes in one sweep that ends at the last block. Unit of the class scalar, ≥ 0; all zeros when every weighed head is negative.</remarks>
public static class GradCam
{
    /// <summary>[T, B, n].</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    /// <exception cref="InvalidOperationException">The model has no classes.</exception>
    public static Tensor Maps(VisionTrace trace, ClassTargets classes, SweepOptions? options = null)
    {
        int images = trace.Images, heads = trace.Model.Config.Heads, n = trace.Patches;
        Tensor perHead = new(classes.Count, images, heads, n), maps = new(classes.Count, images, n);
        Sweep.Each(trace, classes.For(trace), options ?? new SweepOptions(),
            (first, _) => new Watch().Attention($"blocks.{trace.Model.Config.Depth - 1}.attn.probs", new Observer(perHead, first, trace.Prefix)));
        for (int r = 0; r < maps.Rows; r++)
        {
            Span<float> map = maps.Row(r);
            for (int h = 0; h < heads; h++) TensorPrimitives.Add(map, perHead.Row(r * heads + h), map);
            TensorPrimitives.Multiply(map, 1f / heads, map);
            TensorPrimitives.Max(map, 0f, map);
        }
        return maps;
    }

    /// <summary>Writes g_h·A_h[0, P:] of every target and head.</summary>
    sealed class Observer(Tensor perHead, int first, int prefix) : AttentionObserver
    {
        public override void Tile(in AttentionTile tile)
        {
            if (tile.FirstQuery != 0) return; // the class token is the first query
            ReadOnlySpan<float> gradient = tile.Gradient[prefix..tile.Keys];
            int images = perHead.Shape[1], heads = perHead.Shape[2];
            TensorPrimitives.Multiply(tile.Probabilities[prefix..tile.Keys], Kernels.Sum(gradient) / gradient.Length,
                perHead.Row(((first + tile.Target) * images + tile.Image) * heads + tile.Head));
        }
    }
}
