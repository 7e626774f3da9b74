using System.Security.Cryptography;
using System.Text;
using Translucent.Images;

namespace Translucent.Tests.Images;

public class JpegGoldenTests
{
    public static IEnumerable<TheoryDataRow<string>> Names()
        => Directory.GetFiles(Golden.File("jpeg"), "*.pnm.gz").Order(StringComparer.Ordinal).Select(f => new TheoryDataRow<string>(Path.GetFileName(f)[..^".pnm.gz".Length]));

    [Theory, MemberData(nameof(Names))]
    public void A_file_decodes_to_the_pixels_of_libjpeg_turbo(string name)
    {
        Image found = Jpeg.Decode(JpegFile.Golden(name)), expected = JpegFile.Pixels(name);
        Assert.Equal((expected.Width, expected.Height, expected.Channels), (found.Width, found.Height, found.Channels));
        Assert.Equal(expected.Pixels, found.Pixels);
    }

    [Fact]
    public void Every_golden_file_is_there() => Assert.Equal(83, Names().Count());

    [Fact]
    public void The_sample_photograph_decodes_to_the_pixels_of_djpeg()
    {
        Image rocket = Jpeg.Decode(File.ReadAllBytes(Samples.File("rocket.jpg")));
        byte[] ppm = [.. Encoding.ASCII.GetBytes($"P6\n{rocket.Width} {rocket.Height}\n255\n"), .. rocket.Pixels];
        Assert.Equal(File.ReadAllText(Golden.File("jpeg/rocket.sha256")).Trim(), Convert.ToHexStringLower(SHA256.HashData(ppm)));
    }

    [Fact]
    public void A_stream_decodes_like_its_bytes()
    {
        byte[] file = JpegFile.Golden("exif-6");
        Image a = Jpeg.Decode(file), b = Jpeg.Decode(new MemoryStream(file));
        Assert.Equal((a.Width, a.Height), (b.Width, b.Height));
        Assert.Equal(a.Pixels, b.Pixels);
    }

    [Fact]
    public void The_raw_decode_leaves_the_orientation_aside()
    {
        Image raw = Jpeg.Decode(JpegFile.Golden("exif-8"), upright: false), plain = JpegFile.Pixels("exif-1");
        Assert.Equal((plain.Width, plain.Height), (raw.Width, raw.Height));
        Assert.Equal(plain.Pixels, raw.Pixels);
    }

    [Fact]
    public void A_jpeg_is_known_by_its_first_bytes()
    {
        Assert.True(Jpeg.IsJpeg(JpegFile.Golden("grey")));
        Assert.False(Jpeg.IsJpeg("\u0089PNG\r\n"u8));
        Assert.False(Jpeg.IsJpeg([0xFF, 0xD8]));
        Assert.False(Jpeg.IsJpeg([]));
    }
}
