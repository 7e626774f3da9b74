using Translucent.Files;
using Translucent.Images;
using Translucent.Tensors;

namespace Translucent.Tests.Images;

public class InputGeometryTests
{
    [Fact]
    public void A_centre_crop_lies_in_the_middle_of_the_photograph()
    {
        Image photo = new(640, 480, 1, new byte[640 * 480]);
        InputGeometry g = PreprocessorFamilies.Clip.Geometry(photo);
        Assert.Equal((224, 224), (g.InputWidth, g.InputHeight));
        Assert.Equal((0, 480), (g.Top, g.Bottom));
        Assert.Equal(80, g.Left, 1.5); // 298 columns, of which 37 are cut on the left
        Assert.Equal(560, g.Right, 1.5);
        (double x, double y) = g.ToPhoto(10, 20);
        (double backX, double backY) = g.ToInput(x, y);
        Assert.Equal(10, backX, 1e-9);
        Assert.Equal(20, backY, 1e-9);
    }

    [Fact]
    public void A_map_over_the_whole_photograph_is_plain_interpolation()
    {
        Random random = new(2);
        Tensor map = new([3, 4], [.. Enumerable.Range(0, 12).Select(_ => random.NextSingle())]);
        InputGeometry g = PreprocessorFamilies.Vit.Geometry(new Image(31, 17, 1, new byte[31 * 17]));
        foreach (Resampling filter in (Resampling[])[Resampling.Nearest, Resampling.Bilinear, Resampling.Bicubic])
            Assert.Equal(Interpolate.Maps(map, 17, 31, filter).ToArray(), g.Lay(map, filter).ToArray());
    }

    [Fact]
    public void What_the_model_does_not_see_has_no_value()
    {
        InputGeometry g = new(8, 4, 4, 4, 2, 0, 6, 4);
        Tensor laid = g.Lay(new Tensor([2, 2], [1f, 2f, 3f, 4f]), Resampling.Nearest);
        float n = float.NaN;
        Assert.Equal([n, n, 1, 1, 2, 2, n, n, n, n, 1, 1, 2, 2, n, n, n, n, 3, 3, 4, 4, n, n, n, n, 3, 3, 4, 4, n, n], laid.ToArray());
        Assert.Equal([-1, -1, 5, 5, 6, 6, -1, -1], g.Lay([5, 6, 7, 8], (2, 2))[..8]);
    }

    [Fact]
    public void A_ramp_over_the_input_becomes_the_same_ramp_over_the_photograph()
    {
        // Each input pixel holds its own centre; a pixel of the photograph must then hold the place it maps to.
        InputGeometry g = PreprocessorFamilies.Clip.Geometry(new Image(90, 61, 1, new byte[90 * 61]));
        Tensor ramp = new(224, 224);
        for (int i = 0; i < ramp.Length; i++) ramp.Span[i] = i % 224 + 0.5f;
        Tensor laid = g.Lay(ramp);
        for (int x = 0; x < 90; x++)
        {
            float want = (float)g.ToInput(x + 0.5, 0).X, got = laid.Row(30)[x];
            if (want is > 1 and < 223) Assert.Equal(want, got, 1e-3f);
            if (want is < 0 or > 224) Assert.True(float.IsNaN(got));
        }
    }

    [Fact]
    public void Cells_and_covered_patches_are_placed_on_the_photograph()
    {
        InputGeometry g = new(200, 100, 30, 30, 0, 0, 200, 100);
        Assert.Equal((100, 0, 200, 50), g.Cell(0, 1, 2, 2));
        InputGeometry covered = g.Covered(14);
        Assert.Equal((28, 28), (covered.InputWidth, covered.InputHeight));
        Assert.Equal(200 * 28 / 30.0, covered.Right, 1e-9);
        Assert.Equal(50, g.Scaled(100, 50).Bottom);
        Assert.Throws<TranslucentException>(() => g.Covered(31));
    }
}
