using Translucent.Images;
using Translucent.Tensors;

namespace Translucent.Tests.Images;

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
        Assert.Equal(scale.Paint(map).Pixels, Overlay.Blend(photo, map, scale, 1).Pixels);
        Rgb half = At(Overlay.Blend(photo, map, scale), 0, 0);
        Assert.Equal(s_ground.Mix(ColorMap.Viridis.At(0), 0.5), half);
        Assert.Throws<ArgumentOutOfRangeException>(() => Overlay.Blend(photo, map, scale, double.NaN));
    }

    [Fact]
    public void Fading_leaves_the_photograph_where_nothing_is_relevant()
    {
        Image photo = Flat(8, 6);
        Tensor map = Ramp(6, 8);
        Image faded = Overlay.Blend(photo, map, ColorScale.Of(map, ColorMap.Turbo), 0.8, fade: true);
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
    public void A_legend_wraps_where_it_ends_and_cuts_what_is_too_long()
    {
        (Rgb, string)[] entries = [(s_ground, "cat"), (new Rgb(1, 2, 3), "dog"), (new Rgb(4, 5, 6), new string('m', 200))];
        Image wide = Legend.Draw(entries[..2], 400, letters: 1), narrow = Legend.Draw(entries, 48, letters: 1);
        Assert.Equal(3 * wide.Height, narrow.Height);
        Assert.Equal(s_ground, At(wide, 0, 0));
        Assert.Equal(new Rgb(1, 2, 3), At(narrow, 0, wide.Height));
        Assert.Equal(Rgb.White, At(wide, 399, 0));
        Assert.Equal((1, 48), (Legend.Draw([], 48, letters: 1).Pixels.Distinct().Count(), Legend.Draw([], 48).Width));
    }

    [Fact]
    public void A_stack_is_as_wide_as_its_wider_picture()
    {
        Image stack = Sheet.Stack(Flat(3, 2), Flat(5, 1), gap: 4);
        Assert.Equal((5, 7), (stack.Width, stack.Height));
        Assert.Equal((s_ground, Rgb.White, Rgb.White, s_ground), (At(stack, 2, 1), At(stack, 3, 0), At(stack, 0, 3), At(stack, 4, 6)));
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

    [Fact]
    public void A_sheet_places_every_picture_and_writes_every_caption()
    {
        Image sheet = Sheet.Of([.. Enumerable.Range(0, 5).Select(i => (Flat(20, 10), i == 4 ? "" : "abc"))], 3, gap: 4);
        Assert.Equal((3 * 24 + 4, 2 * (10 + 11 + 4) + 4), (sheet.Width, sheet.Height));
        for (int i = 0; i < 6; i++)
            Assert.Equal(i < 5 ? s_ground : Rgb.White, At(sheet, 4 + i % 3 * 24 + 10, 4 + i / 3 * 25 + 5));
        Assert.Contains(Enumerable.Range(4, 20), x => At(sheet, x, 4 + 10 + 5) != Rgb.White);
        Assert.DoesNotContain(Enumerable.Range(28, 20), x => At(sheet, x, 4 + 25 + 10 + 5) != Rgb.White);
        Image two = Sheet.Of([(Flat(200, 10), "abc\ndef"), (Flat(200, 10), "")], 2, gap: 4);
        Assert.Equal((2 * 204 + 4, 10 + 2 * 11 + 2 * 4), (two.Width, two.Height));
        Assert.Contains(Enumerable.Range(4, 200), x => At(two, x, 4 + 10 + 11 + 5) != Rgb.White);
        Assert.InRange(Sheet.Of([(Flat(1, 10), "a caption of 24 letters.")], 1, gap: 4).Width, 100, 168); // no picture is too narrow for its name
        Assert.Throws<ArgumentException>(() => Sheet.Of([], 3));
        Assert.Contains("250 million", Assert.Throws<ArgumentException>(() => Sheet.Of([.. Enumerable.Repeat((Flat(2000, 2000), ""), 90)], 9)).Message);
    }

    [Fact]
    public void A_colour_bar_runs_from_low_to_high()
    {
        Image bar = ColorBar.Draw(new ColorScale(ColorMap.Jet, 0, 1), 200, "a label far too long to fit between the two numbers");
        Assert.Equal(ColorMap.Jet.At(0.5 / 200), At(bar, 0, 2));
        Assert.Equal(ColorMap.Jet.At(199.5 / 200), At(bar, 199, 2));
        Assert.Equal(ColorBar.Draw(new ColorScale(ColorMap.Jet, 0, 1), 200, "short").Height + 10, bar.Height); // the label has a line of its own
        Assert.Equal(16, ColorBar.Draw(new ColorScale(ColorMap.Jet, 0, 1), 5).Height);
        for (int width = 1; width < 60; width++) Assert.Equal(width, ColorBar.Draw(new ColorScale(ColorMap.BlueWhiteRed, -1e-7f, 1e-7f), width).Width);
        Image page = Sheet.WithBar(Flat(200, 50), new ColorScale(ColorMap.Jet, 0, 1));
        Assert.Equal((200, s_ground), (page.Width, At(page, 100, 49)));
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1, "1")]
    [InlineData(0.001234f, "0.00123")]
    [InlineData(-0.5f, "-0.5")]
    [InlineData(12.345f, "12.3")]
    [InlineData(12345, "12345")]
    [InlineData(1.234e-5f, "1.23e-5")]
    [InlineData(-2.5e9f, "-2.5e+9")]
    public void Numbers_are_short(float value, string text) => Assert.Equal(text, ColorBar.Number(value));

    [Fact]
    public void Every_letter_has_a_shape_of_its_own_within_its_width()
    {
        HashSet<string> shapes = [];
        for (char c = '!'; c <= '~'; c++)
            foreach (int scale in (int[])[1, 3])
            {
                Image page = Flat(60, 40);
                Lettering.Draw(page, c.ToString(), 10, 5, scale, Rgb.White);
                int[] inked = [.. Enumerable.Range(0, 2400).Where(i => At(page, i % 60, i / 60) != s_ground)];
                Assert.InRange(inked.Min(i => i % 60), 9, 10 + 2 * scale);
                Assert.InRange(inked.Max(i => i % 60), 10, 10 + Lettering.Width(c.ToString(), scale));
                Assert.InRange(inked.Max(i => i / 60), 5, 5 + Lettering.Height * scale);
                if (scale == 1) Assert.True(shapes.Add(string.Join(",", inked)), $"{c}");
            }
        Assert.Equal("ab..", Lettering.Fit("abcdefgh", Lettering.Width("ab..", 2), 2));
        Assert.Equal(Lettering.Width("?", 1), Lettering.Width("\u00e9", 1));
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
