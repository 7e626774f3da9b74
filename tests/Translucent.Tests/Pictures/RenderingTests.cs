using Translucent.Images;
using Translucent.Pictures;
using Translucent.Tensors;

namespace Translucent.Tests.Pictures;

public class RenderingTests
{
    static readonly Rgb s_ground = new(90, 120, 60);

    [Fact]
    public void Strength_goes_from_the_photograph_to_the_colours()
    {
        Image photo = Flat(8, 6);
        Tensor map = Ramp(6, 8);
        ColorScale scale = ColorScale.Of(map, ColorMap.Viridis);
        Assert.Equal(photo.Pixels, Overlay.Blend(photo, map, scale, 0).Pixels);
        Assert.Equal(scale.Paint(map).Pixels, Overlay.Blend(photo, map, scale, 1, fade: false).Pixels);
        Rgb half = At(Overlay.Blend(photo, map, scale, 0.5, fade: false), 0, 0);
        Assert.Equal(s_ground.Mix(ColorMap.Viridis.At(0), 0.5), half);
        Assert.Throws<ArgumentOutOfRangeException>(() => Overlay.Blend(photo, map, scale, double.NaN));
    }

    [Fact]
    public void Fading_leaves_the_photograph_where_nothing_is_relevant()
    {
        Image photo = Flat(8, 6);
        Tensor map = Ramp(6, 8);
        Image faded = Overlay.Blend(photo, map, ColorScale.Of(map, ColorMap.Turbo)); // as it is when nothing is said
        Assert.Equal(s_ground, At(faded, 0, 0));
        Assert.Equal(s_ground.Mix(ColorMap.Turbo.At(1), 0.8), At(faded, 7, 5));
    }

