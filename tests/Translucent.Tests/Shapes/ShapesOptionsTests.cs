using System.Security.Cryptography;
using Translucent.Files;
using Translucent.Shapes;

namespace Translucent.Tests.Shapes;

/// <summary>The distribution is the one asked for, and no scene is in two sets.</summary>
public class ShapesOptionsTests
{
    static readonly ShapesOptions s_small = new() { Width = 32, Height = 32, Questions = 0, Noise = 1, MinSize = 0.3, MaxSize = 0.4, MaxObjects = 3 };

    static Scene[] Many(ShapesOptions options, int count, ulong seed = 77)
    {
        Scene[] scenes = new Scene[count];
        ShapesSet set = new ShapesPlan(count, seed) { Options = options }.Sets[0];
        Parallel.For(0, count, i => scenes[i] = Scenes.Draw(set.SceneSeed(i), options));
        return scenes;
    }

    // n draws with probability p: within five standard deviations.
    static void Share(int found, int n, double p) =>
        Assert.InRange(found, n * p - 5 * Math.Sqrt(n * p * (1 - p)) - 1e-9, n * p + 5 * Math.Sqrt(n * p * (1 - p)) + 1e-9);

    [Fact]
    public void Counts_kinds_colours_surfaces_and_backgrounds_are_equally_frequent()
    {
        Scene[] scenes = Many(s_small, 2000);
        for (int n = 0; n <= 3; n++) Share(scenes.Count(s => s.Objects.Count == n), scenes.Length, 1 / 4.0);
        SceneObject[] all = [.. scenes.SelectMany(s => s.Objects)];
        foreach (ShapeKind kind in Enum.GetValues<ShapeKind>()) Share(all.Count(o => o.Kind == kind), all.Length, 1 / 8.0);
        foreach (ShapeColour colour in Enum.GetValues<ShapeColour>()) Share(all.Count(o => o.Colour == colour), all.Length, 1 / 8.0);
        foreach (Surface surface in Enum.GetValues<Surface>()) Share(all.Count(o => o.Surface == surface), all.Length, 1 / 5.0);
        foreach (Backdrop backdrop in Enum.GetValues<Backdrop>()) Share(scenes.Count(s => s.Background.Kind == backdrop), scenes.Length, 1 / 4.0);
    }

    [Fact]
    public void Only_what_is_asked_for_occurs()
    {
        ShapesOptions options = s_small with
        {
            MinObjects = 2,
            MaxObjects = 2,
            Kinds = [ShapeKind.Star, ShapeKind.Heart],
            Colours = [ShapeColour.Blue, ShapeColour.Pink],
            Surfaces = [Surface.Dotted],
            Backdrops = [Backdrop.Waves],
            MinVisible = 0.8,
            Rotation = 10,
            Noise = 0,
            MinSize = 0.35,
        };
        foreach (Scene scene in Many(options, 200))
        {
            Assert.Equal(2, scene.Objects.Count);
            Assert.Equal(Backdrop.Waves, scene.Background.Kind);
            Assert.Equal(0, scene.Light.Noise);
            foreach (SceneObject o in scene.Objects)
            {
                Assert.Contains(o.Kind, options.Kinds);
                Assert.Contains(o.Colour, options.Colours);
                Assert.Equal(Surface.Dotted, o.Surface);
                Assert.True(o.Visibility >= 0.8);
                Assert.True(o.Angle is <= 10 or >= 350);
                Assert.InRange(o.Size, 0.35 * 32 - 0.01, 0.4 * 32 + 0.01);
            }
        }
    }

    [Theory]
    [InlineData(1), InlineData(0.8), InlineData(0)]
    public void A_colour_bias_holds_in_training_only(double share)
    {
        ShapesPlan plan = new(1600, 5)
        {
            Split = (1, 1),
            Options = s_small with { MinObjects = 2, Bias = [new ColourBias(ShapeKind.Disc, ShapeColour.Red, share)] },
        };
        (SceneObject[] train, SceneObject[] val) = (Discs(plan.Sets[0]), Discs(plan.Sets[1]));
        Share(train.Count(o => o.Colour == ShapeColour.Red), train.Length, share);
        Share(train.Count(o => o.Colour == ShapeColour.Blue), train.Length, (1 - share) / 7);
        Share(val.Count(o => o.Colour == ShapeColour.Red), val.Length, 1 / 8.0);

        static SceneObject[] Discs(ShapesSet set)
        {
            Scene[] scenes = new Scene[set.Count];
            Parallel.For(0, set.Count, i => scenes[i] = Scenes.Draw(set.SceneSeed(i), set.Options));
            return [.. scenes.SelectMany(s => s.Objects).Where(o => o.Kind == ShapeKind.Disc)];
        }
    }

    [Fact]
    public void The_bias_goes_where_it_is_wanted()
    {
        ShapesPlan plan = new(10, 5) { Split = (1, 1), Options = s_small with { Bias = [new ColourBias(ShapeKind.Disc, ShapeColour.Red)] } };
        int[] biased(BiasedPart part) => [.. (plan with { BiasIn = part }).Sets.Select(s => s.Options.Bias.Count)];
        Assert.Equal([1, 0], biased(BiasedPart.Train));
        Assert.Equal([0, 1], biased(BiasedPart.Val));
        Assert.Equal([1, 1], biased(BiasedPart.Both));
        Assert.Single((plan with { Split = default }).Sets[0].Options.Bias);
    }

