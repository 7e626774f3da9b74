using Translucent.Images;
using Translucent.Tensors;

namespace Translucent.Tests.Images;

public class ColorTests
{
    [Theory]
    [InlineData("viridis", "#440154", "#21908c", "#fde725")]
    [InlineData("inferno", "#000004", "#bb3755", "#fcffa4")]
    [InlineData("turbo", "#30123b", "#a3fd3c", "#7a0403")]
    [InlineData("JET", "#00007f", "#7fff7f", "#7f0000")]
    [InlineData("bluewhitered", "#0b2a6f", "#ffffff", "#6e0a1e")]
    public void Colour_maps_begin_pass_and_end_where_their_sources_do(string name, string low, string middle, string high)
    {
        ColorMap map = ColorMap.Named(name);
        Assert.Equal((low, high), (map.At(0).ToString(), map.At(1).ToString()));
        Rgb want = Rgb.Parse(middle), got = map.At(0.5);
        Assert.InRange(Math.Max(Math.Abs(want.R - got.R), Math.Max(Math.Abs(want.G - got.G), Math.Abs(want.B - got.B))), 0, 1);
        Assert.Equal((map.At(0), map.At(1), map.At(0)), (map.At(-3), map.At(7), map.At(double.NaN)));
    }

    [Fact]
    public void Viridis_and_inferno_grow_lighter_all_the_way()
    {
        foreach (ColorMap map in (ColorMap[])[ColorMap.Viridis, ColorMap.Inferno])
            for (int i = 1; i <= 50; i++) Assert.True(map.At(i / 50.0).Luma > map.At((i - 1) / 50.0).Luma);
    }

    [Fact]
    public void An_unknown_colour_map_lists_the_known_ones() =>
        Assert.Contains("viridis, inferno", Assert.Throws<ArgumentException>(() => ColorMap.Named("plasma")).Message);

    [Theory]
    [InlineData("12345")]
    [InlineData("#12345g")]
    [InlineData("+12345")]
    public void What_is_no_colour_is_refused(string hex) => Assert.Throws<FormatException>(() => Rgb.Parse(hex));

    [Fact]
    public void A_scale_spans_the_numbers_and_a_diverging_one_is_even_about_zero()
    {
        Tensor map = new([4], (float[])[-1, float.NaN, 3, float.PositiveInfinity]);
        Assert.Equal(new ColorScale(ColorMap.Turbo, -1, 3), ColorScale.Of(map, ColorMap.Turbo));
        ColorScale even = ColorScale.Of(map, ColorMap.BlueWhiteRed);
        Assert.Equal((-3, 3), (even.Low, even.High));
        Assert.Equal(Rgb.White, even.At(0));
        Assert.Equal((1, 0, 1), (even.Weight(-3), even.Weight(0), even.Weight(9)));
        ColorScale flat = ColorScale.Of(new Tensor([2], (float[])[5, 5]), ColorMap.Turbo);
        Assert.Equal(ColorMap.Turbo.At(0), flat.At(5));
        Assert.Equal(0, ColorScale.Of(new Tensor([1], (float[])[float.NaN]), ColorMap.Turbo).High);
    }

    [Theory]
    [InlineData(0, "#000000")]
    [InlineData(1, "#800000")]
    [InlineData(15, "#c08080")] // person
    [InlineData(20, "#004080")] // tv monitor
    [InlineData(255, "#e0e0c0")] // the border that is not scored
    public void The_pascal_palette_is_the_development_kits(int index, string color) => Assert.Equal(color, Palette.Pascal(index).ToString());

    // Machado, Oliveira, Fernandes 2009, "A Physiologically-based Model for Simulation of Color Vision Deficiency", severity 1; on linear sRGB.
    static readonly double[][] s_eyes =
    [
        [1, 0, 0, 0, 1, 0, 0, 0, 1],
        [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
        [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881],
    ];

    [Fact]
    public void The_first_colours_differ_to_eyes_without_red_or_green_cones_too()
    {
        const double least = 0.07; // in OKLab; black to white is 1. The palette before had 0.05
        foreach (double[] eye in s_eyes)
            for (int i = 0; i < 12; i++)
                for (int j = 0; j < i; j++)
                {
                    double[] a = Seen(Palette.Distinct(i), eye), b = Seen(Palette.Distinct(j), eye);
                    double distance = Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum());
                    Assert.True(distance > least, $"{i} and {j}: {distance:0.000}");
                }
    }

    /// <summary>A colour in OKLab (B. Ottosson, 2020), as an eye sees it.</summary>
    static double[] Seen(Rgb color, double[] eye)
    {
        double[] linear = [.. new[] { color.R, color.G, color.B }.Select(v => v / 255.0)
            .Select(v => v <= 0.04045 ? v / 12.92 : Math.Pow((v + 0.055) / 1.055, 2.4))];
        double[] c = [.. Enumerable.Range(0, 3).Select(row => Math.Clamp(Enumerable.Range(0, 3).Sum(k => eye[3 * row + k] * linear[k]), 0, 1))];
        double l = Math.Cbrt(0.4122214708 * c[0] + 0.5363325363 * c[1] + 0.0514459929 * c[2]);
        double m = Math.Cbrt(0.2119034982 * c[0] + 0.6806995451 * c[1] + 0.1073969566 * c[2]);
        double s = Math.Cbrt(0.0883024619 * c[0] + 0.2817188376 * c[1] + 0.6299787005 * c[2]);
        return [0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s, 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s];
    }

    [Fact]
    public void Distinct_colours_are_distinct()
    {
        Rgb[] colors = [.. Enumerable.Range(0, 96).Select(Palette.Distinct)];
        Assert.Equal(96, colors.Distinct().Count());
        for (int i = 0; i < 32; i++)
            for (int j = 0; j < i; j++)
                Assert.True(Math.Abs(colors[i].R - colors[j].R) + Math.Abs(colors[i].G - colors[j].G) + Math.Abs(colors[i].B - colors[j].B) > 45,
                    $"{i} and {j}");
        Palette.Distinct(int.MaxValue);
        Assert.Throws<ArgumentOutOfRangeException>(() => Palette.Distinct(-1));
    }
}
