using System.Text.Json;
using Translucent.Evaluate.DataSets;
using Translucent.Files;

namespace Translucent.Tests.Evaluate;

public class PolygonsTests
{
    [Fact]
    public void Masks_are_those_of_the_golden_file()
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Golden.File("polygons/polygons.json")));
        foreach (JsonElement c in json.RootElement.EnumerateArray())
        {
            double[][] parts = [.. c.GetProperty("parts").EnumerateArray().Select(p => p.EnumerateArray().Select(n => n.GetDouble()).ToArray())];
            Rle mask = Polygons.Mask(parts, c.GetProperty("width").GetInt32(), c.GetProperty("height").GetInt32());
            Assert.Equal(c.GetProperty("counts").EnumerateArray().Select(n => n.GetInt32()), mask.Counts);
        }
        Assert.Equal(70, json.RootElement.GetArrayLength());
    }

    [Theory]
    [InlineData(new double[] { 0, 0, 1, 1 }, 4, 3, "4 numbers"), InlineData(new double[] { 0, 0, 1, 1, 2, 2, 3 }, 4, 3, "7 numbers")]
    [InlineData(new double[] { 0, 0, 1, 1, 1e12, 0 }, 4, 3, "no place near an image of 4 x 3"),
        InlineData(new double[] { 0, 0, 1, 1, double.NaN, 0 }, 4, 3, "NaN is no place")]
    [InlineData(new double[] { 0, 0, 1, 1, 1, 0 }, 0, 3, "an image of 0 x 3"),
        InlineData(new double[] { 0, 0, 1, 1, 1, 0 }, int.MaxValue, 1, "sides of 1 to 16384")]
    public void What_is_no_polygon_of_an_image_is_refused(double[] part, int width, int height, string message) =>
        Assert.Contains(message, Assert.Throws<TranslucentException>(() => Polygons.Mask([part], width, height)).Message);
}
