using Translucent.Images;
using Translucent.Pictures;
using Translucent.Tensors;

namespace Translucent.Tests.Pictures;

/// <summary>Figures with words: text stays text of any script, pictures are embedded, sizes follow from the parts.</summary>
public class SvgTests
{
    static readonly Rgb s_ground = new(90, 120, 60);

    [Theory]
    [InlineData("cat <b> & \"dog\" 'x'")]
    [InlineData("猫とネズミ")]
    [InlineData("кошка ü ß ˛ ∑")]
    [InlineData("قطة 😀 e\u0301")]
    public void Text_of_any_script_stays_text(string words)
    {
        SvgFile svg = SvgFile.Of(Sheet.Of([(Flat(400, 10), words)], 1, title: words));
        Assert.Equal([words, words], svg.Texts);
        Assert.Contains(words, SvgFile.Parse(Flat(4, 4).ToSvg(words)).Root.Value);
    }

    [Fact]
    public void What_XML_cannot_hold_is_left_out() =>
        Assert.Equal(["ab"], SvgFile.Of(Sheet.Of([(Flat(200, 10), "a\u0000\u001b\ud800b\uffff")], 1)).Texts);

    [Fact]
    public void A_sheet_places_every_figure_and_every_caption()
    {
        SvgFile svg = SvgFile.Of(Sheet.Of([.. Enumerable.Range(0, 5).Select(i => (Flat(200, 100), i == 4 ? "" : $"no. {i}"))], 3, gap: 4));
        Assert.Equal(["no. 0", "no. 1", "no. 2", "no. 3"], svg.Texts);
        var images = svg.Elements("image").Select(e => (SvgFile.Number(e, "x"), SvgFile.Number(e, "y"), SvgFile.Number(e, "width"))).ToArray();
        Assert.Equal([4, 208, 412, 4, 208], images.Select(i => i.Item1));
        Assert.True(images[3].Item2 > 104 + 11 && images.All(i => i.Item3 == 200));
        Assert.Equal(3 * 204 + 4, svg.Width);
        Assert.All(svg.Pictures, p => Assert.Equal(s_ground, Canvas.Get(p, 7)));
        Assert.Throws<ArgumentException>(() => Sheet.Of([], 3));
        Assert.True(SvgFile.Of(Sheet.Of([(Flat(1, 10), "a caption of 24 letters.")], 1)).Width > 100, "no picture is too narrow for its caption");
    }

    [Fact]
    public void A_stack_is_as_wide_as_its_wider_part()
    {
        Figure stack = Figure.Stack(4, Flat(3, 2), Flat(5, 1));
        Assert.Equal((5, 7), (stack.Width, stack.Height));
        Assert.Equal([0.0, 6], SvgFile.Of(stack).Elements("image").Select(e => SvgFile.Number(e, "y")));
    }

    [Fact]
    public void A_colour_bar_runs_from_low_to_high()
    {
        ColorScale scale = new(ColorMap.Jet, 0, 0.125f);
        SvgFile bar = SvgFile.Of(ColorBar.Draw(scale, 400, "cat"));
        Assert.Equal(["0", "0.125", "cat"], bar.Texts);
        string[] stops = [.. bar.Elements("stop").Select(e => (string)e.Attribute("stop-color")!)];
        Assert.Equal(($"{ColorMap.Jet.At(0)}", $"{ColorMap.Jet.At(1)}"), (stops[0], stops[^1]));
        double one = ColorBar.Draw(scale, 400, "cat").Height;
        Assert.True(ColorBar.Draw(scale, 400, new string('m', 60)).Height > one, "a long label has a line of its own");
        Assert.Contains("0", SvgFile.Of(ColorBar.Draw(new ColorScale(ColorMap.BlueWhiteRed, -3, 3), 400)).Texts);
        for (int width = 1; width < 60; width++) Assert.Equal(width, ColorBar.Draw(new ColorScale(ColorMap.BlueWhiteRed, -1e-7f, 1e-7f), width).Width);
        SvgFile two = SvgFile.Of(Figure.Stack(0, ColorBar.Draw(scale, 400), ColorBar.Draw(scale, 400)));
        Assert.Single(two.Elements("linearGradient"));
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
    public void A_legend_wraps_where_it_ends_and_cuts_what_is_too_long()
    {
        (Rgb, string)[] entries = [(s_ground, "cat"), (new Rgb(1, 2, 3), "dog"), (new Rgb(4, 5, 6), new string('m', 200))];
        Figure wide = Legend.Draw(entries[..2], 400, 12), narrow = Legend.Draw(entries, 60, 12);
        Assert.Equal(3 * wide.Height, narrow.Height, 6);
        Assert.Equal(["cat", "dog"], SvgFile.Of(narrow).Texts[..2]);
        Assert.EndsWith("m…", SvgFile.Of(narrow).Texts[2]);
        Assert.Equal([$"{s_ground}", "#010203"], SvgFile.Of(wide).Elements("rect").Skip(1).Select(e => (string)e.Attribute("fill")!));
    }

    [Fact]
    public void Every_number_of_a_table_stands_on_its_colour()
    {
        ColorScale scale = new(ColorMap.BlueWhiteRed, -1, 1);
        SvgFile table = SvgFile.Of(HeatTable.Draw(new Tensor([2, 2], [1, -0.5f, float.NaN, 0.25f]), ["a", "b"], scale, "agreement"));
        Assert.Equal([$"{scale.At(1)}", $"{scale.At(-0.5f)}", "#e4e6ea", $"{scale.At(0.25f)}"],
            table.Elements("rect").Skip(1).Select(e => (string)e.Attribute("fill")!));
        Assert.Equal(["agreement", "a 1", "1", "1.00", "-0.50", "b 2", "2", "-", "0.25"], table.Texts);
        Assert.Contains("expected [2, 2]", Assert.Throws<ArgumentException>(() => HeatTable.Draw(new Tensor(2, 3), ["a", "b"], scale)).Message);
    }

    [Theory]
    [InlineData("abcdefgh", 30)]
    [InlineData("猫猫猫猫猫猫", 40)]
    [InlineData("e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301", 25)]
    public void What_is_too_long_ends_in_an_ellipsis_between_characters(string text, double width)
    {
        string cut = Svg.Fit(text, width, 10);
        Assert.True(cut.EndsWith('…') && Svg.WidthOf(cut, 10) <= width && text.StartsWith(cut[..^1], StringComparison.Ordinal), cut);
        Assert.Equal(text, Svg.Fit(text, 1000, 10));
        Assert.Equal("", Svg.Fit(text, 1, 10));
    }

    [Theory]
    [InlineData(0, 0, 0, 1, 1)]
    [InlineData(0, 7.3, 0, 8, 8)]
    [InlineData(-3.2, 11, -4, 12, 8)]
    [InlineData(5, 5, 4, 6, 4)]
    [InlineData(0, 1e-7, 0, 1e-7, 5)]
    public void An_axis_ends_on_round_ticks(double low, double high, double first, double last, int steps)
    {
        Axis axis = new(low, high);
        Assert.Equal((first, last, steps), (axis.Tick(0), Math.Round(axis.Tick(axis.Steps), 9), axis.Steps));
        Assert.Equal((0.0, 1.0), (axis.Share(axis.Low), Math.Round(axis.Share(axis.High), 12)));
    }

    static Figure Flat(int width, int height) => Figure.Of(Canvas.Blank(width, height, s_ground));
}
