// ULTra's unsupervised segmentation of one image (arXiv:2411.12589 section 4.1): maps of all patch tokens, clustered, a map per
// cluster, and for each pixel the cluster whose map is largest. docs/segment.md says what was decided where the paper is silent.

using Translucent.Explain;
using Translucent.Images;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Segment;

/// <summary>How an image is segmented.</summary>
/// <param name="Layer">l of the tokens, 2 .. L+1.</param>
/// <param name="Clusters">k, when no threshold is given.</param>
/// <param name="Threshold">Zeta, or null.</param>
/// <param name="Linkage">The distance between clusters.</param>
/// <param name="Metric">The distance between maps.</param>
/// <param name="Upsample">From the patch grid to pixels.</param>
public sealed record SegmentSettings(int Layer, int Clusters, double? Threshold, Linkage Linkage, Metric Metric, Resampling Upsample)
{
    /// <summary>How many clusters when nothing is said.</summary>
    public const int DefaultClusters = 6;

    /// <summary>What is done when nothing is said.</summary>
    /// <param name="layer">The layer whose tokens are clustered, 2 to L+1.</param>
    public static SegmentSettings Default(int layer) => new(layer, DefaultClusters, null, Linkage.Average, Metric.Cosine, Resampling.Bilinear);
}

/// <summary>A segmented image.</summary>
public sealed class Segmentation
{
    const int BandBytes = 32 << 20; // of cluster maps over the photograph at once

    Segmentation(SegmentSettings settings, Dendrogram tree, int[] tokenLabels, Tensor maps, Tensor scaled) =>
        (Settings, Tree, TokenLabels, Maps, Scaled) = (settings, tree, tokenLabels, maps, scaled);

    /// <summary>How it was segmented.</summary>
    public SegmentSettings Settings { get; }

    /// <summary>How the patch tokens merge.</summary>
    public Dendrogram Tree { get; }

    /// <summary>[n]: the cluster of each patch token.</summary>
    public int[] TokenLabels { get; }

    /// <summary>[K, h, w]: the mean of the min-max scaled maps of each cluster's tokens.</summary>
    public Tensor Maps { get; }

    /// <summary>[K, h, w]: the same, so that each reaches from 0 to 1 over the pixels of the picture.</summary>
    public Tensor Scaled { get; }

    /// <summary>K.</summary>
    public int Count => Maps.Shape[0];

    /// <summary>Explains every patch token and clusters the maps.</summary>
    /// <param name="trace">A pass over one image.</param>
    /// <param name="geometry">Where the patches lie on the photograph.</param>
    /// <param name="settings">How.</param>
    /// <param name="options">Memory, progress, cancelling.</param>
    /// <exception cref="ArgumentException">The pass is over several images, or the settings do not fit it.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static Segmentation Of(Trace trace, InputGeometry geometry, SegmentSettings settings, SweepOptions? options = null) =>
        Of(TokenMaps(trace, settings.Layer, options), trace.Grid, geometry, settings, options?.Stop ?? default);

    /// <summary>The first half of it: the maps of all patch tokens.</summary>
    /// <param name="trace">A pass over one image.</param>
    /// <param name="layer">The layer whose tokens are explained, 2 to L+1.</param>
    /// <param name="options">Memory, progress and cancellation of the sweep.</param>
    public static UltraMaps TokenMaps(Trace trace, int layer, SweepOptions? options = null) => TokenMaps(trace, layer, TokenFunction.S, null, options);

    /// <summary>The same by another number that stands for a token.</summary>
    /// <param name="trace">A pass over one image.</param>
    /// <param name="layer">l, 2 .. L+1.</param>
    /// <param name="function">S, E or W.</param>
    /// <param name="w">For W: [N, C].</param>
    /// <param name="options">Memory, progress, cancelling.</param>
    internal static UltraMaps TokenMaps(Trace trace, int layer, TokenFunction function, Tensor? w, SweepOptions? options) => trace.Batch == 1
        ? Ultra.Explain(trace, layer, function, [.. Enumerable.Range(trace.Grid.Prefix, trace.Grid.Count)], w, options)
        : throw new ArgumentException($"trace: a pass over {trace.Batch} images, expected one.", nameof(trace));

