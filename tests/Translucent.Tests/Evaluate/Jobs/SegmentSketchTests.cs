using Translucent.Evaluate.DataSets;
using Translucent.Evaluate.Jobs;
using Translucent.Files;
using Translucent.Pictures;

namespace Translucent.Tests.Evaluate.Jobs;

public class SegmentSketchTests
{
    [Fact]
    public void A_small_picture_is_kept_as_it_is_and_a_large_one_is_sampled_at_the_centres()
    {
        SegmentSketch small = SegmentSketch.Of([0, 1, -1, 300, 2, 254], [-1, 0, 255, 1, 1, 1], width: 3, height: 2);
        Assert.Equal((3, 2), (small.Width, small.Height));
        Assert.Equal([0, 1, 255, 45, 2, 254], small.SegmentBytes());
        Assert.Equal([255, 0, 0, 1, 1, 1], small.TruthBytes());

        int[] columns = [.. Enumerable.Range(0, 240 * 60).Select(i => i % 240)], rows = [.. Enumerable.Range(0, 240 * 60).Select(i => i / 240)];
        SegmentSketch large = SegmentSketch.Of(columns, rows, width: 240, height: 60);
        Assert.Equal((80, 20), (large.Width, large.Height));
        Assert.Equal([1, 4, 7], large.SegmentBytes()[..3]); // the middle of three
        Assert.Equal([1, 4], new[] { large.TruthBytes()[0], large.TruthBytes()[80] });
    }

    [Fact]
    public void ImageNet_Segmentation_as_published_is_refused_with_how_to_read_it()
    {
        using TempFolder folder = new();
        folder.Add("gtsegs_ijcv.mat", "MATLAB 7.3 MAT-file");
        foreach (string path in (string[])[folder.Path, folder["gtsegs_ijcv.mat"]])
            Assert.Contains("import h5py", Assert.Throws<TranslucentException>(() => PlainFolders.ImageNetSegmentation(path, LabelFile.Pictures)).Message,
                StringComparison.Ordinal);
    }
}
