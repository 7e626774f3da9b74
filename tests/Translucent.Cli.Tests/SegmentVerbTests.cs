using Translucent.Checkpoints;
using Translucent.Images;
using Translucent.Pictures;

namespace Translucent.Cli.Tests;

public class SegmentVerbTests
{
    [Fact]
    public async Task Every_pixel_of_the_photograph_gets_one_of_the_clusters()
    {
        using TempFolder folder = new();
        await CliRun.Succeeds("segment", CliRun.Photo, "--out", folder.Path, "--clusters", "4", "--tau", "0.5", "--render-size", "150");
        StoredTensor labels = Npy.Read(folder["labels.npy"]);
        Assert.Equal([300, 451], labels.Shape);
        Assert.Equal([0L, 1, 2, 3], labels.ToInt64s().Distinct().Order());
        Assert.Equal([4, 8, 8], CliRun.Numbers(folder.Path, "cluster-maps.npy").Shape);
        Assert.Equal((451, 300), (ImageFile.Read(folder["labels.png"]).Width, ImageFile.Read(folder["labels.png"]).Height));
        Assert.StartsWith("<svg", File.ReadAllText(folder["dendrogram.svg"]));
        for (int k = 0; k < 4; k++)
        {
            Assert.Equal(150, ImageFile.Read(folder[$"cluster-{k}.png"]).Width);
            Assert.Contains((byte)255, ImageFile.Read(folder[$"mask-{k}.png"]).Pixels);
        }
    }

    [Fact]
    public async Task The_label_map_picture_has_a_colour_for_each_label()
    {
        using TempFolder folder = new();
        await CliRun.Succeeds("segment", CliRun.Photo, "--out", folder.Path, "--render-size", "150", "--linkage", "ward", "--upsample", "bicubic",
            "--layer", "4");
        long[] labels = Npy.Read(folder["labels.npy"]).ToInt64s();
        byte[] pixels = ImageFile.Read(folder["labels.png"]).ToRgb().Pixels;
        for (int i = 0; i < labels.Length; i++)
            Assert.Equal(Palette.Distinct((int)labels[i]), new Rgb(pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2]));
        Assert.Equal("euclidean", CliRun.Result(folder.Path).GetProperty("settings").GetProperty("metric").GetString());
    }

    [Fact]
    public async Task A_threshold_above_every_merge_leaves_one_cluster()
    {
        using TempFolder folder = new();
        await CliRun.Succeeds("segment", CliRun.Photo, "--out", folder.Path, "--threshold", "2", "--render-size", "100");
        Assert.Equal([1, 8, 8], CliRun.Numbers(folder.Path, "cluster-maps.npy").Shape);
    }

    [Fact]
    public async Task Pixels_that_the_model_does_not_see_have_no_cluster()
    {
        using TempFolder folder = new();
        await CliRun.Succeeds("segment", CliRun.Photo, "--model", Golden.File("vision/dinov2"), "--out", folder.Path, "--render-size", "100");
        long[] labels = Npy.Read(folder["labels.npy"]).ToInt64s();
        Assert.Equal(-1, labels[150 * 451]);
        Assert.True(labels[150 * 451 + 225] >= 0);
    }
}