    /// <summary>The second half: clusters the maps of all patch tokens.</summary>
    /// <param name="tokens">The maps of all patch tokens of one layer.</param>
    /// <param name="grid">The patches they belong to.</param>
    /// <param name="geometry">Where the patches lie on the photograph, and how large that is.</param>
    /// <param name="settings">Clusters or threshold, linkage, distance, interpolation.</param>
    /// <param name="cancellationToken">Stops while tokens are clustered.</param>
    public static Segmentation Of(UltraMaps tokens, PatchGrid grid, InputGeometry geometry, SegmentSettings settings,
        CancellationToken cancellationToken = default)
    {
        int n = grid.Count;
        Tensor rows = MinMax.Scale(tokens.Maps.Reshape(n, n));
        Dendrogram tree = Agglomerative.Cluster(rows, settings.Linkage, settings.Metric, cancellationToken);
        int[] labels = settings.Threshold is { } zeta ? tree.LabelsBelow(zeta) : tree.Labels(Math.Min(settings.Clusters, n));
        Tensor means = ClusterMaps.Aggregate(rows, labels);
        means = means.Reshape(means.Shape[0], grid.Rows, grid.Columns);
        return new Segmentation(settings, tree, labels, means, Stretch(means, geometry, settings.Upsample));
    }

    /// <summary>Operations of the sweep.</summary>
    /// <param name="trace">A pass over one image.</param>
    /// <param name="layer">The layer whose tokens are explained, 2 to L+1.</param>
    public static double Flops(Trace trace, int layer) => Cost.Tokens(trace, layer, trace.Grid.Count);

    /// <summary>The cluster of every pixel of a photograph of some size, -1 where the model does not see it.</summary>
    /// <param name="geometry">Where the patches lie on the photograph, and how large that is.</param>
    /// <returns>[PhotoHeight · PhotoWidth].</returns>
    public int[] Labels(InputGeometry geometry)
    {
        Tensor laid = geometry.Lay(Scaled, Settings.Upsample);
        int pixels = geometry.PhotoHeight * geometry.PhotoWidth;
        bool[] unseen = new bool[pixels];
        for (int i = 0; i < laid.Length; i++)
            if (float.IsNaN(laid.Span[i])) (unseen[i % pixels], laid.Span[i]) = (true, 0);
        int[] labels = ClusterMaps.LabelMap(laid);
        for (int i = 0; i < pixels; i++)
            if (unseen[i]) labels[i] = -1;
        return labels;
    }

    /// <summary>The same for photographs of any size, a band of rows at a time, so that the maps of all clusters never lie over the whole photograph.</summary>
    internal int[] LabelsInBands(InputGeometry geometry, CancellationToken cancellationToken)
    {
        int[] labels = new int[geometry.PhotoWidth * geometry.PhotoHeight];
        int rows = (int)Math.Clamp(BandBytes / (4L * Count * geometry.PhotoWidth), 1, geometry.PhotoHeight);
        for (int top = 0; top < geometry.PhotoHeight; top += rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            InputGeometry band = geometry with
            {
                PhotoHeight = Math.Min(rows, geometry.PhotoHeight - top),
                Top = geometry.Top - top,
                Bottom = geometry.Bottom - top,
            };
            Labels(band).CopyTo(labels, top * geometry.PhotoWidth);
        }
        return labels;
    }

    /// <summary>Min-max scaling as it would be done on the pixels: interpolation is linear, so the grid can be scaled by the extremes of the pixels.</summary>
    static Tensor Stretch(Tensor maps, InputGeometry geometry, Resampling filter)
    {
        Tensor scaled = new(maps.Shape);
        int size = maps.Shape[1] * maps.Shape[2];
        for (int k = 0; k < maps.Shape[0]; k++)
        {
            ReadOnlySpan<float> map = maps.Span.Slice(k * size, size);
            (float low, float high) = Extremes(geometry.Lay(maps[k], filter));
            if (!(high > low)) continue; // a constant map claims nothing
            for (int i = 0; i < size; i++) scaled.Span[k * size + i] = (float)(((double)map[i] - low) / ((double)high - low));
        }
        return scaled;
    }

    static (float Low, float High) Extremes(Tensor laid)
    {
        (float low, float high) = (float.PositiveInfinity, float.NegativeInfinity);
        foreach (float v in laid.Span)
            if (!float.IsNaN(v)) (low, high) = (Math.Min(low, v), Math.Max(high, v));
        return (low, high);
    }
}
