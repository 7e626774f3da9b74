// One set of clusters for the segments of all images of a data set: k-means over what segments look like to the model. Images of another part of the data
// find their place in the same clusters (IIC's IID+, arXiv:1807.06653, section 4: clusters are named on the training part and scored on the test part).

using Translucent.Segment;
using Translucent.Tensors;

namespace Translucent.Evaluate.Jobs;

/// <summary>The clusters of a set.</summary>
/// <param name="Found">By k-means; null where no image has a segment.</param>
/// <param name="Of">The cluster of every segment of every image; -1 for segments without pixels.</param>
/// <remarks>Features are scaled to length 1: what decides is their direction, not how strongly the model feels about them.</remarks>
sealed record SetClusters(KMeans? Found, IReadOnlyList<int[]> Of)
{
    /// <summary>Finds them.</summary>
    /// <param name="features">[segments, C] of every image.</param>
    /// <param name="pixels">Of every segment.</param>
    /// <param name="clusters">K.</param>
    /// <param name="seed">Of k-means++.</param>
    /// <param name="restarts">How often it begins.</param>
    public static SetClusters Find(IReadOnlyList<Tensor> features, IReadOnlyList<IReadOnlyList<int>> pixels, int clusters, ulong seed, int restarts)
    {
        if (Points(features, pixels) is not { } points) return new SetClusters(null, Placed(pixels, []));
        KMeans found = KMeans.Of(points, clusters, seed, restarts);
        return new SetClusters(found, Placed(pixels, found.Labels));
    }

    /// <summary>Where segments of other images lie: in the cluster whose centre is nearest.</summary>
    /// <param name="features">[segments, C] of every image.</param>
    /// <param name="pixels">Of every segment.</param>
    /// <exception cref="ArgumentException">There are no clusters, or features have another width.</exception>
    public IReadOnlyList<int[]> Place(IReadOnlyList<Tensor> features, IReadOnlyList<IReadOnlyList<int>> pixels) =>
        Points(features, pixels) is not { } points ? Placed(pixels, [])
            : Placed(pixels, (Found ?? throw new ArgumentException("no cluster: no image of the set had a segment.", nameof(features))).Assign(points));

    /// <summary>[seen segments, C] of length 1, image after image; null where there are none.</summary>
    static Tensor? Points(IReadOnlyList<Tensor> features, IReadOnlyList<IReadOnlyList<int>> pixels)
    {
        (int Image, int Segment)[] seen = Seen(pixels);
        if (seen.Length == 0) return null;
        Tensor points = new(seen.Length, features[seen[0].Image].Width);
        for (int p = 0; p < seen.Length; p++)
        {
            ReadOnlySpan<float> from = features[seen[p].Image].Row(seen[p].Segment);
            float length = TensorPrimitives.Norm(from);
            if (length > 0) TensorPrimitives.Divide(from, length, points.Row(p));
        }
        return points;
    }

    static List<int[]> Placed(IReadOnlyList<IReadOnlyList<int>> pixels, int[] labels)
    {
        List<int[]> clusterOf = [.. pixels.Select(p => p.Select(_ => -1).ToArray())];
        (int Image, int Segment)[] seen = Seen(pixels);
        for (int p = 0; p < labels.Length; p++) clusterOf[seen[p].Image][seen[p].Segment] = labels[p];
        return clusterOf;
    }

    static (int Image, int Segment)[] Seen(IReadOnlyList<IReadOnlyList<int>> pixels) =>
        [.. Enumerable.Range(0, pixels.Count).SelectMany(i => Enumerable.Range(0, pixels[i].Count).Where(s => pixels[i][s] > 0).Select(s => (i, s)))];
}
