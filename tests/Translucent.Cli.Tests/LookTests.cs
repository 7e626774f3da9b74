using Translucent.Cli.Options;
using Translucent.Cli.Pictures;
using Translucent.Images;
using Translucent.Tensors;

namespace Translucent.Cli.Tests;

/// <summary>How maps are drawn changes pictures and no number.</summary>
public class LookTests
{
    static readonly Image s_grey = new(40, 40, 3, [.. Enumerable.Repeat((byte)128, 3 * 40 * 40)]);

    static readonly Tensor s_grid = new([2, 2], [0f, 1f, 2f, 4f]);

    static Image Drawn(MapLook look) =>
        MapPictures.Over(s_grey, new InputGeometry(40, 40, 2, 2, 0, 0, 40, 40), s_grid, ColorScale.Of(s_grid, look.Colors), look);

    [Fact]
    public void Cells_have_one_colour_each_and_smooth_maps_many()
    {
        Assert.Equal(4, Colours(Drawn(MapLook.Usual with { Cells = true })));
        Assert.True(Colours(Drawn(MapLook.Usual)) > 100);
    }

    [Fact]
    public void Strength_goes_from_the_photograph_to_the_colours_alone()
    {
        Assert.Equal(s_grey.Pixels.ToArray(), Drawn(MapLook.Usual with { Strength = 0 }).Pixels.ToArray());
        Image full = Drawn(MapLook.Usual with { Strength = 1, Fade = false, Cells = true, Colors = ColorMap.Viridis });
        Rgb high = ColorMap.Viridis.At(1);
        Assert.Equal([high.R, high.G, high.B], full.Pixels.ToArray()[^3..]);
    }

    [Fact]
    public void The_photograph_comes_through_where_a_map_is_low()
    {
        Image faded = Drawn(MapLook.Usual with { Cells = true }), even = Drawn(MapLook.Usual with { Cells = true, Fade = false });
        Assert.Equal([128, 128, 128], faded.Pixels.ToArray()[..3]); // the cell with the smallest number
        Assert.NotEqual([128, 128, 128], even.Pixels.ToArray()[..3]);
        Assert.Equal(even.Pixels.ToArray()[^3..], faded.Pixels.ToArray()[^3..]); // that with the largest
    }

    [Fact]
    public void Small_photographs_are_enlarged_by_whole_numbers_and_none_beyond_what_was_asked()
    {
        (int, int) Size(int width, int height, int most)
        {
            Image shown = PictureSize.Of(new Image(width, height, 1, new byte[width * height]), most);
            return (shown.Width, shown.Height);
        }
        Assert.Equal((320, 320), Size(32, 32, 1600));
        Assert.Equal((336, 252), Size(28, 21, 1600));
        Assert.Equal((400, 200), Size(400, 200, 1600));
        Assert.Equal((96, 96), Size(32, 32, 100)); // three times
        Assert.Equal((64, 32), Size(200, 100, 64));
    }

    [Fact]
    public void The_line_goes_around_the_share_that_was_asked_for()
    {
        Tensor ramp = new([10, 10], [.. Enumerable.Range(0, 100).Select(i => (float)i)]);
        Assert.Equal(25, MapPictures.Top(ramp, 0.25).Sum());
        Assert.Equal(1, MapPictures.Top(ramp, 0.001).Sum());
        Assert.Equal(100, MapPictures.Top(ramp, 1).Sum());
        Tensor unseen = new([1, 4], [float.NaN, 3, 2, 1]);
        Assert.Equal([0, 1, 0, 0], MapPictures.Top(unseen, 1 / 3.0)); // a third of what is seen
        Assert.Equal([0, 1, 1], MapPictures.Top(new Tensor([1, 3], [0f, 5f, 5f]), 0.1)); // equal numbers stay together
        Image line = Drawn(MapLook.Usual with { Cells = true, Top = 0.25 }), none = Drawn(MapLook.Usual with { Cells = true });
        Assert.NotEqual(none.Pixels.ToArray(), line.Pixels.ToArray());
        Assert.Equal(none.Pixels.ToArray()[..3], line.Pixels.ToArray()[..3]); // far from the cell with the largest number
        Assert.Equal(none.Pixels.ToArray()[^3..], line.Pixels.ToArray()[^3..]); // and within it
    }

    [Fact]
    public async Task Pictures_change_and_numbers_do_not()
    {
        using TempFolder folder = new();
        string[] line = ["explain", CliRun.Photo, "--no-segmentation", "--method", "gae,attn_lrp", "--render-size", "64"];
        await CliRun.Succeeds([.. line, "--out", folder["a"]]);
        await CliRun.Succeeds([.. line, "--out", folder["b"], "--colormap", "Viridis", "--strength", "40", "--even", "--cells", "--top", "10%"]);
        string[] files = [.. Directory.GetFiles(folder["a"]).Select(f => Path.GetFileName(f)!)];
        bool Same(string name) => File.ReadAllBytes(folder[$"a/{name}"]).SequenceEqual(File.ReadAllBytes(folder[$"b/{name}"]));
        Assert.All(files.Where(f => f.EndsWith(".npy", StringComparison.Ordinal)), f => Assert.True(Same(f), f));
        Assert.All(files.Where(f => f.EndsWith(".svg", StringComparison.Ordinal) || f == "index.html"), f => Assert.False(Same(f), f));
        Assert.Contains("value='40'", File.ReadAllText(folder["b/index.html"]));
        Assert.Contains("Every patch has the colour of its one number. The line goes around the largest numbers, 10 % of",
            File.ReadAllText(folder["b/index.html"]));
        Assert.False(CliRun.Result(folder["a"]).GetProperty("settings").TryGetProperty("look", out _));
        Assert.Equal("""{"colormap":"viridis","strength":0.4,"even":true,"cells":true,"top":0.1}""",
            CliRun.Result(folder["b"]).GetProperty("settings").GetProperty("look").GetRawText().Replace(" ", "").Replace("\n", ""));
    }

    [Fact]
    public async Task Tokens_are_drawn_as_asked()
    {
        using TempFolder folder = new();
        string[] line = ["tokens", CliRun.Photo, "--token", "4,4", "--no-layers", "--render-size", "64"];
        await CliRun.Succeeds([.. line, "--out", folder["a"]]);
        await CliRun.Succeeds([.. line, "--out", folder["b"], "--cells"]);
        Assert.NotEqual(File.ReadAllText(folder["a/token-4-4.svg"]), File.ReadAllText(folder["b/token-4-4.svg"]));
        Assert.Equal(File.ReadAllBytes(folder["a/chosen.maps.npy"]), File.ReadAllBytes(folder["b/chosen.maps.npy"]));
    }

    [Theory]
    [InlineData("--colormap verdis", "--colormap verdis (did you mean 'viridis'?): expected one of viridis")]
    [InlineData("--colormap bluewhitered", "--colormap bluewhitered: expected one of viridis, inferno, turbo, jet, greys")]
    [InlineData("--strength 101", "--strength 101: expected percent from 0 to 100")]
    [InlineData("--top 0", "--top 0: expected percent from 0.01 to 100")]
    [InlineData("--top NaN", "--top NaN: expected percent")]
    public async Task Looks_that_cannot_be_are_wrong_usage(string options, string message)
    {
        CliRun run = await CliRun.Of(["explain", CliRun.Photo, .. options.Split(' ')]);
        Assert.Equal(CommandLine.WrongUsage, run.Code);
        Assert.Contains(message, run.Error);
    }

    static int Colours(Image picture) => picture.Pixels.ToArray().Chunk(3).Select(c => (c[0], c[1], c[2])).Distinct().Count();
}
