using FsCheck;
using FsCheck.Fluent;
using Translucent.Files;
using Translucent.Pictures;
using Translucent.Pictures.Files;

namespace Translucent.Tests.Pictures;

public class JpegMutationTests
{
    static readonly byte[][] Files =
        [.. new[] { "sampling-410", "sampling-2x2-1x2-2x1", "size-7x9", "progressive-refined", "progressive-restart", "restart-1-block", "noninterleaved",
            "ycck-420", "exif-5-progressive", "exif-6-big-endian" }.Select(JpegFile.Golden)];

    [Fact]
    public void Random_bytes_after_the_headers_give_a_picture_or_a_clear_error()
    {
        Random random = new(1);
        for (int i = 0; i < 500; i++)
        {
            byte[] file = [.. Files[i % Files.Length]];
            int scan = JpegFile.Find(file, JpegMarker.StartOfScan) + 14;
            random.NextBytes(file.AsSpan(scan..^2));
            try { ImageFile.Decode(file); }
            catch (TranslucentException e) { Assert.StartsWith("JPEG: ", e.Message); }
        }
    }

    [Fact]
    public void An_EXIF_block_of_any_bytes_gives_an_orientation()
        => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
            new[] { "II*\0"u8.ToArray(), "MM\0*"u8.ToArray(), [] }.All(start => Orientation.Read([.. start, .. bytes]) is >= 1 and <= 8))
                .QuickCheckThrowOnFailure();
}
