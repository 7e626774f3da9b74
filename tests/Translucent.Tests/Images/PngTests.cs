using Translucent.Images;

namespace Translucent.Tests.Images;

public class PngTests
{
    public static TheoryData<string> Names =>
        new(Directory.GetFiles(Golden.File("png"), "*.png").Select(Path.GetFileNameWithoutExtension).Order()!);

    [Theory, MemberData(nameof(Names))]
    public void Every_kind_of_file_gives_its_pixels(string name)
    {
        Image image = Png.Decode(File.ReadAllBytes(Golden.File($"png/{name}.png")));
        byte[] want = File.ReadAllBytes(Golden.File($"png/{name}.raw"));
        Assert.Equal(want, image.Pixels);
    }

    [Fact]
    public void The_goldens_cover_every_colour_type_depth_and_interlacing() => Assert.True(Names.Count >= 50);

    [Fact]
    public void A_photograph_is_read_and_written_without_loss()
    {
        Image photo = Png.Decode(File.ReadAllBytes(Samples.File("chelsea.png")));
        Assert.Equal((451, 300, 3), (photo.Width, photo.Height, photo.Channels));
        byte[] file = Png.Encode(photo);
        Assert.Equal(photo.Pixels, Png.Decode(file).Pixels);
        Assert.True(file.Length < 245_000, $"{file.Length} bytes");
    }

    [Theory]
    [InlineData(1, 2, 1, 1)]    // black and white: one bit
    [InlineData(1, 16, 1, 1)]
    [InlineData(1, 256, 1, 1)]
    [InlineData(2, 256, 2, 2)]
    [InlineData(3, 256, 3, 3)]
    [InlineData(4, 256, 4, 4)]
    [InlineData(4, 3, 4, 4)]    // few colours: a palette with alpha
    [InlineData(3, 3, 3, 3)]
    public void Whatever_is_written_comes_back(int channels, int levels, int least, int most)
    {
        Random random = new(channels * 1000 + levels);
        for (int trial = 0; trial < 40; trial++)
        {
            (int width, int height) = (random.Next(1, 40), random.Next(1, 30));
            byte[] pixels = new byte[width * height * channels];
            for (int i = 0; i < pixels.Length; i++) pixels[i] = (byte)(random.Next(levels) * 255 / (levels - 1));
            Image image = new(width, height, channels, pixels);
            Image back = Png.Decode(Png.Encode(image));
            Assert.Equal((width, height), (back.Width, back.Height));
            if (pixels.Length > 50 * channels) Assert.InRange(back.Channels, least, Math.Max(most, 3)); // a palette may serve for grey
            Assert.Equal(Rgba(image), Rgba(back));
        }
    }

    [Fact]
    public void Needless_channels_are_not_written()
    {
        Image opaqueGrey = new(64, 64, 4, [.. Enumerable.Range(0, 64 * 64).SelectMany(i => (byte[])[(byte)(i * 7 >> 3), (byte)(i * 7 >> 3), (byte)(i * 7 >> 3), 255])]);
        byte[] file = Png.Encode(opaqueGrey);
        Assert.Equal(0, file[25]); // colour type grey
        Assert.Equal(1, Png.Decode(file).Channels);

        Image mask = new(100, 100, 3, [.. Enumerable.Range(0, 100 * 100).SelectMany(i => i % 100 < 50 ? (byte[])[0, 0, 0] : [255, 255, 255])]);
        Assert.InRange(Png.Encode(mask).Length, 60, 150);
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
