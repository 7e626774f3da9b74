using Translucent.Images.JpegFormat;
using Translucent.Images;

namespace Translucent.Tests.Images;

public class JpegRefusalTests
{
    static readonly byte[] Baseline = JpegFile.Golden("sampling-420"), Progressive = JpegFile.Golden("progressive-420");

    static void Refuses(byte[] file, string says)
        => Assert.Contains(says, Assert.Throws<InvalidDataException>(() => Jpeg.Decode(file)).Message);

    static byte[] Patched(byte marker, int offset, params byte[] bytes) => JpegFile.With(Baseline, JpegFile.Find(Baseline, marker) + offset, bytes);

    static byte[] Sized(int width, int height) => Patched(JpegMarker.BaselineFrame, 5, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width);

    [Theory]
    [InlineData("refused-arithmetic")]
    [InlineData("refused-arithmetic-progressive")]
    public void Arithmetic_coding_is_named(string name) => Refuses(JpegFile.Golden(name), "arithmetic-coded");

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
    [InlineData(65535, 65535, "4294 megapixels")]
    [InlineData(15000, 15000, "take at least")]
    public void Sizes_are_checked_before_memory_is_taken(int width, int height, string says)
    {
        byte[] file = Sized(width, height);
        Refuses(file, says);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidDataException>(() => Jpeg.Decode(file));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Theory]
    [InlineData(0x02)]
    [InlineData(0x20)]
    [InlineData(0x52)]
    public void Sampling_factors_are_1_to_4(byte factors) => Refuses(Patched(JpegMarker.BaselineFrame, 11, factors), "must be 1 .. 4");

    [Fact]
    public void Fractional_sampling_ratios_are_named() => Refuses(Patched(JpegMarker.BaselineFrame, 11, 0x31, 0, 2, 0x21), "only whole ratios");

    [Theory]
    [InlineData(11, 0x44, "blocks per MCU")]
    [InlineData(12, 7, "names quantization table 7")]
    [InlineData(12, 2, "needs quantization table 2")]
    [InlineData(13, 1, "two components have the number 1")]
    [InlineData(9, 5, "does not fit its number of components")]
    public void Frame_headers_are_checked(int offset, byte value, string says) => Refuses(Patched(JpegMarker.BaselineFrame, offset, value), says);

    [Fact]
    public void Two_components_are_named()
        => Refuses([0xFF, 0xD8, 0xFF, 0xC0, 0, 14, 8, 0, 8, 0, 8, 2, 1, 0x11, 0, 2, 0x11, 0, 0, 0, 0, 0], "2 components");

    [Theory]
    [InlineData(4, 5, "for 5 components")]
    [InlineData(5, 9, "which the frame does not have")]
    [InlineData(5, 2, "twice")]
    [InlineData(6, 0x20, "DC Huffman table 2")]
    [InlineData(6, 0x0F, "AC Huffman table 15")]
    public void Scan_headers_are_checked(int offset, byte value, string says) => Refuses(Patched(JpegMarker.StartOfScan, offset, value), says);

    [Theory]
    [InlineData(JpegMarker.QuantizationTables, "needs quantization table 0")]
    [InlineData(JpegMarker.HuffmanTables, "needs DC Huffman table 0")]
    [InlineData(JpegMarker.BaselineFrame, "before the frame header")]
    [InlineData(JpegMarker.StartOfScan, "without a scan")]
    public void A_missing_segment_is_named(byte marker, string says) => Refuses(JpegFile.Without(Baseline, marker), says);

    [Theory]
    [InlineData(JpegMarker.QuantizationTables, 4, 0x24, "quantization table (precision 2, number 4")]
    [InlineData(JpegMarker.QuantizationTables, 3, 60, "quantization table")]
    [InlineData(JpegMarker.HuffmanTables, 4, 0x20, "Huffman table (class 2")]
    [InlineData(JpegMarker.HuffmanTables, 5, 3, "Huffman table")]
    [InlineData(JpegMarker.HuffmanTables, 21, 99, "size above 15")]
    [InlineData(JpegMarker.HuffmanTables, 3, 1, "at least 2 expected")]
    public void Tables_are_checked(byte marker, int offset, byte value, string says) => Refuses(Patched(marker, offset, value), says);

    [Fact]
    public void A_Huffman_table_with_too_many_codes_is_named()
        => Refuses(JpegFile.With(Baseline, JpegFile.Find(Baseline, JpegMarker.HuffmanTables) + 5, 3, 0, 0), "too many codes of 1 bits");

    [Fact]
    public void A_progressive_scan_must_continue_what_was_sent()
    {
        int scan = JpegFile.Find(Progressive, JpegMarker.StartOfScan);
        Refuses(JpegFile.With(Progressive, scan + 12, 5), "which is not allowed");                   // DC together with AC
        Refuses(JpegFile.With(Progressive, scan + 13, 0x21), "again or out of order");               // refines what was never sent
        List<int> segments = JpegFile.Segments(Progressive);
        int second = segments.First(at => at > scan && Progressive[at + 1] == JpegMarker.StartOfScan);
        Refuses([.. Progressive[..scan], .. Progressive[second..]], "before");                       // its tables or its DC scan are missing
        Refuses([.. Progressive[..segments.First(at => at > scan)], .. Progressive[scan..]], "again or out of order");
    }

    [Fact]
    public void A_component_without_a_scan_is_an_error()
    {
        byte[] file = JpegFile.Golden("noninterleaved");
        int last = JpegFile.Segments(file).Last(at => file[at + 1] == JpegMarker.StartOfScan);
        Refuses([.. file[..last], 0xFF, 0xD9], "without a scan of every component");
    }

    [Fact]
    public void Restart_markers_must_be_where_they_belong()
    {
        byte[] file = JpegFile.Golden("restart-1-block");
        int at = file.AsSpan().IndexOf<byte>([0xFF, 0xD0]);
        Refuses(JpegFile.With(file, at + 1, 0xD3), "restart marker 0xFFD0");
        Refuses([.. file[..at], .. file[(at + 2)..]], "restart marker 0xFFD0");
    }

    [Fact]
    public void Data_that_no_encoder_writes_are_named()
    {
        const byte endOfBlock = 0x00, fifteenZerosAndOne = 0xF1, noValue = 0x00;
        Assert.All(Jpeg.Decode(JpegFile.Tiny([endOfBlock], 0b0011_1111)).Pixels, p => Assert.Equal(128, p));
        Refuses(JpegFile.Tiny([fifteenZerosAndOne], 0b0010_1010, 0b1011_1111), "leaves its block");
        Refuses(JpegFile.Tiny([noValue], 0b0111_1111, 0x7F, 0x7F), "no code");
        Refuses(JpegFile.Tiny([0x01], 0b0010_1010), "before its last block");
    }

    [Theory]
    [InlineData("sampling-420")]
    [InlineData("progressive-refined")]
    [InlineData("restart-1-block")]
    public void A_file_cut_short_anywhere_is_an_error(string name)
    {
        byte[] file = JpegFile.Golden(name);
        for (int length = 0; length < file.Length; length++)
            Assert.Throws<InvalidDataException>(() => Jpeg.Decode(file.AsSpan(0, length)));
    }

    [Fact]
    public void Something_else_is_not_a_jpeg() => Refuses([.. "\u0089PNG"u8], "not a JPEG file");
}
