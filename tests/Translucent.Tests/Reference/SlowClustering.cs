// Agglomerative clustering by definition, O(n³) and more: the distance of two clusters is computed from their members each time.

using Translucent.Segment;
using Translucent.Tensors;

namespace Translucent.Tests.Reference;

static class SlowClustering
{
    /// <summary>The n-1 merges: height and the members of the union, ascending.</summary>
    public static List<(double Height, int[] Members)> Merges(Tensor x, Linkage linkage, Metric metric)
    {
        List<int[]> clusters = [.. Enumerable.Range(0, x.Shape[0]).Select(i => new[] { i })];
        List<(double, int[])> merges = [];
        while (clusters.Count > 1)
        {
            var (distance, a, b) = (from i in Enumerable.Range(0, clusters.Count)
                                    from j in Enumerable.Range(0, i)
                                    select (Distance: Between(x, clusters[i], clusters[j], linkage, metric), i, j)).MinBy(pair => pair.Distance);
            int[] union = [.. clusters[a].Concat(clusters[b]).Order()];
            clusters.RemoveAt(a);
            clusters[b] = union;
            merges.Add((distance, union));
        }
        return merges;
    }

    /// <summary>The partition into k clusters, numbered by first appearance.</summary>
    public static int[] Labels(Tensor x, Linkage linkage, Metric metric, int k)
    {
        int[] labels = [.. Enumerable.Range(0, x.Shape[0])];
        foreach (var (_, members) in Merges(x, linkage, metric).Take(x.Shape[0] - k))
            foreach (int i in members) labels[i] = members[0];
        return Renumbered(labels);
    }

    public static int[] Renumbered(int[] labels)
    {
        List<int> seen = [.. labels.Distinct()];
        return Array.ConvertAll(labels, seen.IndexOf);
    }

    static double Between(Tensor x, int[] a, int[] b, Linkage linkage, Metric metric)
    {
        if (linkage == Linkage.Ward)
            return Math.Sqrt(2.0 * a.Length * b.Length / (a.Length + b.Length)) * Euclidean(Centroid(x, a), Centroid(x, b));
        var pairs = from i in a from j in b select Between(Vector(x, i), Vector(x, j), metric);
        return linkage switch { Linkage.Average => pairs.Average(), Linkage.Complete => pairs.Max(), _ => pairs.Min() };
    }

    static double Between(double[] a, double[] b, Metric metric)
    {
        if (metric == Metric.Euclidean) return Euclidean(a, b);
        double norms = Math.Sqrt(a.Sum(v => v * v)) * Math.Sqrt(b.Sum(v => v * v));
        return norms == 0 ? 1 : 1 - (a.Zip(b, (p, q) => p * q).Sum() / norms);
    }

    static double Euclidean(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (p, q) => (p - q) * (p - q)).Sum());

    static double[] Vector(Tensor x, int row) => Array.ConvertAll(x.Row(row).ToArray(), v => (double)v);

    static double[] Centroid(Tensor x, int[] rows) => [.. Enumerable.Range(0, x.Width).Select(k => rows.Average(i => (double)x.Row(i)[k]))];
}
