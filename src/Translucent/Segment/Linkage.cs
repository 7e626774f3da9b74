// The choices of agglomerative clustering: what is far, and which clusters are near.
// Definitions as in scipy.cluster.hierarchy.linkage and scikit-learn's AgglomerativeClustering.

namespace Translucent.Segment;

/// <summary>The distance between two clusters, from the distances between their members.</summary>
public enum Linkage
{
    /// <summary>The mean over all pairs of members.</summary>
    Average,

    /// <summary>The growth of the variance: sqrt(2 |a||b| / (|a|+|b|)) times the distance of the centroids. <see cref="Metric.Euclidean"/> only.</summary>
    Ward,

    /// <summary>The farthest pair of members.</summary>
    Complete,

    /// <summary>The nearest pair of members.</summary>
    Single,
}

/// <summary>The distance between two observations.</summary>
public enum Metric
{
    /// <summary>|a - b|.</summary>
    Euclidean,

    /// <summary>1 - a·b / (|a||b|), in 0 .. 2. A vector of zeros is at distance 1 from every other, as in scikit-learn's <c>cosine_distances</c>.</summary>
    Cosine,
}
