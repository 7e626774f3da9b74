// ULTra's unsupervised segmentation of one image (arXiv:2411.12589 section 4.1): maps of all patch tokens, clustered, a map per
// cluster, and for each pixel the cluster whose map is largest. docs/segment.md says what was decided where the paper is silent.

using Translucent.Explain;
using Translucent.Images;
using Translucent.Segment;
using Translucent.Tensors;

namespace Translucent.Cli.Runs;

/// <summary>How an image is segmented.</summary>
/// <param name="Layer">l of the tokens, 2 .. L+1.</param>
/// <param name="Clusters">k, when no threshold is given.</param>
/// <param name="Threshold">Zeta, or null.</param>
/// <param name="Linkage">The distance between clusters.</param>
/// <param name="Metric">The distance between maps.</param>
/// <param name="Upsample">From the patch grid to pixels.</param>
sealed record SegmentSettings(int Layer, int Clusters, double? Threshold, Linkage Linkage, Metric Metric, Resampling Upsample)
{
    public const int DefaultClusters = 6;

    /// <summary>What the verb does when nothing is said.</summary>
    public static SegmentSettings Default(int layer) => new(layer, DefaultClusters, null, Linkage.Average, Metric.Cosine, Resampling.Bilinear);
}

/// <summary>A segmented image.</summary>
sealed class Segmentation
{
    Segmentation(SegmentSettings settings, Dendrogram tree, int[] tokenLabels, Tensor maps, Tensor scaled) =>
        (Settings, Tree, TokenLabels, Maps, Scaled) = (settings, tree, tokenLabels, maps, scaled);

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
    public static Segmentation Of(ImageRun run, SegmentSettings settings)
    {
        int n = run.Trace.Grid.Count, h = run.Trace.Grid.Rows, w = run.Trace.Grid.Columns;
        int[] tokens = [.. Enumerable.Range(run.Trace.Grid.Prefix, n)];
        double flops = Flops(run.Trace, settings.Layer);
        Tensor maps = run.Time("tokens", () => Ultra.Explain(run.Trace, settings.Layer, TokenFunction.S, tokens, options: run.Progress.Sweep(n, flops)).Maps);
        return run.Time("clustering", () =>
        {
            Tensor rows = MinMax.Scale(maps.Reshape(n, n));
            Dendrogram tree = Agglomerative.Cluster(rows, settings.Linkage, settings.Metric);
            int[] labels = settings.Threshold is { } zeta ? tree.LabelsBelow(zeta) : tree.Labels(Math.Min(settings.Clusters, n));
            Tensor means = ClusterMaps.Aggregate(rows, labels);
            means = means.Reshape(means.Shape[0], h, w);
            return new Segmentation(settings, tree, labels, means, Stretch(means, run.Geometry, settings.Upsample));
        });
    }

    /// <summary>Operations of the sweep.</summary>
    public static double Flops(Models.Trace trace, int layer) =>
        Cost.Tokens(trace, layer, trace.Grid.Count);

    /// <summary>The cluster of every pixel of a photograph of some size, -1 where the model does not see it.</summary>
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

    /// <summary>Min-max scaling as it would be done on the pixels: interpolation is linear, so the grid can be scaled by the extremes of the pixels.</summary>
    static Tensor Stretch(Tensor maps, InputGeometry geometry, Resampling filter)
    {
        Tensor scaled = new(maps.Shape);
        int size = maps.Shape[1] * maps.Shape[2];
        for (int k = 0; k < maps.Shape[0]; k++)
        {
            ReadOnlySpan<float> map = maps.Span.Slice(k * size, size);
            (float low, float high) = Extremes(geometry.Lay(new Tensor(maps.Shape[1..], map), filter));
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
