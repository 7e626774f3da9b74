using Translucent.Evaluate.DataSets;
using Translucent.Evaluate.Metrics;
using Translucent.Images;

namespace Translucent.Tests.Evaluate.Metrics;

/// <summary>Maps against masks, worked by hand.</summary>
public class MaskAgreementTests
{
    [Fact]
    public void Average_precision_is_that_of_scikit_learn() // the example of its documentation: 0.83
    {
        Assert.Equal(5.0 / 6, AveragePrecision.Of([0.1f, 0.4f, 0.35f, 0.8f], [false, false, true, true]), 12);
        Assert.Equal(0.5, AveragePrecision.Of([1, 1, 1, 1], [false, true, false, true]), 12); // ties are one threshold
        Assert.Equal(1, AveragePrecision.Of([3, 2, 1], [true, true, false]), 12);
        Assert.Equal(1.0 / 3, AveragePrecision.Of([3, 2, 1], [false, false, true]), 12);
        Assert.True(double.IsNaN(AveragePrecision.Of([1], [false])));
        Assert.Throws<ArgumentException>(() => AveragePrecision.Of([1], [false, true]));
    }

    [Fact]
    public void A_map_of_four_pixels_by_hand()
    {
        // map 0, 4, 2, -2; its mean is 1: pixels 1 and 2 are said; the object is pixels 1 and 3
        MaskAgreement a = MaskAgreement.Of([0, 4, 2, -2], [0, 1, 0, 1])!;
        Assert.Equal((2L, 2L), a.Object);
        Assert.Equal((2L, 2L), a.Said);
        Assert.Equal((1L, 1L), a.Both);
        Assert.True(a.Hit);
        Assert.Equal(4.0 / 6, a.Mass, 12);
        Assert.Equal(0.5, a.Rank);
        // scaled: 1/3, 1, 2/3, 0. Object scores 1/3 F, 1 T, 2/3 F, 0 T; background scores 2/3 T, 0 F, 1/3 T, 1 F
        // from the largest: {1T, 1F} 1/2 of 1 recall 1/4; {2/3F, 2/3T}: 2 of 4, 2/4; {1/3F, 1/3T}: 3 of 6; {0T, 0F}: 4 of 8: always 1/2
        Assert.Equal(0.5, a.Precision, 12);
    }

    [Fact]
    public void Pixels_that_do_not_count_change_nothing()
    {
        MaskAgreement one = MaskAgreement.Of([0, 4, 2, -2], [0, 1, 0, 1])!, more = MaskAgreement.Of([0, 99, 4, 2, -99, -2], [0, -1, 1, 0, -1, 1])!;
        Assert.Equal(one, more);
    }

    [Fact]
    public void A_map_that_is_the_mask_is_perfect()
    {
        MaskAgreement a = MaskAgreement.Of([0, 1, 0, 1], [0, 1, 0, 1])!;
        Assert.Equal((1, 1, 1), (a.Precision, a.Mass, a.Rank));
        Assert.Equal(a.Object, a.Both);
    }

    [Fact]
    public void Without_an_object_nothing_is_said_and_without_positive_relevance_no_mass()
    {
        Assert.Null(MaskAgreement.Of([1, 2], [0, -1]));
        Assert.True(double.IsNaN(MaskAgreement.Of([0, -1], [1, 0])!.Mass));
        Assert.False(MaskAgreement.Of([float.NaN, 1, 0], [1, 0, 0])!.Hit); // no number is the least
    }

    [Fact]
    public void A_mask_is_cut_and_resized_as_the_photograph_is()
    {
        // a photograph of 4 x 2 whose middle 2 x 2 became an input of 4 x 4, padded by one row above
        InputGeometry geometry = new(4, 2, 4, 6, 1, -1, 3, 2);
        sbyte[] input = InputMask.Of([true, true, false, true, false, true, true, false], geometry);
        Assert.Equal([-1, -1, -1, -1, -1, -1, -1, -1, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1], input);
        Assert.Equal([0, 0, 1, 0, 1, 1], InputMask.Shares(input, 3, 2, 2));
        Assert.Throws<ArgumentException>(() => InputMask.Of([true], geometry));
    }

    [Fact]
    public void Shares_are_of_pixels_that_count() => Assert.Equal([2.0 / 3, 0], InputMask.Shares([1, 1, -1, -1, 0, -1, -1, -1], 1, 2, 2));
}
