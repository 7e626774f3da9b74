using FsCheck;
using FsCheck.Fluent;
using Translucent.Evaluate.Metrics;

namespace Translucent.Tests.Evaluate;

/// <summary>Spearman's ρ against cases worked by hand.</summary>
public class RankCorrelationTests
{
    [Fact]
    public void Equal_numbers_share_the_mean_of_their_ranks()
    {
        Assert.Equal([2.5, 1, 2.5, 4], RankCorrelation.Ranks([7, -1, 7, 9]));
        Assert.Equal([2, 2, 2], RankCorrelation.Ranks([0f, -0f, 0f]));
        Assert.Equal([1, 3, 2], RankCorrelation.Ranks([float.NegativeInfinity, float.PositiveInfinity, 0]));
        Assert.Empty(RankCorrelation.Ranks([]));
    }

    [Theory]
    [InlineData(new float[] { 1, 2, 3, 4, 5 }, new float[] { 5, 6, 7, 8, 7 }, 0.8207826816681233)] // ranks 1 2 3.5 5 3.5: 8 / sqrt(10·9.5)
    [InlineData(new float[] { 1, 1, 2 }, new float[] { 1, 2, 3 }, 0.8660254037844386)]             // 1.5 / sqrt(1.5·2)
    [InlineData(new float[] { 1, 2, 2, 3 }, new float[] { 4, 3, 3, 1 }, -1)]
    [InlineData(new float[] { 0, 0, 1, 1 }, new float[] { 0, 1, 0, 1 }, 0)]
    [InlineData(new float[] { 106, 100, 86, 101, 99, 103, 97, 113, 112, 110 }, new float[] { 7, 27, 2, 50, 28, 29, 20, 12, 6, 17 }, -0.17575757575757575)]
    public void Hand_worked_cases_agree(float[] a, float[] b, double rho)
    {
        Assert.Equal(rho, RankCorrelation.Spearman(a, b), 1e-15);
        Assert.Equal(rho, RankCorrelation.Spearman(b, a), 1e-15);
    }

    [Fact]
    public void Where_there_is_no_order_there_is_no_number()
    {
        Assert.Equal(double.NaN, RankCorrelation.Spearman([2, 2, 2], [1, 2, 3]));
        Assert.Equal(double.NaN, RankCorrelation.Spearman([1], [1]));
        Assert.Equal(double.NaN, RankCorrelation.Spearman([], []));
        Assert.Equal(double.NaN, RankCorrelation.Spearman([1, float.NaN, 3], [1, 2, 3]));
        Assert.Throws<ArgumentException>(() => RankCorrelation.Spearman([1, 2], [1, 2, 3]));
    }

    [Fact]
    public void Any_list_agrees_with_itself_exactly_and_a_growing_function_changes_nothing() => Check.QuickThrowOnFailure(Prop.ForAll(
        ArbMap.Default.ArbFor<NonEmptyArray<short>>().Filter(a => a.Get.Distinct().Count() > 1), list =>
        {
            float[] a = [.. list.Get.Select(v => (float)v)], cubes = [.. list.Get.Select(v => (float)Math.Cbrt(v))],
                falling = [.. list.Get.Select(v => -(float)v)];
            return RankCorrelation.Spearman(a, a) == 1 && RankCorrelation.Spearman(a, cubes) == 1 && RankCorrelation.Spearman(a, falling) == -1;
        }));
}
