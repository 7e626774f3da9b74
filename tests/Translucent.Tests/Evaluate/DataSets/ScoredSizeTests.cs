using Translucent.Evaluate.DataSets;
using Translucent.Images;

namespace Translucent.Tests.Evaluate.DataSets;

public class ScoredSizeTests
{
    [Fact]
    public void The_shorter_side_is_resized_and_the_middle_cut()
    {
        // 5 x 3 to shorter 6: 10 x 6, cut to 6 x 6 from column 2
        Image photo = new(5, 3, 3, [.. Enumerable.Range(0, 15).SelectMany(i => (byte[])[(byte)(i * 10), 0, 0])]);
        LabelMap labels = new(5, 3, [.. Enumerable.Range(-1, 15)]);
        (Image scored, LabelMap truth) = new ScoredSize(6, Resampling.Nearest, 6).Of(photo, labels);
        Assert.Equal((6, 6), (scored.Width, scored.Height));
        Assert.Equal([0, 0, 1, 1, 2, 2], truth.Values[..6]); // columns 1, 1, 2, 2, 3, 3 of the first row, whose labels begin with -1
        Assert.Equal([10, 10, 20, 20, 30, 30], Enumerable.Range(0, 6).Select(x => (int)scored.Pixels[3 * x]));
        Assert.Equal(-1, new ScoredSize(6, Resampling.Nearest, null).Of(photo, labels).Labels.Values[0]);
    }

    [Fact]
    public void Photographs_are_smooth_where_labels_stay_whole()
    {
        Image photo = new(4, 4, 3, [.. Enumerable.Range(0, 16).SelectMany(i => Enumerable.Repeat((byte)(i % 2 * 200), 3))]);
        LabelMap labels = new(4, 4, [.. Enumerable.Range(0, 16).Select(i => i % 2 * 300)]);
        (Image scored, LabelMap truth) = new ScoredSize(2, Resampling.Bilinear, null).Of(photo, labels);
        Assert.All(scored.Pixels, p => Assert.InRange(p, 1, 199));
        Assert.All(truth.Values, v => Assert.True(v is 0 or 300));
    }

    [Fact]
    public void A_picture_that_is_smaller_than_the_cut_stays_whole() =>
        Assert.Equal(3, new ScoredSize(null, Resampling.Nearest, 8).Of(new Image(5, 3, 1, new byte[15]), new LabelMap(5, 3, new int[15])).Labels.Height);
}
