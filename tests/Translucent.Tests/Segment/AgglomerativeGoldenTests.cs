using Translucent.Checkpoints;
using Translucent.Segment;

namespace Translucent.Tests.Segment;

/// <summary>SciPy's and scikit-learn's results on three data sets: tests/Translucent.Tests/Golden/clustering/README.md.</summary>
public sealed class AgglomerativeGoldenTests : IDisposable
{
    readonly Safetensors _golden = Safetensors.Open(Golden.File("clustering/agglomerative.safetensors"));

    public void Dispose() => _golden.Dispose();

    public static TheoryData<string, Metric, Linkage> Cases()
    {
        TheoryData<string, Metric, Linkage> cases = [];
        foreach (string set in (string[])["uniform", "blocks", "smooth"])
            foreach (Metric metric in Enum.GetValues<Metric>())
                foreach (Linkage linkage in Enum.GetValues<Linkage>())
                    if (linkage != Linkage.Ward || metric == Metric.Euclidean) cases.Add(set, metric, linkage);
        return cases;
    }

    [Theory, MemberData(nameof(Cases))]
    public void Merges_and_partitions_equal_SciPy(string set, Metric metric, Linkage linkage)
    {
        string folder = $"{set}/{metric}/{linkage}/".ToLowerInvariant();
        Dendrogram tree = Agglomerative.Cluster(_golden[$"{set}/x"].ToTensor(), linkage, metric);

        double[] merges = _golden[folder + "linkage"].ToDoubles();
        Assert.Equal(merges.Length, 4 * tree.Merges.Length);
        for (int k = 0; k < tree.Merges.Length; k++)
        {
            Merge merge = tree.Merges[k];
            Assert.Equal([merges[4 * k], merges[(4 * k) + 1], merges[(4 * k) + 3]], [merge.First, merge.Second, merge.Size]);
            Assert.InRange(Math.Abs(merge.Height / merges[(4 * k) + 2] - 1), 0, 1e-9);
        }
        foreach (int clusters in (int[])[2, 3, 5, 8, 27])
            Assert.Equal(_golden[$"{folder}labels_k{clusters}"].ToInt64s(), tree.Labels(clusters).Select(label => (long)label));
        for (int r = 0; r < 2; r++)
        {
            double threshold = _golden[$"{folder}threshold{r}"].ToDoubles()[0];
            Assert.Equal(_golden[$"{folder}labels_threshold{r}"].ToInt64s(), tree.LabelsBelow(threshold).Select(label => (long)label));
        }
    }
}
