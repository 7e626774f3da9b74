using Translucent.Autodiff;
using Translucent.Images;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Tests.Models;

/// <summary>Sizes, tokens and memory of a pass against counts made by hand and against passes that ran.</summary>
public class ForwardForecastTests
{
    static readonly VisionConfig s_small = new("ViT", Width: 8, Depth: 2, Heads: 2, Hidden: 16, Patch: 4, ImageSize: 12, Prefix: 1);

    [Fact]
    public void A_square_input_has_its_patches_and_the_prefix()
    {
        ForwardForecast f = ForwardForecast.Of(s_small, new Preprocessor { Resize = new(16_384, 16_384, false) }, 300, 200);
        Assert.Equal((16_384, 16_384, 16_777_217L), (f.InputWidth, f.InputHeight, f.Tokens));
        double pixels = 16_384.0 * 16_384;
        Assert.Equal(12 * pixels + 3 * (pixels + 16_384.0 * 200), f.Prepared);
        Assert.Equal(4 * 16_777_217.0 * (10 * 8 + 2 * 16 + 2 * 8), f.Kept(Keep.Boundaries));
        Assert.Equal(2 * 4 * 16_777_217.0 * (10 * 8 + 2 * 16), f.Kept(Keep.All));
        Assert.True(f.Peak(Keep.Boundaries) > f.Prepared + f.Kept(Keep.Boundaries) + 4.0 * 256 * 16_777_217);
    }

    [Theory]
    [InlineData(300, 200)]
    [InlineData(64, 500)]
    [InlineData(17, 9)]
    public void The_input_is_that_which_preparation_makes(int width, int height)
    {
        Image photo = new(width, height, 3, new byte[width * height * 3]);
        foreach (Preprocessor p in (Preprocessor[])[PreprocessorFamilies.Clip.ForInput(32, 24), PreprocessorFamilies.Vit, new() { Resize = null },
            new() { Resize = new(40, 40, true) }, PreprocessorFamilies.Deit])
        {
            ForwardForecast f = ForwardForecast.Of(s_small, p, width, height);
            Tensor input = p.Apply(photo);
            Assert.Equal((input.Shape[2], input.Shape[1]), (f.InputWidth, f.InputHeight));
            Assert.True(f.Prepared >= 4.0 * input.Length);
        }
    }

    [Fact]
    public void Tokens_are_those_of_the_pass()
    {
        using VisionTransformer model = RandomViT.Create(s_small, classes: 5);
        foreach ((int width, int height) in ((int, int)[])[(12, 12), (20, 9), (31, 17)])
        {
            using Trace trace = model.Forward(new Tensor(1, 3, height, width));
            Assert.Equal(trace.Tokens, ForwardForecast.OfInput(s_small, width, height).Tokens);
        }
    }

    [Fact]
    public void The_largest_side_fits_and_the_next_does_not()
    {
        foreach (long memory in (long[])[100_000, 1 << 20, 512L << 20, 1L << 36])
        {
            int side = ForwardForecast.LargestSide(s_small, memory);
            Assert.Equal(0, side % s_small.Patch);
            Assert.True(ForwardForecast.OfInput(s_small, side, side).Fits(memory));
            Assert.False(ForwardForecast.OfInput(s_small, side + s_small.Patch, side + s_small.Patch).Fits(memory));
        }
        Assert.Equal(0, ForwardForecast.LargestSide(s_small, 100));
    }

    [Fact]
    public void More_is_kept_where_memory_allows()
    {
        ForwardForecast f = ForwardForecast.OfInput(s_small, 400, 400);
        Assert.Equal(Keep.All, f.Choose((long)(2 * f.Kept(Keep.All) + f.Peak(Keep.All))));
        Assert.Equal(Keep.Boundaries, f.Choose((long)f.Peak(Keep.Boundaries)));
    }
}
