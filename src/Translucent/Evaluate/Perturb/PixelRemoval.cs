// The perturbation test of Chefer, Gur and Wolf (CVPR 2021, arXiv:2012.09838, section 4, and its public code): pixels of the model's input become black,
// which is zero before normalisation, in the order of a map, 10 to 90 %; the model is asked again at every step.

using Translucent.Evaluate.Trust;
using Translucent.Explain;
using Translucent.Images;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Evaluate.Perturb;

/// <summary>An order in which pixels go.</summary>
/// <param name="Pixels">All pixels of the part of the input that patches cover, [rows · p · columns · p] places in it; the first go first.</param>
readonly record struct PixelOrder(int[] Pixels)
{
    /// <summary>The order of a map on the patch grid, enlarged bilinearly to pixels as the public code does, or of a map of pixels.</summary>
    /// <param name="map">[h, w] of patches or pixels.</param>
    /// <param name="height">Rows of the result.</param>
    /// <param name="width">Columns of the result.</param>
    /// <param name="positive">Whether the most relevant go first (positive test) or the least relevant (negative test). Of equals the first in the image; what
    /// is no number counts as least relevant.</param>
    public static PixelOrder Of(Tensor map, int height, int width, bool positive)
    {
        Tensor fine = map.Shape is [int h, int w] && h == height && w == width ? map : Interpolate.Maps(map, height, width);
        float[] values = fine.ToArray();
        for (int i = 0; i < values.Length; i++)
        {
            if (float.IsNaN(values[i])) values[i] = float.NegativeInfinity;
            if (positive) values[i] = -values[i];
        }
        int[] order = [.. Enumerable.Range(0, values.Length)];
        // a stable order: values first, places second
        order.AsSpan().Sort((a, b) => values[a].CompareTo(values[b]) is not 0 and int c ? c : a.CompareTo(b));
        return new PixelOrder(order);
    }
}

/// <summary>Removes pixels of one image.</summary>
static class PixelRemoval
{
    /// <summary>The shares of pixels that are removed.</summary>
    public static IReadOnlyList<double> Steps { get; } = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

    /// <summary>How many pixels a share is: rounded down, in double precision as the public code has it.</summary>
    public static int Count(int pixels, double share) => (int)(pixels * share);

    /// <summary>What the model says when pixels are removed.</summary>
    /// <param name="trace">The pass over the image.</param>
    /// <param name="orders">Orders of its pixels.</param>
    /// <param name="options">Memory, cancelling.</param>
    /// <returns>[orders · steps, Classes]: probabilities.</returns>
    public static Tensor Probabilities(Trace trace, IReadOnlyList<PixelOrder> orders, SweepOptions options)
    {
        Tensor pixels = trace.Pixels;
        (int height, int width) = (pixels.Shape[2], pixels.Shape[3]);
        int covered = trace.Grid.Columns * trace.Grid.Patch;
        IReadOnlyList<double> black = trace.Image.Black;
        return DrawnImages.Classified(trace).Run(orders.Count * Steps.Count, (i, into) =>
        {
            pixels.Span.CopyTo(into);
            int[] order = orders[i / Steps.Count].Pixels;
            foreach (int at in order.AsSpan(0, Count(order.Length, Steps[i % Steps.Count])))
                for (int c = 0; c < black.Count; c++) into[(c * height + at / covered) * width + at % covered] = (float)black[c];
        }, options);
    }
}
