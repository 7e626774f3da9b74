using Translucent.Checkpoints;
using Translucent.Images;
using Translucent.Pictures;

namespace Translucent.Tests.Images;

public class ResizeTests
{
    [Fact]
    public void Bilinear_bicubic_and_lanczos_are_those_of_pillow_bit_for_bit()
    {
        using Safetensors golden = Safetensors.Open(Golden.File("clustering/pil_resize.safetensors"));
        int compared = 0;
        foreach (StoredTensor want in golden.Tensors.Where(t => !t.Name.EndsWith("/x")))
        {
            string[] name = want.Name.Split('/');
            Image image = AsImage(golden[name[0] + "/x"]);
            Image got = Resize.To(image, want.Shape[1], want.Shape[0], Enum.Parse<Resampling>(name[1], ignoreCase: true));
            Assert.Equal(want.Bytes.ToArray(), got.Pixels);
            compared++;
        }
        Assert.True(compared >= 20);
    }

    [Fact]
    public void Every_filter_and_channel_count_is_that_of_pillow_bit_for_bit()
    {
        string[] files = [.. Directory.GetFiles(Golden.File("resize"), "*_*.png").Order()];
        foreach (string file in files)
        {
            string[] name = Path.GetFileNameWithoutExtension(file).Split('_');
            Image want = ImageFile.Read(file), image = ImageFile.Read(Golden.File($"resize/{name[0]}.png"));
            Image got = Resize.To(image, want.Width, want.Height, Enum.Parse<Resampling>(name[1], ignoreCase: true));
            Assert.True(want.Pixels.AsSpan().SequenceEqual(got.Pixels), file);
        }
        Assert.True(files.Length >= 30);
    }

    [Theory]
    [InlineData(Resampling.Box)]
    [InlineData(Resampling.Bilinear)]
    [InlineData(Resampling.Bicubic)]
    [InlineData(Resampling.Lanczos)]
    [InlineData(Resampling.Nearest)]
    public void One_colour_stays_that_colour_at_every_size(Resampling filter)
    {
        Random random = new(5);
        for (int trial = 0; trial < 60; trial++)
        {
            int channels = random.Next(1, 5);
            byte[] color = new byte[channels];
            random.NextBytes(color);
            if (channels is 2 or 4) color[^1] = 255;
            Image image = Filled(random.Next(1, 90), random.Next(1, 90), color);
            Image got = Resize.To(image, random.Next(1, 90), random.Next(1, 90), filter);
            for (int i = 0; i < got.Pixels.Length; i++) Assert.Equal(color[i % channels], got.Pixels[i]);
        }
    }

    [Fact]
    public void Within_keeps_the_shape_and_never_enlarges()
    {
        Image image = Filled(400, 100, [1, 2, 3]);
        Image small = Resize.Within(image, 200);
        Assert.Equal((200, 50), (small.Width, small.Height));
        Assert.Same(image, Resize.Within(image, 400));
        Assert.Equal(1, Resize.Within(Filled(1000, 1, [9]), 10).Height);
    }

    static Image Filled(int width, int height, byte[] color)
    {
        byte[] pixels = new byte[width * height * color.Length];
        for (int i = 0; i < pixels.Length; i++) pixels[i] = color[i % color.Length];
        return new Image(width, height, color.Length, pixels);
    }

    static Image AsImage(StoredTensor x) => new(x.Shape[1], x.Shape[0], x.Shape[2], x.Bytes.ToArray());
}
