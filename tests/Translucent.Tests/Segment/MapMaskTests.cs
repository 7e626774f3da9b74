using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Translucent.Evaluate.DataSets;
using Translucent.Files;
using Translucent.Segment;

namespace Translucent.Tests.Segment;

public class MapMaskTests
{
    static readonly Gen<float[]> Grids = Gen.ArrayOf(Gen.Choose(0, 40).Select(n => n / 7f), 12); // 3 x 4 cells, many of them equal

    [Fact]
    public void Levels_thresholds_and_masks_are_those_of_the_golden_file()
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Golden.File("masks/detr.json")));
        int compared = 0;
        foreach (JsonProperty entry in json.RootElement.GetProperty("maps").EnumerateObject())
        {
            byte[] levels = [.. entry.Value.GetProperty("levels").EnumerateArray().Select(n => n.GetByte())];
            Assert.Equal(entry.Value.GetProperty("otsu").GetInt32(), OtsuThreshold.Of(levels));
            float[] map = entry.Value.TryGetProperty("map", out JsonElement numbers) ? [.. numbers.EnumerateArray().Select(n => n.GetSingle())]
                : [.. levels.Select(l => (float)l)];
            Assert.Equal(levels, OtsuThreshold.Levels(map));
            foreach (JsonProperty mask in entry.Value.GetProperty("masks").EnumerateObject())
            {
                int[] size = [.. mask.Value.GetProperty("size").EnumerateArray().Select(n => n.GetInt32())];
                bool[] found = MapMask.Of(map, 2, 3, (64, 80), mask.Name.EndsWith("orig_size", StringComparison.Ordinal) ? (90, 112) : null,
                    mask.Name.StartsWith("x0.3", StringComparison.Ordinal) ? MapMask.PaperFactor : 1,
                    mask.Name.EndsWith("half", StringComparison.Ordinal) ? MaskEdge.Half : MaskEdge.Any);
                Assert.Equal(mask.Value.GetProperty("counts").EnumerateArray().Select(n => n.GetInt32()), Rle.Encode(found, size[1], size[0]).Counts);
                compared++;
            }
        }
        Assert.Equal(28, compared);
    }

    [Fact]
    public void No_other_level_splits_better_and_the_first_of_equals_is_taken() =>
        Prop.ForAll(Gen.ArrayOf(Gen.Choose(0, 12).Select(n => (byte)(n * 20)), 9).ToArbitrary(), levels =>
    {
        int t = OtsuThreshold.Of(levels);
        Assert.Contains(levels, level => level == t || t == 0);
        for (int other = 0; other < 256; other++)
        {
            double gain = Between(levels, other) - Between(levels, t);
            Assert.True(gain <= 1e-9 && (other >= t || gain < 0 || !levels.Contains((byte)other)), $"{other} instead of {t}");
        }
    }).QuickCheckThrowOnFailure();

    /// <summary>q1 · q2 · (m1 - m2)² as it is written.</summary>
    static double Between(byte[] levels, int threshold)
    {
        byte[] below = [.. levels.Where(v => v <= threshold)], above = [.. levels.Where(v => v > threshold)];
        if (below.Length == 0 || above.Length == 0) return 0;
        double apart = below.Average(v => v) - above.Average(v => v);
        return (double)below.Length * above.Length / (levels.Length * levels.Length) * apart * apart;
    }

    [Theory]
    [InlineData(new byte[] { 0, 100, 200 }, 0)] // both cuts part a single level from two that are 100 apart
    [InlineData(new byte[] { 7, 7, 7 }, 0), InlineData(new byte[] { 0, 255 }, 0), InlineData(new byte[] { 3, 9, 200, 210 }, 9)]
    public void Thresholds_worked_by_hand(byte[] levels, int threshold) => Assert.Equal(threshold, OtsuThreshold.Of(levels));

    [Fact]
    public void Levels_are_cut_off_and_not_rounded() => Assert.Equal([0, 127, 254, 255], OtsuThreshold.Levels([-1f, 0f, 0.999f, 1f]));

    [Fact]
    public void Units_and_offsets_of_a_map_do_not_matter() => Prop.ForAll(Grids.ToArbitrary(), map =>
    {
        float[] other = [.. map.Select(v => 8 * v)];
        Assert.Equal(MapMask.Of(map, 3, 4, (24, 40)), MapMask.Of(other, 3, 4, (24, 40)));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Pixels_are_weighed_as_bilinear_interpolation_weighs_them() => Prop.ForAll(Grids.ToArbitrary(), map =>
    {
        bool[] grid = MapMask.Foreground(map, 0.3);
        foreach ((int height, int width) in ((int, int)[])[(24, 40), (17, 23), (3, 4), (2, 3), (1, 1)])
        {
            bool[] any = MapMask.Of(map, 3, 4, (height, width), factor: 0.3), half = MapMask.Of(map, 3, 4, (height, width), factor: 0.3, edge: MaskEdge.Half);
            for (int p = 0; p < any.Length; p++)
            {
                double v = Interpolate(grid, (p / width + 0.5) * 3 / height - 0.5, (p % width + 0.5) * 4 / width - 0.5);
                Assert.Equal(v > 1e-9, any[p]);
                if (Math.Abs(v - 0.5) > 1e-9) Assert.Equal(v > 0.5, half[p]);
                else Assert.False(half[p]);
            }
        }
    }).QuickCheckThrowOnFailure();

    static double Interpolate(bool[] grid, double y, double x)
    {
        double sum = 0;
        for (int r = 0; r < 3; r++)
            for (int c = 0; c < 4; c++)
                if (grid[r * 4 + c]) sum += Math.Max(0, 1 - Math.Abs(Math.Clamp(y, 0, 2) - r)) * Math.Max(0, 1 - Math.Abs(Math.Clamp(x, 0, 3) - c));
        return sum;
    }

    [Fact]
    public void A_smaller_share_of_the_threshold_never_takes_away() => Prop.ForAll(Grids.ToArbitrary(), map =>
    {
        bool[] strict = MapMask.Foreground(map), loose = MapMask.Foreground(map, 0.3);
        for (int i = 0; i < map.Length; i++) Assert.True(loose[i] || !strict[i]);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_constant_map_has_no_foreground() => Assert.DoesNotContain(true, MapMask.Of([2, 2, 2, 2], 2, 2, (8, 8)));

    [Fact]
    public void The_photograph_takes_the_nearest_pixel_above_and_left() =>
        Assert.Equal([true, true, true, false, false], MapMask.Of([1, 0], 1, 2, (1, 2), (1, 5), edge: MaskEdge.Half)); // pixel 2 · 2 / 5 = 0.8 is the first

    [Fact]
    public void What_makes_no_mask_is_refused()
    {
        Assert.Contains("NaN at 1", Assert.Throws<TranslucentException>(() => MapMask.Foreground([0, float.NaN])).Message);
        Assert.Throws<ArgumentException>(() => MapMask.Foreground([]));
        Assert.Throws<ArgumentException>(() => OtsuThreshold.Of([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => MapMask.Foreground([0, 1], double.NaN));
        Assert.Contains("3 cells, expected 2 x 2", Assert.Throws<ArgumentException>(() => MapMask.Of([0, 1, 2], 2, 2, (4, 4))).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => MapMask.Of([0, 1], 1, 2, (0, 4)));
        Assert.Throws<ArgumentOutOfRangeException>(() => MapMask.Of([0, 1], 1, 2, (4, 4), (4, 0)));
    }
}
