using Translucent.Evaluate.Trust;
using Translucent.Explain;
using Translucent.Images;
using Translucent.Tensors;
using Translucent.Tests.Models;

namespace Translucent.Tests.Evaluate.Trust;

/// <summary>What stands in the place of patches, and how shapes of maps are read.</summary>
public class BaselineTests
{
    [Fact]
    public void Mean_is_the_zero_of_the_input_and_black_is_what_black_pixels_become()
    {
        Preprocessor preprocessor = new() { Resize = null, Mean = [0.4, 0.5, 0.6], Deviation = [0.2, 0.25, 0.3] };
        Tensor black = preprocessor.Apply(new Image(4, 4, 3, new byte[48])).Reshape(1, 3, 4, 4);
        Assert.Equal(black.ToArray(), Baselines.Of(Baseline.Black, black, preprocessor.Black, 2).ToArray());
        Assert.Equal(new float[48], Baselines.Of(Baseline.Mean, black, preprocessor.Black, 2).ToArray());
    }

    [Fact]
    public void A_blur_keeps_a_plain_image_and_spreads_a_point_as_a_bell()
    {
        Tensor plain = new(1, 3, 9, 7);
        plain.Span.Fill(0.75f);
        Assert.All(Baselines.Blurred(plain, 2).ToArray(), x => Assert.Equal(0.75f, x, 1e-6f));

        Tensor point = new(1, 1, 41, 31);
        point.Row(20)[15] = 1;
        Tensor bell = Baselines.Blurred(point, 2);
        Assert.Equal(1, bell.ToArray().Sum(x => (double)x), 1e-5);
        Assert.Equal(1 / (2 * Math.PI * 4), bell.Row(20)[15], 2e-4); // the density of the Gaussian, but for its cut at three deviations
        Assert.Equal(bell.Row(20)[15] * Math.Exp(-(9 + 16) / 8.0), bell.Row(23)[11], 1e-6);
        Assert.Equal(bell.Row(17)[11], bell.Row(23)[19], 1e-9f);
        Assert.Equal(0, bell.Row(27)[15]);
    }

    [Fact]
    public void Every_shape_that_methods_give_becomes_one_number_per_patch()
    {
        using Fixture f = Fixture.Open("vision/deit");
        int n = f.Trace.Grid.Count, patch = f.Model.Config.Patch;
        Tensor rows = GradientTimesInput.Rows(f.Trace, f.Classes), expected = f.Trace.Map(rows).Reshape(f.Classes.Length, n);
        Assert.Equal(expected.ToArray(), PatchMaps.Of(f.Trace, rows).ToArray());
        Assert.Equal(expected.ToArray(), PatchMaps.Of(f.Trace, f.Trace.Map(rows)).ToArray());
        Assert.Equal(expected.ToArray(), PatchMaps.Of(f.Trace, expected).ToArray());

        Tensor pixels = new(f.Classes.Length, 1, f.Trace.Grid.Rows * patch, f.Trace.Grid.Columns * patch);
        for (int y = 0; y < pixels.Rows; y++)
            for (int x = 0; x < pixels.Width; x++)
                pixels.Row(y)[x] = y / (f.Trace.Grid.Rows * patch) * n + y % (f.Trace.Grid.Rows * patch) / patch * f.Trace.Grid.Columns + x / patch;
        Assert.Equal(Enumerable.Range(0, f.Classes.Length * n).Select(i => (float)(i * patch * patch)), PatchMaps.Of(f.Trace, pixels).ToArray());
        Assert.Throws<ArgumentException>(() => PatchMaps.Of(f.Trace, new Tensor(2, n + 5)));
    }
}
