// ULTra's segmentation (arXiv:2411.12589, section 4.1): the tree of merges, which a page cuts as its slider moves, and the labels of all pixels of a cut.

using Translucent.Explain;
using Translucent.Images;
using Translucent.Models;
using Translucent.Segment;
using Translucent.Studio.Http;
using Translucent.Studio.Scenes;

namespace Translucent.Studio.Questions;

/// <summary>Segments a picture.</summary>
static class Segments
{
    const int Side = 512; // of a label map on a page

    public static Bundle Tree(Asked asked)
    {
        Segmentation found = Of(asked, clusters: 1, threshold: null);
        ReadOnlySpan<Merge> merges = found.Tree.Merges;
        int[] pairs = new int[2 * merges.Length];
        float[] heights = new float[merges.Length];
        for (int i = 0; i < merges.Length; i++) (pairs[2 * i], pairs[2 * i + 1], heights[i]) = (merges[i].First, merges[i].Second, (float)merges[i].Height);
        return new Bundle(new { Layer = found.Settings.Layer }).With("pairs", pairs, merges.Length, 2).With("heights", heights, merges.Length);
    }

    public static Bundle Labels(Asked asked)
    {
        Segmentation found = Cut(asked);
        InputGeometry whole = ((VisionScene)asked.Scene).Geometry;
        double scale = Math.Min(1, (double)Side / Math.Max(whole.PhotoWidth, whole.PhotoHeight));
        InputGeometry shown = whole.Scaled(Math.Max(1, (int)(whole.PhotoWidth * scale)), Math.Max(1, (int)(whole.PhotoHeight * scale)));
        return new Bundle(new { found.Count }).With("labels", found.Labels(shown), shown.PhotoHeight, shown.PhotoWidth)
            .With("tokens", found.TokenLabels, found.TokenLabels.Length);
    }

    /// <summary>The cut that a question names, by k or by zeta.</summary>
    public static Segmentation Cut(Asked asked)
    {
        double? zeta = asked.Query.DoubleOrNull("zeta", 0, 2);
        return Of(asked, zeta is null ? asked.Query.Int("k", 1, asked.Trace.Grid.Count) : 1, zeta);
    }

    static Segmentation Of(Asked asked, int clusters, double? threshold)
    {
        Trace trace = asked.Trace;
        int layer = asked.Query.Int("layer", 2, trace.Blocks.Count + 1);
        SegmentSettings settings = SegmentSettings.Default(layer) with { Clusters = clusters, Threshold = threshold };
        VisionScene scene = (VisionScene)asked.Scene;
        UltraMaps maps = scene.TokenMaps(layer, () => Segmentation.TokenMaps(trace, layer, asked.Sweep(trace.Grid.Count)));
        return Segmentation.Of(maps, trace.Grid, scene.Geometry, settings, asked.Stop);
    }
}