    [Fact]
    public void No_scene_is_in_training_and_validation()
    {
        ShapesPlan plan = new(200_000, 1) { Split = (3, 1) };
        Assert.Equal([150_000, 50_000], plan.Sets.Select(s => s.Count));
        Assert.Equal(200_000, plan.Sets.SelectMany(s => Enumerable.Range(0, s.Count).Select(s.SceneSeed)).Distinct().Count());

        ShapesPlan drawn = new(2000, 1) { Split = (3, 1), Options = s_small };
        var pixels = drawn.Sets.SelectMany(
            s => Enumerable.Range(0, s.Count).Select(i => Convert.ToHexString(SHA256.HashData(Scenes.Draw(s.SceneSeed(i), s.Options).Image.Pixels))));
        Assert.Equal(2000, pixels.Distinct().Count());
    }

    [Theory]
    [InlineData(7, 3, 2, 5, 2), InlineData(10, 9, 1, 9, 1), InlineData(11, 9, 1, 10, 1), InlineData(4, 1, int.MaxValue, 1, 3), InlineData(5, 2, 0, 5, 0)]
    public void What_does_not_divide_goes_to_training(int count, int trainShare, int valShare, int train, int val) =>
        Assert.Equal(((int[])[train, val]).Where(n => n > 0), new ShapesPlan(count, 1) { Split = (trainShare, valShare) }.Sets.Select(s => s.Count));

    [Fact]
    public void A_longer_run_begins_with_the_scenes_of_a_shorter_one() =>
        Assert.Equal(new ShapesPlan(10, 9).Sets[0].SceneSeed(7), new ShapesPlan(1000, 9).Sets[0].SceneSeed(7));

    [Fact]
    public void Light_noise_backgrounds_and_questions_leave_the_objects_where_they_are()
    {
        ShapesOptions other = s_small with { Noise = 30, Light = 1, Backdrops = [Backdrop.Bricks], Questions = 5 };
        Assert.Equal(Many(s_small, 50).Select(Masks), Many(other, 50).Select(Masks));

        static string Masks(Scene scene) =>
            string.Join(" ", scene.Objects.Select(o => $"{o.Kind} {o.Colour} {o.Surface} {o.Visible.Compressed} {o.Full.Compressed}"));
    }

    [Fact]
    public void Crowded_scenes_hold_as_many_objects_as_asked_for()
    {
        foreach (Scene scene in Many(new ShapesOptions { Width = 64, Height = 64, MinObjects = 8, MinVisible = 0.6, Questions = 0 }, 100))
        {
            Assert.Equal(8, scene.Objects.Count);
            Assert.All(scene.Objects, o => Assert.True(o.Visibility >= 0.6));
        }
        TranslucentException e = Assert.Throws<TranslucentException>(
            () => Scenes.Draw(1, new ShapesOptions { Width = 32, Height = 32, MinObjects = 8, MinSize = 0.9, MaxSize = 1, MinVisible = 1 }));
        Assert.Contains("no room for 8 objects", e.Message);
    }

    [Fact]
    public void Large_images_are_drawn_whole()
    {
        Scene scene = Scenes.Draw(3, new ShapesOptions { Width = 2048, Height = 700, MinObjects = 4 });
        Assert.Equal((2048, 700), (scene.Image.Width, scene.Image.Height));
        Assert.True(scene.Objects.Count >= 4);
    }

    public static TheoryData<string, ShapesOptions> Wrong => new()
    {
        { "width: 31, expected 32 to 2048", new() { Width = 31 } },
        { "height: 2049", new() { Height = 2049 } },
        { "most objects: 9, expected 0 to 8", new() { MaxObjects = 9 } },
        { "fewest objects: 3, expected 0 to 2", new() { MinObjects = 3, MaxObjects = 2 } },
        { "kinds: expected at least one", new() { Kinds = [] } },
        { "colours: expected at least one, each once", new() { Colours = [ShapeColour.Red, ShapeColour.Red] } },
        { "smallest size: 0.5, expected 0.05 to 0.3", new() { MinSize = 0.5, MaxSize = 0.3 } },
        { "least visible share: NaN", new() { MinVisible = double.NaN } },
        { "noise: -1", new() { Noise = -1 } },
        { "share of a bias: 2", new() { Bias = [new(ShapeKind.Disc, ShapeColour.Red, 2)] } },
        { "no discs among the kinds", new() { Kinds = [ShapeKind.Star], Bias = [new(ShapeKind.Disc, ShapeColour.Red)] } },
        { "red is not among the colours", new() { Colours = [ShapeColour.Blue], Bias = [new(ShapeKind.Disc, ShapeColour.Red)] } },
        { "there is no other colour", new() { Colours = [ShapeColour.Red], Bias = [new(ShapeKind.Disc, ShapeColour.Red, 0.5)] } },
        { "more than one bias", new() { Bias = [new(ShapeKind.Disc, ShapeColour.Red), new(ShapeKind.Disc, ShapeColour.Blue)] } },
    };

    [Theory, MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public void Wrong_settings_are_named(string message, ShapesOptions options) =>
        Assert.Contains(message, Assert.Throws<TranslucentException>(() => Scenes.Draw(1, options)).Message);
}
