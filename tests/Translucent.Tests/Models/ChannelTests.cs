using Translucent.Checkpoints;
using Translucent.Explain;
using Translucent.Files;
using Translucent.Images;
using Translucent.Models;
using Translucent.Pictures;
using Translucent.Tensors;

namespace Translucent.Tests.Models;

/// <summary>Models of one, two and four channels against numpy and Pillow (Golden/cases/reference.py).</summary>
public sealed class ChannelTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The projection of patches for channels red, green, blue, red.</summary>
    static List<StoredTensor> Of(List<StoredTensor> all, int channels)
    {
        StoredTensor rgb = all.Single(t => t.Shape.Length == 4);
        float[] weights = rgb.ToTensor().ToArray(), own = new float[48 * channels * 64];
        for (int row = 0; row < 48; row++)
            for (int c = 0; c < channels; c++) weights.AsSpan((row * 3 + c % 3) * 64, 64).CopyTo(own.AsSpan((row * channels + c) * 64));
        return [.. all.Where(t => t != rgb), StoredTensor.From<float>(rgb.Name, [48, channels, 8, 8], own)];
    }

    /// <summary>Red, green, blue and red negated of the photograph, [H, W, C].</summary>
    static (byte[] Samples, int Width, int Height) Bands(int channels)
    {
        Image photo = ImageFile.Read(CaseModels.Photo).ToRgb();
        byte[] samples = new byte[photo.Width * photo.Height * channels];
        for (int i = 0; i < photo.Width * photo.Height; i++)
            for (int c = 0; c < channels; c++) samples[i * channels + c] = c == 3 ? (byte)(255 - photo.Pixels[3 * i]) : photo.Pixels[3 * i + c];
        return (samples, photo.Width, photo.Height);
    }

    string Array(int channels, bool first)
    {
        (byte[] samples, int width, int height) = Bands(channels);
        string path = Path.Combine(_folder.Path, $"bands{first}.npy");
        byte[] turned = new byte[samples.Length];
        for (int i = 0; i < samples.Length; i++) turned[i % channels * width * height + i / channels] = samples[i];
        if (first) Npy.Write<byte>(path, [channels, height, width], turned);
        else Npy.Write<byte>(path, [height, width, channels], samples);
        return path;
    }

    string Model(int channels, bool timm = false) => CaseModels.Write(_folder.Path, Of(timm ? CaseModels.Timm() : CaseModels.Plain(), channels),
        timm ? """{"num_attention_heads":4}""" : CaseModels.Config(("num_channels", channels)));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_model_of_one_channel_takes_the_grey_photograph(bool timm)
    {
        CaseModels.AssertLogits([1.723855, -1.8079, -0.2325, -0.31506, 0.049987], Model(1, timm));
        using VisionTransformer model = VisionModels.Open(_folder.Path);
        Assert.Equal((1, 1), (model.Config.Channels, model.Preprocessor.Mean.Count));
    }

    [Theory]
    [InlineData(2, true, new[] { 1.155857, -2.35424, 3.909812, 0.692562, 0.965824 })]
    [InlineData(4, true, new[] { 0.847503, -2.198198, 3.682433, 0.291844, 1.032214 })]
    [InlineData(4, false, new[] { 0.847503, -2.198198, 3.682433, 0.291844, 1.032214 })]
    public void Arrays_of_bytes_are_prepared_channel_by_channel(int channels, bool first, double[] expected)
    {
        using VisionTransformer model = VisionModels.Open(Model(channels));
        ArrayPicture array = ArrayPicture.Read(Array(channels, first), channels, 1000_000);
        using Trace trace = model.Forward(array.Samples);
        Assert.All(expected.Zip(trace.Logits.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 6e-5));
        foreach (ClassMethod method in ClassMethods.All)
            Assert.All(method.Explain(trace, [1, 2]).Maps.ToArray(), v => Assert.True(float.IsFinite(v), method.Name));

        string path = Path.Combine(_folder.Path, "prepared.npy");
        Npy.Write(path, trace.Pixels.Reshape(trace.Pixels.Shape[1..]));
        ArrayPicture prepared = ArrayPicture.Read(path, channels, 1000_000);
        using Trace same = model.Forward(prepared.Prepared!.Reshape(1, channels, 32, 32));
        Assert.Equal(trace.Logits.ToArray(), same.Logits.ToArray());
        Assert.Equal(channels == 2 ? 1 : 3, prepared.Samples.Channels);
    }

    [Fact]
    public void What_does_not_fit_is_said()
    {
        using (VisionTransformer model = VisionModels.Open(Model(4)))
        {
            Assert.Contains("the picture has 3 channels, and this model takes 4; give it an array",
                Assert.Throws<TranslucentException>(() => model.Forward(ImageFile.Read(CaseModels.Photo).ToRgb())).Message);
            Assert.Contains("expected [B, 4, H, W]", Assert.Throws<TranslucentException>(() => model.Forward(new Tensor(1, 3, 32, 32))).Message);
        }
        Says("expected [4, H, W] or [H, W, 4]", () => ArrayPicture.Read(Array(3, first: true), 4, 1000_000));
        Says("at most 100 are read", () => ArrayPicture.Read(Array(4, first: true), 4, 100));
        string whole = Path.Combine(_folder.Path, "whole.npy");
        Npy.Write<short>(whole, [4, 8, 8], new short[256]);
        Says("an array of I16, expected uint8", () => ArrayPicture.Read(whole, 4, 1000_000));
        Npy.Write<float>(whole, [4, 8, 8], [.. Enumerable.Repeat(float.NaN, 256)]);
        Says("holds NaN", () => ArrayPicture.Read(whole, 4, 1000_000));
        _folder.Add("preprocessor_config.json", """{"image_mean":[0.1,0.2,0.3],"image_std":0.5}""");
        Says("image_mean is [0.1, 0.2, 0.3], expected 4 numbers: this model takes 4 channels", () => VisionModels.Open(_folder.Path));
        _folder.Add("config.json", CaseModels.Config(("num_channels", 0)));
        Says("'num_channels' is 0, expected a number of channels from 1 to 1024", () => VisionModels.Open(_folder.Path));

        static void Says(string what, Action act) => Assert.Contains(what, Assert.Throws<TranslucentException>(act).Message);
    }
}
