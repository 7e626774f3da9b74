using System.Buffers.Binary;
using SkiaSharp;
using Translucent.Files;
using Translucent.Images;
using Translucent.Pictures;
using Translucent.Pictures.Files;

namespace Translucent.Tests.Pictures;

/// <summary>WebP, GIF and BMP: their pixels, their channels, and refusal of what is cut short.</summary>
public class FormatTests
{
    // Two frames of 2 x 2 pixels, written by Pillow 9.4: the first shows red, green, blue and black, the second black alone.
    static readonly byte[] s_gif = Convert.FromHexString("47494638396102000200810000000000FF000000FF000000FF21F904000A0000002C00000000020002000008"
        + "07000308180020200021F904000A0000002C0000000002000200810000000000000000000000000806000108041010003B");

    [Fact]
    public void Of_an_animation_the_first_frame_is_read()
    {
        Image image = ImageFile.Decode(s_gif);
        Assert.Equal((2, 2, 3), (image.Width, image.Height, image.Channels));
        Assert.Equal([255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0], image.Pixels);
    }

    [Fact]
    public void A_lossless_webp_gives_its_pixels_with_alpha_where_it_has_some()
    {
        Random random = new(3);
        foreach (int channels in (int[])[3, 4])
        {
            byte[] rgba = new byte[4 * 33 * 21];
            random.NextBytes(rgba);
            for (int i = 3; i < rgba.Length; i += 4) rgba[i] = channels == 3 ? (byte)255 : (byte)Math.Max(1, (int)rgba[i]);
            byte[] file = WebP(rgba, 33, 21);
            Image image = ImageFile.Decode(file);
            Assert.Equal((33, 21, channels), (image.Width, image.Height, image.Channels));
            Assert.Equal(channels == 4 ? rgba : [.. rgba.Where((_, i) => i % 4 != 3)], image.Pixels);
        }
    }

    [Fact]
    public void A_bmp_gives_its_pixels_in_the_order_of_looking()
    {
        Image image = ImageFile.Decode(Bmp(3, 2, (x, y) => ((byte)(10 * x), (byte)(20 * y), 200)));
        Assert.Equal((3, 2, 3), (image.Width, image.Height, image.Channels));
        Assert.Equal([0, 0, 200, 10, 0, 200, 20, 0, 200, 0, 20, 200, 10, 20, 200, 20, 20, 200], image.Pixels);
    }

    [Fact]
    public void Files_cut_short_anywhere_are_errors()
    {
        byte[] rgba = new byte[4 * 33 * 21];
        new Random(4).NextBytes(rgba);
        foreach (byte[] file in (byte[][])[WebP(rgba, 33, 21), Bmp(9, 7, (x, y) => ((byte)x, (byte)y, 1))])
            for (int length = 0; length < file.Length - 3; length++) // rows of a BMP end in bytes that fill them up
                Assert.Throws<TranslucentException>(() => ImageFile.Decode(file.AsSpan(0, length)));
    }

    [Fact]
    public void The_limit_on_pixels_holds_for_every_format()
    {
        byte[] bmp = Bmp(30, 20, (x, y) => (1, 2, 3));
        Assert.Contains("BMP: 30 x 20 pixels", Assert.Throws<TranslucentException>(() => ImageFile.Decode(bmp, mostPixels: 599)).Message);
        byte[] bomb = [.. bmp];
        BinaryPrimitives.WriteInt32LittleEndian(bomb.AsSpan(18), 30_000);
        BinaryPrimitives.WriteInt32LittleEndian(bomb.AsSpan(22), 30_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<TranslucentException>(() => ImageFile.Decode(bomb));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000);
    }

    [Fact]
    public void Random_damage_gives_a_picture_or_a_clear_error()
    {
        Random random = new(5);
        byte[] rgba = new byte[4 * 33 * 21];
        random.NextBytes(rgba);
        byte[][] files = [WebP(rgba, 33, 21), Bmp(9, 7, (x, y) => ((byte)x, (byte)y, 1)), s_gif];
        for (int trial = 0; trial < 3000; trial++)
        {
            byte[] file = [.. files[trial % files.Length]];
            for (int edits = random.Next(1, 4); edits > 0; edits--) file[random.Next(file.Length)] = (byte)random.Next(256);
            try
            {
                Image image = ImageFile.Decode(file, mostPixels: 1_000_000);
                Assert.Equal(image.Width * image.Height * image.Channels, image.Pixels.Length);
            }
            catch (TranslucentException e)
            {
                Assert.DoesNotContain('\n', e.Message);
            }
        }
    }

    [Theory]
    [InlineData("exif-6", 6), InlineData("exif-8-long", 8), InlineData("exif-9-meaningless", 1), InlineData("sampling-420", 1)]
    public void The_orientation_of_a_jpeg_is_read_from_its_exif_block(string name, int orientation) =>
        Assert.Equal(orientation, JpegCheck.Walk(JpegFile.Golden(name)).Orientation);

    static unsafe byte[] WebP(byte[] rgba, int width, int height)
    {
        fixed (byte* pixels = rgba)
        {
            using SKPixmap pixmap = new(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul), (IntPtr)pixels, 4 * width);
            using SKData? data = pixmap.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, 50));
            return data!.ToArray();
        }
    }

    static byte[] Bmp(int width, int height, Func<int, int, (byte R, byte G, byte B)> at)
    {
        int stride = (3 * width + 3) / 4 * 4;
        byte[] file = new byte[54 + stride * height];
        "BM"u8.CopyTo(file);
        foreach ((int offset, int value) in ((int, int)[])[(2, file.Length), (10, 54), (14, 40), (18, width), (22, height), (26, 1 | 24 << 16),
            (34, stride * height)])
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(offset), value);
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
            {
                (byte r, byte g, byte b) = at(x, y);
                int place = 54 + (height - 1 - y) * stride + 3 * x; // rows from the bottom up
                (file[place], file[place + 1], file[place + 2]) = (b, g, r);
            }
        return file;
    }
}