    [Fact]
    public void Every_cell_has_its_own_colour_and_strength_over_a_grey_photograph()
    {
        Rgb red = new(230, 20, 20), blue = new(10, 60, 240);
        Image drawn = Overlay.Cells(Flat(4, 1), [0, 1, 1, -1], [(red, 1), (blue, 0.25)]);
        Assert.Equal(red, At(drawn, 0, 0));
        byte grey = (byte)(s_ground.Luma + 0.5);
        Assert.Equal(new Rgb(grey, grey, grey).Mix(Rgb.White, 0.35).Mix(blue, 0.25), At(drawn, 1, 0));
        Assert.True(At(drawn, 3, 0).Luma < s_ground.Luma * 0.6);
        Assert.Throws<ArgumentException>(() => Overlay.Cells(Flat(4, 1), [0, 1, 1], [(red, 1), (blue, 0.25)]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Overlay.Cells(Flat(1, 1), [0], [(red, 1.5)]));
    }

    [Fact]
    public void What_the_model_does_not_see_is_dimmed_and_not_coloured()
    {
        Tensor map = new([1, 2], (float[])[float.NaN, 1]);
        Image drawn = Overlay.Blend(Flat(2, 1), map, strength: 1);
        Assert.True(At(drawn, 0, 0).Luma < s_ground.Luma * 0.6);
        Assert.Equal(ColorMap.Turbo.At(1), At(drawn, 1, 0));
        Image labels = Overlay.Labels(Flat(2, 1), [-1, 4], 1);
        Assert.Equal(At(drawn, 0, 0), At(labels, 0, 0));
        Assert.Equal(Palette.Distinct(4), At(labels, 1, 0));
    }

    [Fact]
    public void A_coarse_map_is_upsampled_and_grey_photographs_are_taken()
    {
        Image grey = new(40, 30, 1, new byte[1200]);
        Image drawn = Overlay.Blend(grey, new Tensor([2, 2], (float[])[1, 1, 1, 1]), strength: 1);
        Assert.Equal(ColorMap.Turbo.At(1), At(drawn, 20, 15));
        Assert.Contains("[3]", Assert.Throws<ArgumentException>(() => Overlay.Blend(grey, new Tensor(3))).Message);
    }

    [Fact]
    public void Outlines_run_along_borders_only()
    {
        Image photo = Flat(40, 40);
        int[] labels = [.. Enumerable.Range(0, 1600).Select(i => i % 40 < 20 ? 3 : 7)];
        Image drawn = Outline.Draw(photo, labels, thickness: 2);
        for (int y = 0; y < 40; y++)
        {
            Assert.Equal(Rgb.White, At(drawn, 19, y));
            Assert.Equal(Rgb.White, At(drawn, 20, y));
            Assert.Equal((s_ground, s_ground), (At(drawn, 10, y), At(drawn, 30, y)));
        }
        Assert.True(At(drawn, 18, 20).Luma < s_ground.Luma); // the dark rim
        Assert.Equal(photo.Pixels, Outline.Draw(photo, new int[1600]).Pixels);
        Assert.Throws<ArgumentException>(() => Outline.Draw(photo, new int[7]));
    }

    [Fact]
    public void A_region_is_marked_where_it_is_widest_and_only_where_it_is_wide_enough()
    {
        // A 9 x 9 square at the left, joined by a bridge of one row to a 5 x 5 square; a second region is a column of one pixel.
        int[] labels = [.. Enumerable.Range(0, 20 * 9).Select(i => (i % 20, i / 20) is var (x, y) && x < 9 ? 4 : x < 14 ? (y == 4 ? 4 : -1)
            : x < 19 ? (y is >= 2 and < 7 ? 4 : -1) : 6)];
        RegionMark only = Assert.Single(RegionMarks.Places(labels, 20, 9, least: 2));
        Assert.Equal(new RegionMark(4, 4, 4, 5), only); // the middle of the large square, five king's moves from its edge
        Assert.Equal([4, 6], RegionMarks.Places(labels, 20, 9, least: 1).Select(m => m.Label).Order());
    }

    [Fact]
    public void Numbers_of_regions_are_white_with_a_dark_rim_and_differ()
    {
        Image Numbered(int label) => RegionMarks.Number(Flat(60, 60), [.. Enumerable.Repeat(label, 3600)]);
        Image[] all = [.. Enumerable.Range(0, 12).Select(Numbered)];
        Assert.Equal(12, all.Select(a => Convert.ToBase64String(a.Pixels)).Distinct().Count());
        foreach (Image one in all)
        {
            Rgb[] colors = [.. Enumerable.Range(0, 3600).Select(i => Canvas.Get(one, i))];
            Assert.Contains(colors, c => c.Luma > 230);
            Assert.Contains(colors, c => c.Luma < s_ground.Luma - 20);
            Assert.Equal(s_ground, colors[0]); // and nothing far from the middle
        }
    }

    [Fact]
    public void A_marker_frames_its_box_and_stays_inside_the_picture()
    {
        Image drawn = Marker.Frame(Flat(60, 60), (20, 20, 40, 40), Rgb.White, 2);
        Assert.Equal((Rgb.White, Rgb.White), (At(drawn, 20, 30), At(drawn, 30, 39)));
        Assert.Equal((s_ground, s_ground), (At(drawn, 30, 30), At(drawn, 10, 10)));
        Image corner = Marker.Frame(Flat(60, 60), (-10, -10, 5, 5), Rgb.White, 2);
        Assert.Equal((Rgb.White, Rgb.White), (At(corner, 0, 3), At(corner, 3, 0)));
        foreach ((int width, int height) in ((int, int)[])[(1, 1), (1, 60), (60, 1), (2, 2)]) // thinner than the line
            Assert.Equal((width, height), (Marker.Frame(Flat(width, height), (0, 0, width / 2.0, height / 2.0)).Width, height));
    }

    static Image Flat(int width, int height) => Canvas.Blank(width, height, s_ground);

    static Rgb At(Image image, int x, int y) => Canvas.Get(image, y * image.Width + x);

    static Tensor Ramp(int height, int width)
    {
        Tensor ramp = new(height, width);
        for (int i = 0; i < ramp.Length; i++) ramp.Span[i] = i;
        return ramp;
    }
}
