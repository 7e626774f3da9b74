// A photograph cut into the parts that its tokens stand for, in one call.

using Translucent.Explain;
using Translucent.Images;
using Translucent.Models;

namespace Translucent.Segment;

/// <summary>The segments of a photograph.</summary>
/// <param name="Photo">What was segmented.</param>
/// <param name="Clusters">The clusters behind the segments: their tree, their maps on the patch grid.</param>
/// <param name="Labels">
/// [photo height · photo width], row by row: the segment of every pixel, 0 .. K-1; -1 where the model does not see the photograph.
/// </param>
/// <param name="Shares">[K]: which part of the pixels that the model sees each segment has; they add up to 1.</param>
public sealed record PhotoSegments(Image Photo, Segmentation Clusters, int[] Labels, IReadOnlyList<double> Shares);

/// <summary>Segments photographs in one call.</summary>
public static class PhotoSegmentation
{
    /// <summary>Segments a photograph by what the tokens behind the last block stand for (ULTra, arXiv:2411.12589, section 4.1).</summary>
    /// <param name="model">The model; it needs no classes.</param>
    /// <param name="photo">Any size and channels.</param>
    /// <param name="clusters">K, how many segments at most; no more than there are patches.</param>
    /// <param name="cancellationToken">Ends it between two operations of the pass and the sweep.</param>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static PhotoSegments Segment(this VisionTransformer model, Image photo,
        int clusters = SegmentSettings.DefaultClusters, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(clusters, 1);
        using Trace trace = model.Forward(photo, cancellationToken: cancellationToken);
        InputGeometry geometry = trace.Geometry!.Covered(trace.Grid.Patch);
        SegmentSettings settings = SegmentSettings.Default(trace.Blocks.Count + 1) with { Clusters = clusters };
        Segmentation found = Segmentation.Of(trace, geometry, settings, new SweepOptions { Stop = cancellationToken });

        int[] labels = found.LabelsInBands(geometry, cancellationToken);
        double[] shares = new double[found.Count];
        foreach (int label in labels)
            if (label >= 0) shares[label]++;
        double seen = shares.Sum();
        return new PhotoSegments(photo, found, labels, [.. shares.Select(s => s / seen)]);
    }
}
