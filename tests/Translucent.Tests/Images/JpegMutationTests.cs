using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using Translucent.Images.JpegFormat;
using Translucent.Images;

namespace Translucent.Tests.Images;

public class JpegMutationTests
{
    static readonly byte[][] Files =
        [.. new[] { "sampling-410", "sampling-2x2-1x2-2x1", "size-7x9", "progressive-refined", "progressive-restart", "restart-1-block", "noninterleaved", "ycck-420", "exif-5-progressive", "exif-6-big-endian" }.Select(JpegFile.Golden)];

    /// <summary>Some golden file after 1 .. 6 random changes: bits flipped, bytes set, removed, doubled, parts exchanged between files.</summary>
    static byte[] Mutated(int seed)
    {
        Random random = new(seed);
        List<byte> file = [.. Files[random.Next(Files.Length)]];
        for (int n = random.Next(1, 7); n > 0; n--)
        {
            // Headers are a small part of the bytes and the most fragile one, so they get half of the changes.
            int at = random.Next(2) == 0 ? random.Next(file.Count) : random.Next(Math.Min(file.Count, 700)), length = Math.Min(random.Next(1, 40), file.Count - at);
            switch (random.Next(6))
            {
                case 0: file[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: file[at] = (byte)random.Next(256); break;
                case 2: file[at] = 0xFF; break;
                case 3: file.RemoveRange(at, Math.Min(length, file.Count - 10)); break;
                case 4: file.InsertRange(at, file.GetRange(at, length)); break;
                default:
                    byte[] other = Files[random.Next(Files.Length)];
                    int from = random.Next(other.Length);
                    file.InsertRange(at, other[from..Math.Min(from + length, other.Length)]);
                    break;
            }
        }
        return [.. file];
    }

    [Fact]
    public void A_damaged_file_gives_a_picture_or_a_clear_error_in_bounded_time()
    {
        int pictures = 0;
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(6000), Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            byte[] file = Mutated(seed);
            long start = Stopwatch.GetTimestamp();
            try
            {
                Image image = Jpeg.Decode(file);
                pictures++;
                return image.Pixels.Length == image.Width * image.Height * image.Channels && Stopwatch.GetElapsedTime(start).TotalSeconds < 2;
            }
            catch (InvalidDataException e)
            {
                return e.Message.StartsWith("JPEG: ") && !e.Message.Contains('\n') && Stopwatch.GetElapsedTime(start).TotalSeconds < 2;
            }
        }));
        Assert.InRange(pictures, 100, 5900);         // changes of both kinds are met
    }

    [Fact]
    public void Random_bytes_after_the_headers_give_a_picture_or_a_clear_error()
    {
        Random random = new(1);
        for (int i = 0; i < 500; i++)
        {
            byte[] file = [.. Files[i % Files.Length]];
            int scan = JpegFile.Find(file, JpegMarker.StartOfScan) + 14;
            random.NextBytes(file.AsSpan(scan..^2));
            try { Jpeg.Decode(file); }
            catch (InvalidDataException e) { Assert.StartsWith("JPEG: ", e.Message); }
        }
    }

    [Fact]
    public void An_EXIF_block_of_any_bytes_gives_an_orientation()
        => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
            new[] { "II*\0"u8.ToArray(), "MM\0*"u8.ToArray(), [] }.All(start => Orientation.Read([.. start, .. bytes]) is >= 1 and <= 8)).QuickCheckThrowOnFailure();
}
