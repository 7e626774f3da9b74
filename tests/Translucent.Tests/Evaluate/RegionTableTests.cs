using System.Runtime.InteropServices;
using Translucent.Evaluate.DataSets;
using Translucent.Files;

namespace Translucent.Tests.Evaluate;

/// <summary>Files of regions of many pictures, line by line and all at once.</summary>
public sealed class RegionTableTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>A line of six columns, or of ten, for two boxes with this many features each.</summary>
    static string Line(string id, int features, float value, bool ten = false)
    {
        float[] boxes = [1, 2, 30, 40, 5, 6, 70, 80], all = [.. Enumerable.Repeat(value, 2 * features)];
        string b = Convert.ToBase64String(MemoryMarshal.AsBytes<float>(boxes)), f = Convert.ToBase64String(MemoryMarshal.AsBytes<float>(all));
        return ten ? $"{id}\t80\t100\t-\t-\t-\t-\t2\t{b}\t{f}" : $"{id}\t100\t80\t2\t{b}\t{f}";
    }

    [Theory]
    [InlineData("\n", true)]
    [InlineData("\r\n", true)]
    [InlineData("\n", false)]
    public void Every_picture_is_found_in_any_order(string newline, bool ends)
    {
        const int Many = 200_000; // a line of two megabytes
        string[] lines = [Line("7", 3, 0.25f), Line("COCO", 4, 1, ten: true), Line("000000000042", Many, 0.5f), Line("9", 5, 0.75f, ten: true)];
        _folder.Add("r.tsv", string.Join(newline, lines) + (ends ? newline : ""));
        using RegionTable table = RegionTable.Open(_folder["r.tsv"]);
        Assert.Equal(4, table.Count);
        foreach ((long image, int features, float value) in (ReadOnlySpan<(long, int, float)>)[(9, 5, 0.75f), (7, 3, 0.25f), (42, Many, 0.5f), (9, 5, 0.75f)])
        {
            (RegionFeatures found, RegionFeatures one) = (table.Read(image), RegionFeatures.Read(_folder["r.tsv"], $"{image}"));
            Assert.Equal([2, features], found.Features.Shape.ToArray());
            Assert.All(found.Features.ToArray()[..3], v => Assert.Equal(value, v));
            Assert.Equal(one.Features.ToArray(), found.Features.ToArray());
            Assert.Equal([0.01f, 0.025f, 0.3f, 0.5f, 0.05f, 0.075f, 0.7f, 1f], found.Boxes.ToArray());
        }
        string refused = Assert.Throws<TranslucentException>(() => table.Read(8)).Message;
        Assert.Contains("none of its 4 lines is of the picture '8'", refused, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_line_is_named_when_it_is_read_and_an_empty_file_has_no_pictures()
    {
        _folder.Add("r.tsv", Line("7", 3, 1) + "\n8\t100\t80\n\n" + Line("9", 3, 2) + "\n");
        using RegionTable table = RegionTable.Open(_folder["r.tsv"]);
        Assert.Equal(2, table.Read(9).Features.Span[0]);
        Assert.Contains("line 2 has 3 columns", Assert.Throws<TranslucentException>(() => table.Read(8)).Message, StringComparison.Ordinal);
        _folder.Add("none.tsv", "");
        using RegionTable none = RegionTable.Open(_folder["none.tsv"]);
        Assert.Equal(0, none.Count);
        Assert.Throws<FileNotFoundException>(() => RegionTable.Open(_folder["nowhere.tsv"]));
    }
}
