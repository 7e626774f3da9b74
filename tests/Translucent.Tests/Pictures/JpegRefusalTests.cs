using Translucent.Files;
using Translucent.Pictures;
using Translucent.Pictures.Files;

namespace Translucent.Tests.Pictures;

public class JpegRefusalTests
{
    static readonly byte[] Baseline = JpegFile.Golden("sampling-420"), Progressive = JpegFile.Golden("progressive-420");

    static void Refuses(byte[] file, string says)
        => Assert.Contains(says, Assert.Throws<TranslucentException>(() => ImageFile.Decode(file)).Message);

    static byte[] Patched(byte marker, int offset, params byte[] bytes) => JpegFile.With(Baseline, JpegFile.Find(Baseline, marker) + offset, bytes);

    static byte[] Sized(int width, int height) => Patched(JpegMarker.BaselineFrame, 5, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width);

    [Theory]
    [InlineData(0xC3, "lossless")]
    [InlineData(0xC5, "hierarchical")]
    [InlineData(0xDE, "hierarchical")]
    [InlineData(0xCF, "hierarchical arithmetic-coded")]
    [InlineData(0xF7, "JPEG-LS")]
    [InlineData(0xD8, "unexpected marker 0xFFD8")]
    [InlineData(0xF0, "unexpected marker 0xFFF0")]
    [InlineData(0x02, "unexpected marker 0xFF02")]
    public void Other_kinds_of_frame_are_named(byte marker, string says) => Refuses(Patched(JpegMarker.BaselineFrame, 1, marker), says);

    [Fact]
    public void Twelve_bits_are_named() => Refuses(Patched(JpegMarker.BaselineFrame, 4, 12), "12 bits per sample");

    [Theory]
    [InlineData(0, 10, "0 x 10 pixels")]
    [InlineData(10, 0, "leaves the height open")]
    [InlineData(65535, 65535, "take at least")]
    [InlineData(15000, 15000, "take at least")]
    public void Sizes_are_checked_before_memory_is_taken(int width, int height, string says)
    {
        byte[] file = Sized(width, height);
        Refuses(file, says);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<TranslucentException>(() => ImageFile.Decode(file));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Theory]
    [InlineData(11, 0x44, "JPEG: ")]
    [InlineData(12, 7, "JPEG: ")]
    [InlineData(13, 1, "two components have the number 1")]
    [InlineData(9, 5, "does not fit its number of components")]
    public void Frame_headers_are_checked(int offset, byte value, string says) => Refuses(Patched(JpegMarker.BaselineFrame, offset, value), says);

    [Fact]
    public void Two_components_are_named()
        => Refuses([0xFF, 0xD8, 0xFF, 0xC0, 0, 14, 8, 0, 8, 0, 8, 2, 1, 0x11, 0, 2, 0x11, 0, 0, 0, 0, 0], "2 components");

    [Theory]
    [InlineData(JpegMarker.BaselineFrame, "before the frame header")]
    [InlineData(JpegMarker.StartOfScan, "without a scan")]
    public void A_missing_segment_is_named(byte marker, string says) => Refuses(JpegFile.Without(Baseline, marker), says);

    [Fact]
    public void A_missing_table_is_an_error() => Refuses(JpegFile.Without(Baseline, JpegMarker.QuantizationTables), "JPEG: ");

    [Fact]
    public void A_file_of_endless_scans_is_refused()
    {
        int scan = JpegFile.Find(Baseline, JpegMarker.StartOfScan);
        byte[] one = Baseline[scan..^2];
        Refuses([.. Baseline[..scan], .. Enumerable.Repeat(one, 1001).SelectMany(b => b), 0xFF, 0xD9], "more than 1000 scans");
    }

    [Fact]
    public void A_component_without_a_scan_is_an_error()
    {
        byte[] file = JpegFile.Golden("noninterleaved");
        int last = JpegFile.Segments(file).Last(at => file[at + 1] == JpegMarker.StartOfScan);
        Refuses([.. file[..last], 0xFF, 0xD9], "without a scan of every component");
    }

    [Theory]
    [InlineData("sampling-420")]
    [InlineData("progressive-refined")]
    [InlineData("restart-1-block")]
    [InlineData("arithmetic-progressive")]
    [InlineData("progressive-unfinished-420")]
    public void A_file_cut_short_anywhere_is_an_error(string name)
    {
        byte[] file = JpegFile.Golden(name);
        for (int length = 0; length < file.Length; length++)
            Assert.Throws<TranslucentException>(() => ImageFile.Decode(file.AsSpan(0, length)));
    }

    [Fact]
    public void The_limit_on_pixels_is_an_option()
    {
        string message = Assert.Throws<TranslucentException>(() => ImageFile.Decode(Baseline, mostPixels: 1000)).Message;
        Assert.Contains("75 x 53 pixels", message);
        Assert.Equal(75, ImageFile.Decode(Baseline, mostPixels: 75 * 53).Width);
    }
}
