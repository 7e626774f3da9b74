using System.Text.Json;
using Translucent.Evaluate.DataSets;
using Translucent.Files;

namespace Translucent.Tests.Evaluate;

public sealed class CocoInstancesTests : IDisposable
{
    readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void What_is_written_is_read()
    {
        Rle mask = Rle.Encode([false, true, true, false, true, false], 3, 2);
        CocoInstances some = new([new CocoImage(7, "a.png", 3, 2)], [new CocoAnnotation(1, 7, 2, mask, (1, 0, 2, 2), IsCrowd: true)],
            [new CocoCategory(2, "disc", "shape")]);
        some.Write(_temp["i.json"]);
        CocoInstances read = CocoInstances.Read(_temp["i.json"]);
        Assert.Equal(some.Images, read.Images);
        Assert.Equal(some.Categories, read.Categories);
        CocoAnnotation a = Assert.Single(read.Annotations);
        Assert.Equal(mask.Decode(), a.Mask.Decode());
        Assert.Equal((1, 7, 2, (1, 0, 2, 2), true), (a.Id, a.ImageId, a.CategoryId, a.Box, a.IsCrowd));
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(_temp["i.json"]));
        JsonElement written = json.RootElement.GetProperty("annotations")[0];
        Assert.Equal(3, written.GetProperty("area").GetInt32());
        Assert.Equal("[2,3]", written.GetProperty("segmentation").GetProperty("size").GetRawText()); // height first
    }

    [Fact]
    public void Counts_may_be_a_list()
    {
        string path = _temp.Add("i.json",
            """{"images":[],"categories":[],"annotations":"""
                + """[{"id":1,"image_id":1,"category_id":1,"bbox":[0,0,1,1.5],"segmentation":{"size":[2,2],"counts":[1,2,1]}}]}""");
        Assert.Equal([1, 2, 1], CocoInstances.Read(path).Annotations[0].Mask.Counts);
    }

    [Fact]
    public void The_annotated_area_is_kept_and_what_is_missing_comes_from_the_mask()
    {
        string path = _temp.Add("i.json",
            """{"images":[{"id":1,"width":2,"height":3}],"categories":[],"annotations":"""
                + """[{"id":1,"image_id":1,"category_id":1,"area":2.5,"segmentation":{"size":[3,2],"counts":[4,2]}},"""
                + """{"id":2,"image_id":1,"category_id":1,"iscrowd":true,"segmentation":{"size":[3,2],"counts":[4,2]}}]}""");
        CocoInstances read = CocoInstances.Read(path);
        Assert.Equal([2.5, 2], read.Annotations.Select(a => a.Area));
        Assert.Equal([false, true], read.Annotations.Select(a => a.IsCrowd));
        Assert.Equal((1, 1, 1, 2), read.Annotations[0].Box);
        read.Write(_temp["j.json"]);
        Assert.Equal([2.5, 2], CocoInstances.Read(_temp["j.json"]).Annotations.Select(a => a.Area));
    }

    [Fact]
    public void A_mask_may_be_polygons()
    {
        string path = _temp.Add("i.json",
            """{"images":[{"id":5,"width":12,"height":10}],"categories":[],"annotations":"""
                + """[{"id":1,"image_id":5,"category_id":1,"segmentation":[[2,3,2,7,8,7,8,3],[0,0,0,1,1,1,1,0]]}]}""");
        CocoAnnotation a = Assert.Single(CocoInstances.Read(path).Annotations);
        Assert.Equal((25.0, (0, 0, 8, 7)), (a.Area, a.Box)); // 6 x 4 pixels and one in the corner
    }

    [Fact]
    public void What_a_damaged_file_holds_does_not_break_the_line_of_the_error()
    {
        string path = _temp.Add("i.json", "{\"images\":[{\"id\":1,\"file_name\":\"a\",\"width\":\"\n\u0001\",\"hei");
        Assert.DoesNotContain(Assert.Throws<TranslucentException>(() => CocoInstances.Read(path)).Message, char.IsControl);
    }

    [Theory]
    [InlineData("{", "not COCO instances"), InlineData("[]", "not COCO instances"), InlineData("""{"images":[]}""", "not COCO instances")]
    [InlineData("""{"images":[],"categories":[],"annotations":[{"id":1,"image_id":5,"category_id":1,"segmentation":[[0,0,1,1,1,0]]}]}""",
        "annotation 1: its image is none")]
    [InlineData("""{"images":[{"id":5,"width":4,"height":3}],"categories":[],"annotations":"""
        + """[{"id":1,"image_id":5,"category_id":1,"segmentation":[[0,0,1,1]]}]}""",
        "annotation 1: polygon: 4 numbers")]
    [InlineData("""{"images":[{"id":5,"width":4,"height":3}],"categories":[],"annotations":[{"id":1,"image_id":5,"category_id":1,"segmentation":[]}]}""",
        "annotation 1: polygons: none")]
    [InlineData("""{"images":[{"id":5,"width":4,"height":3}],"categories":[],"annotations":[{"id":1,"image_id":5,"category_id":1,"segmentation":[7]}]}""",
        "not COCO instances")]
    [InlineData("""{"images":[{"id":5,"width":4,"height":3}],"categories":[],"annotations":[{"id":1,"image_id":5,"category_id":1,"segmentation":null}]}""",
        "not COCO instances")]
    [InlineData("""{"images":[],"categories":[],"annotations":"""
        + """[{"id":1,"segmentation":{"size":[2,2],"counts":"9"},"bbox":[0,0,1,1],"image_id":1,"category_id":1}]}""", "sum to 9")]
    [InlineData("""{"images":[],"categories":[],"annotations":"""
        + """[{"id":1,"segmentation":{"size":[2,2],"counts":"4"},"bbox":[0,0],"image_id":1,"category_id":1}]}""", "2 numbers")]
    public void Other_files_are_refused_in_one_line(string json, string message)
    {
        TranslucentException e = Assert.Throws<TranslucentException>(() => CocoInstances.Read(_temp.Add("i.json", json)));
        Assert.Contains("i.json", e.Message);
        Assert.Contains(message, e.Message);
    }
}
