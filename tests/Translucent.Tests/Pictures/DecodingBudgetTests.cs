using Translucent.Files;
using Translucent.Images;
using Translucent.Pictures;
using Translucent.Pictures.Files;

namespace Translucent.Tests.Pictures;

/// <summary>What a picture takes on its way to the model is asked before its pixels get memory.</summary>
public class DecodingBudgetTests
{
    /// <summary>Bytes of a pixel: four from the decoder, its own channels unless they are these four, and those again to weigh colours by alpha.</summary>
    [Theory]
    [InlineData(1, 5)]
    [InlineData(3, 7)]
    [InlineData(4, 8)]
    public void A_picture_fits_to_the_byte(int channels, int perPixel)
    {
        byte[] pixels = [.. Enumerable.Range(0, 50 * 40 * channels).Select(i => (byte)(i * 37 % 251))];
        byte[] file = ImageFile.Encode(new Image(50, 40, channels, pixels));
        long bytes = 50 * 40 * perPixel;
        Assert.Equal(pixels, ImageFile.DecodeWithin(file, ImageFile.DefaultMostPixels, new DecodingBudget(bytes, "--memory")).Pixels);
        string message = Assert.Throws<TranslucentException>(() => ImageFile.DecodeWithin(file, ImageFile.DefaultMostPixels, new DecodingBudget(bytes - 1,
            "--memory"))).Message;
        Assert.Matches("^PNG: 50 x 40 pixels take .* to decode, and --memory allows .*. Give more with --memory, or scale it down first.$", message);
    }

    [Fact]
    public void Turning_a_picture_upright_is_counted()
    {
        Assert.Equal(100 * (4 + 3), DecodingBudget.Of(10, 10, new PictureHeader(3, 1)));
        Assert.Equal(100 * (4 + 3 + 3), DecodingBudget.Of(10, 10, new PictureHeader(3, 6)));
        Assert.Equal(100 * (4 + 4 + 4), DecodingBudget.Of(10, 10, new PictureHeader(4, 6)));
        Assert.Equal(15_800L * 15_800 * 8, DecodingBudget.Of(15_800, 15_800, new PictureHeader(4, 1)));
    }
}
