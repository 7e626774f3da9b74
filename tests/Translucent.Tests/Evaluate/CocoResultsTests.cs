using FsCheck;
using FsCheck.Fluent;
using Translucent.Evaluate.DataSets;
using Translucent.Files;

namespace Translucent.Tests.Evaluate;

public sealed class CocoResultsTests : IDisposable
{
    readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void What_is_written_is_read()
    {
        Rle mask = Rle.Encode([false, true, true, false, true, false], 3, 2);
        CocoDetection[] some = [new(7, 2, 0.875, (1.5, 0.25, 2, 2), mask), new(8, 3, 0.1, (0, 0, 1, 1)), new(9, 2, 1, mask)];
        CocoResults.Write(_temp["r.json"], some);
        IReadOnlyList<CocoDetection> read = CocoResults.Read(_temp["r.json"]);
        Assert.Equal(some.Select(d => (d.ImageId, d.CategoryId, d.Score, d.Box, d.Mask?.Compressed)),
            read.Select(d => (d.ImageId, d.CategoryId, d.Score, d.Box, d.Mask?.Compressed)));
        Assert.Equal((1, 0, 2, 2), read[2].Box); // the box around the mask
        string text = File.ReadAllText(_temp["r.json"]);
        Assert.StartsWith("[{\"image_id\":7,\"category_id\":2,\"bbox\":[1.5,0.25,2,2],\"segmentation\":{\"size\":[2,3],\"counts\":", text);
        Assert.DoesNotContain("null", text);
    }

    [Fact]
    public void Any_list_comes_back()
    {
        var lists = Gen.ArrayOf(from image in Gen.Choose(0, 1 << 30)
                                from category in Gen.Choose(1, 90)
                                from score in Gen.Choose(
            0, 1000)
                                from bits in Gen.ArrayOf(Gen.Elements(true, false), 35)
                                select new CocoDetection(image * 8L, category, score / 999.0, Rle.Encode(bits, 5, 7)));
        Prop.ForAll(lists.ToArbitrary(), list =>
        {
            CocoResults.Write(_temp["r.json"], list);
            Assert.Equal(list.Select(d => (d.ImageId, d.CategoryId, d.Score, d.Box)),
                CocoResults.Read(_temp["r.json"]).Select(d => (d.ImageId, d.CategoryId, d.Score, d.Box)));
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("""[{"image_id":1,"category_id":2,"score":1,"bbox":[0,1,2,3.5],"id":9,"area":7}]""", 3.5)] // fields that are not needed
    [InlineData("""[{"image_id":1,"category_id":2,"score":1e-3,"segmentation":{"size":[2,2],"counts":[1,2,1]}}]""", 2)] // runs as numbers, no box
    [InlineData("""[{"image_id":1,"category_id":2,"score":1,"bbox":[],"segmentation":{"counts":"121","size":[2,2]}}]""", 2)] // an empty box
    public void Files_of_others_are_read(string json, double height) => Assert.Equal(height, CocoResults.Read(_temp.Add("r.json", json))[0].Box.Height);

    [Fact]
    public void No_detections_are_a_result() => Assert.Empty(CocoResults.Read(_temp.Add("r.json", "[]")));

    [Theory]
    [InlineData("", "not COCO results"), InlineData("{}", "not COCO results"), InlineData("[{", "not COCO results"), InlineData("null", "not COCO results")]
    [InlineData("[GOOD,1]", "entry 1: "), InlineData("[GOOD,{}]", "entry 1: "), InlineData("[GOOD,GOOD,null]", "entry 2: ")]
    [InlineData("""[GOOD,{"image_id":1,"category_id":1,"bbox":[0,0,1,1]}]""", "entry 1: no score")]
    [InlineData("""[GOOD,{"image_id":1,"category_id":1,"score":"1","bbox":[0,0,1,1]}]""", "entry 1: ")]
    [InlineData("""[GOOD,{"image_id":1,"category_id":1,"score":1e999,"bbox":[0,0,1,1]}]""", "entry 1: the score is not finite")]
    [InlineData("""[GOOD,{"image_id":1,"category_id":1,"score":1,"bbox":[0,0,1e999,1]}]""", "entry 1: a number is too large")]
    [InlineData("""[GOOD,{"image_id":1,"category_id":1,"score":1,"bbox":[0,0,1]}]""", "entry 1: a list of 3 numbers, expected 4")]
    [InlineData("""[GOOD,{"image_id":1.5,"category_id":1,"score":1,"bbox":[0,0,1,1]}]""", "entry 1: ")]
    [InlineData("""[GOOD,{"image_id":1,"category_id":99999999999,"score":1,"bbox":[0,0,1,1]}]""", "entry 1: ")]
    [InlineData("""[GOOD,{"image_id":1,"category_id":1,"score":1}]""", "entry 1: neither bbox nor segmentation")]
    [InlineData("""[GOOD,{"image_id":1,"category_id":1,"score":1,"segmentation":[[0,0,1,1,2,2]]}]""", "entry 1: the mask is no object")]
    [InlineData("""[GOOD,{"image_id":1,"category_id":1,"score":1,"segmentation":{"size":[2,2],"counts":"9"}}]""", "entry 1: RLE: the counts sum to 9")]
    [InlineData("""[GOOD,{"image_id":1,"category_id":1,"score":1,"segmentation":{"size":[2],"counts":"4"}}]""", "entry 1: a list of 1 numbers")]
    [InlineData("""[GOOD,{"image_id":1,"category_id":1,"score":1,"segmentation":{"size":[1e30,2],"counts":"4"}}]""", "entry 1: ")]
    public void Other_files_are_refused_in_one_line_that_names_the_entry(string json, string message)
    {
        string path = _temp.Add("r.json", json.Replace("GOOD", """{"image_id":1,"category_id":1,"score":1,"bbox":[0,0,1,1]}"""));
        TranslucentException e = Assert.Throws<TranslucentException>(() => CocoResults.Read(path));
        Assert.Contains("r.json: " + message, e.Message);
        Assert.DoesNotContain('\n', e.Message);
    }
}
