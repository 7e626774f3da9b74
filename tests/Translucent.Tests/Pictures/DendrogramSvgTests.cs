using System.Xml.Linq;
using Translucent.Pictures;
using Translucent.Segment;
using Translucent.Tensors;

namespace Translucent.Tests.Pictures;

public class DendrogramSvgTests
{
    static readonly (byte, byte, byte)[] Palette = [(255, 0, 0), (0, 128, 0), (0, 0, 255)];

    /// <summary>Three groups on a line: 0 to 9, 100 to 104, 1000.</summary>
    static readonly Dendrogram Tree = Line([.. Enumerable.Range(0, 10), .. Enumerable.Range(100, 5), 1000]);

    [Fact]
    public void The_counts_under_the_leaves_add_up_to_all_tokens()
    {
        XElement svg = XElement.Parse(DendrogramSvg.Render(Tree, 3, Palette, leaves: 3, name: token => $"token {token}"));
        Assert.Equal(["10", "5", "token 15"], Under(svg));
        Assert.Equal(2, svg.Descendants().Count(e => (string?)e.Attribute("fill-opacity") == ".3"));
        Assert.Single(svg.Descendants(), e => e.Name.LocalName == "circle");
    }

    [Fact]
    public void Every_cluster_has_a_band_in_its_colour_and_its_size_in_the_tip()
    {
        XElement svg = XElement.Parse(DendrogramSvg.Render(Tree, 3, Palette));
        var bands = svg.Descendants().Where(e => e.Name.LocalName == "rect" && e.HasElements).ToList();
        Assert.Equal(["#ff0000", "#008000", "#0000ff"], bands.Select(e => (string?)e.Attribute("fill")));
        Assert.Equal(["cluster 0: 10 tokens", "cluster 1: 5 tokens", "cluster 2: 1 token"], bands.Select(e => e.Value));
    }

    [Fact]
    public void A_threshold_draws_the_cut_of_as_many_clusters()
    {
        Assert.Contains("16 tokens in 3 clusters", DendrogramSvg.RenderBelow(Tree, 50, Palette));
        Assert.Contains("below ζ = 50", DendrogramSvg.RenderBelow(Tree, 50, Palette));
        Assert.Contains("16 tokens in 1 cluster<", DendrogramSvg.RenderBelow(Tree, 1e12, Palette));
    }

    [Fact]
    public void Names_that_XML_cannot_hold_do_not_break_it()
    {
        XElement svg = XElement.Parse(DendrogramSvg.Render(Line([1, 2]), 2, Palette, name: token => token == 0 ? "a<b>&\"'\u0001" : "\ud83d\ude00"));
        Assert.Contains("a<b>&\"'", svg.Value);
        Assert.Contains("\ud83d\ude00", svg.Value);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    [InlineData(3000, 7)]
    [InlineData(3000, 3000)]
    public void Any_size_is_finite_well_formed_and_small(int tokens, int clusters)
    {
        string svg = DendrogramSvg.Render(Line([.. Enumerable.Range(0, tokens).Select(i => i * i)]), clusters, Palette); // a chain as deep as it is long
        XElement.Parse(svg);
        Assert.DoesNotContain("NaN", svg);
        Assert.DoesNotContain("∞", svg);
        Assert.InRange(svg.Length, 1000, 40_000);
    }

    [Fact]
    public void Equal_rows_merge_at_height_zero_and_are_drawn()
    {
        string svg = DendrogramSvg.Render(Line([5, 5, 5, 5]), 2, Palette);
        XElement.Parse(svg);
        Assert.DoesNotContain("NaN", svg);
    }

    [Fact]
    public void Wrong_arguments_are_named()
    {
        Contains("palette", () => DendrogramSvg.Render(Tree, 3, []));
        Contains("17 clusters of 16", () => DendrogramSvg.Render(Tree, 17, Palette));
        Contains("leaves", () => DendrogramSvg.Render(Tree, 3, Palette, leaves: 0));
        Contains("threshold", () => DendrogramSvg.RenderBelow(Tree, -1, Palette));
    }

    static void Contains(string part, Action act) => Assert.Contains(part, Assert.ThrowsAny<ArgumentException>(act).Message);

    /// <summary>The texts right under the leaves, from left to right.</summary>
    static string[] Under(XElement svg) =>
        [.. svg.Descendants().Where(e => e.Name.LocalName == "text" && (string?)e.Attribute("font-weight") is "400" or "600"
            && (string?)e.Attribute("transform") is not null).Select(e => e.Value)];

    static Dendrogram Line(int[] places) =>
        Agglomerative.Cluster(new Tensor([places.Length, 1], Array.ConvertAll(places, p => (float)p)), Linkage.Single, Metric.Euclidean);
}
