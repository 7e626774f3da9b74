using Translucent.Evaluate.Metrics;

namespace Translucent.Tests.Evaluate.Metrics;

/// <summary>Segments against the truth, worked by hand.</summary>
public class SegmentIoUTests
{
    [Fact]
    public void The_best_matching_counts_and_not_the_largest_overlap_of_each()
    {
        // classes 7 (6 pixels) and 3 (2 pixels); segment 0 covers all of 3 and two of 7, segment 1 four of 7
        int[] truth = [7, 7, 7, 7, 7, 7, 3, 3], segments = [1, 1, 1, 1, 0, 0, 0, 0];
        Assert.Equal((4.0 / 6 + 2.0 / 4) / 2, SegmentIoU.Mean(segments, truth), 6);
        Assert.Equal(6.0 / 8 / 2, SegmentIoU.Mean([0, 0, 0, 0, 0, 0, 0, 0], truth), 6); // one segment: one class goes without
    }

    [Fact]
    public void Names_of_segments_do_not_matter_and_pixels_that_do_not_count_do_not()
    {
        int[] truth = [0, 0, 1, 1, -1], segments = [9, 9, 4, 4, 9];
        Assert.Equal(1, SegmentIoU.Mean(segments, truth));
        Assert.Equal(0.75, SegmentIoU.Mean([9, -1, 4, 4, 9], truth)); // a pixel without a segment is missing from its class
        Assert.Equal(0, SegmentIoU.Mean([-1, -1, -1, -1, -1], truth));
        Assert.True(double.IsNaN(SegmentIoU.Mean([1, 2], [-1, -1])));
        Assert.Throws<ArgumentException>(() => SegmentIoU.Mean([1], [1, 2]));
    }
}
