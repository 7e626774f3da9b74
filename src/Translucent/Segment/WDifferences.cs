// What training ULTra_W needs of one image (Hosseini et al. 2024, arXiv:2411.12589, eqs. 11 and 12): the image is cut into segments, everything outside a
// segment, its negative region, is perturbed, and the tokens inside are compared before and after.

using Translucent.Autodiff;
using Translucent.Explain;
using Translucent.Images;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Segment;

/// <summary>How negative regions are changed.</summary>
enum Perturbation
{
    /// <summary>Towards the mean colour of the model's preprocessor, all the way at strength 1.</summary>
    Mask,

    /// <summary>By normal noise whose standard deviation is the strength, as a share of the range from black to white.</summary>
    Noise,
}

/// <summary>Tokens before and after.</summary>
static class WDifferences
{
    const int TokensAtOnce = 2048; // token rows of a batch of perturbed images

    /// <summary>z_i - z'_i of all patch tokens, each for the image perturbed outside the token's own segment.</summary>
    /// <param name="trace">A pass over one image.</param>
    /// <param name="geometry">Where the patches lie on the photograph.</param>
    /// <param name="settings">The layer of z, and how the image is cut, by function S.</param>
    /// <param name="kind">How the rest is changed.</param>
    /// <param name="strength">How much, above 0.</param>
    /// <param name="seed">Of the noise.</param>
    /// <param name="options">Of the sweep.</param>
    /// <returns>[N, C]; zeros for the tokens before the patches, and for all where there is one segment alone, which has no negative region.</returns>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static Tensor Of(Trace trace, InputGeometry geometry, SegmentSettings settings, Perturbation kind, double strength, ulong seed, SweepOptions options)
    {
        Segmentation found = Segmentation.Of(trace, geometry, settings, options);
        int[] segments = ClusterMaps.LabelMap(found.Scaled), present = [.. segments.Distinct().Order()];
        string site = trace.Blocks[settings.Layer - 2].Out;
        Tensor z = trace.Value(site), differences = new(trace.Tokens, z.Width), changed = Changed(trace, kind, strength, seed);
        if (present.Length < 2) return differences;
        int batch = Math.Max(1, TokensAtOnce / trace.Tokens), pixels = trace.Pixels.Length;
        for (int first = 0; first < present.Length; first += batch)
        {
            int[] part = present[first..Math.Min(first + batch, present.Length)];
            Tensor images = new([part.Length, .. trace.Pixels.Shape[1..]]);
            for (int i = 0; i < part.Length; i++) Draw(trace, segments, part[i], changed, images.Span.Slice(i * pixels, pixels));
            using Trace perturbed = trace.Image.Forward(images, Keep.Boundaries, new Arena(), options.Stop);
            Tensor other = perturbed.Value(site);
            for (int i = 0; i < part.Length; i++)
                for (int p = 0; p < segments.Length; p++)
                    if (segments[p] == part[i] && trace.Grid.Prefix + p is var token)
                        TensorPrimitives.Subtract(z.Row(token), other.Row(i * trace.Tokens + token), differences.Row(token));
        }
        return differences;
    }

    /// <summary>The whole image as it is where it is perturbed.</summary>
    static Tensor Changed(Trace trace, Perturbation kind, double strength, ulong seed)
    {
        Tensor pixels = trace.Pixels, changed = new(pixels.Shape);
        if (kind == Perturbation.Noise) NormalNoise.Fill(changed, seed);
        int plane = pixels.Shape[2] * pixels.Shape[3];
        for (int i = 0; i < pixels.Length; i++)
        {
            int channel = i / plane % pixels.Shape[1];
            changed.Span[i] = (float)(kind == Perturbation.Mask ? (1 - strength) * pixels.Span[i] // the mean colour is 0
                : pixels.Span[i] + strength * (trace.Image.White[channel] - trace.Image.Black[channel]) * changed.Span[i]);
        }
        return changed;
    }

    /// <summary>The image with all patches of other segments changed; pixels beyond the last whole patch stay.</summary>
    static void Draw(Trace trace, int[] segments, int segment, Tensor changed, Span<float> into)
    {
        trace.Pixels.Span.CopyTo(into);
        int patch = trace.Grid.Patch, height = trace.Pixels.Shape[2], width = trace.Pixels.Width;
        for (int c = 0; c < trace.Pixels.Shape[1]; c++)
            for (int p = 0; p < segments.Length; p++)
            {
                if (segments[p] == segment) continue;
                int at = (c * height + p / trace.Grid.Columns * patch) * width + p % trace.Grid.Columns * patch;
                for (int y = 0; y < patch; y++) changed.Span.Slice(at + y * width, patch).CopyTo(into[(at + y * width)..]);
            }
    }
}
