using Translucent.Images;
using Translucent.Pictures;

namespace Translucent.Tests.Pictures;

public class PngTests
{
    public static TheoryData<string> Names =>
        new(Directory.GetFiles(Golden.File("png"), "*.png").Select(Path.GetFileNameWithoutExtension).Order()!);

    [Theory, MemberData(nameof(Names))]
    public void Every_kind_of_file_gives_its_pixels(string name)
    {
        Image image = ImageFile.Decode(File.ReadAllBytes(Golden.File($"png/{name}.png")));
        byte[] want = File.ReadAllBytes(Golden.File($"png/{name}.raw"));
        Assert.Equal(want, image.Pixels);
    }

    [Fact]
    public void The_goldens_cover_every_colour_type_depth_and_interlacing() => Assert.True(Names.Count >= 50);

    [Fact]
    public void A_photograph_is_read_and_written_without_loss()
    {
        Image photo = ImageFile.Decode(File.ReadAllBytes(Samples.File("chelsea.png")));
        Assert.Equal((451, 300, 3), (photo.Width, photo.Height, photo.Channels));
        byte[] file = ImageFile.Encode(photo);
        Assert.Equal(photo.Pixels, ImageFile.Decode(file).Pixels);
        Assert.True(file.Length < 245_000, $"{file.Length} bytes");
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(1, 256)]
    [InlineData(2, 256)]
    [InlineData(3, 3)]
    [InlineData(3, 256)]
    [InlineData(4, 2)]       // colours under alpha 0 are kept
    [InlineData(4, 256)]
    public void Whatever_is_written_comes_back(int channels, int levels)
    {
        Random random = new(channels * 1000 + levels);
        for (int trial = 0; trial < 40; trial++)
        {
            (int width, int height) = (random.Next(1, 40), random.Next(1, 30));
            byte[] pixels = new byte[width * height * channels];
            for (int i = 0; i < pixels.Length; i++) pixels[i] = (byte)(random.Next(levels) * 255 / (levels - 1));
            Image image = new(width, height, channels, pixels);
            Image back = ImageFile.Decode(ImageFile.Encode(image));
            Assert.Equal((width, height), (back.Width, back.Height));
            Assert.Equal(channels == 2 ? 4 : channels, back.Channels);
            Assert.Equal(Rgba(image), Rgba(back));
        }
    }

    static byte[] Rgba(Image image)
    {
        byte[] rgba = new byte[image.Width * image.Height * 4];
        int c = image.Channels;
        for (int i = 0; i < image.Width * image.Height; i++)
        {
            ReadOnlySpan<byte> p = image.Pixels.AsSpan(i * c, c);
            for (int s = 0; s < 3; s++) rgba[4 * i + s] = p[c >= 3 ? s : 0];
            rgba[4 * i + 3] = c is 2 or 4 ? p[^1] : (byte)255;
        }
        return rgba;
    }
}
