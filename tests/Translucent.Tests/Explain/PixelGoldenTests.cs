using Translucent.Checkpoints;
using Translucent.Explain;
using Translucent.Tensors;
using Translucent.Tests.Models;

namespace Translucent.Tests.Explain;

/// <summary>Gradients of pixels, what is made of them, and LeGrad, against PyTorch in float64 (Golden/methods/make.py).</summary>
public class PixelGoldenTests
{
    const double Tolerance = 1e-5; // of the largest value

    public static TheoryData<string> Names => ["vision/vit", "vision/deit", "vision/dinov2_reg", "vision/clip_vision", "trained/cifar10-vit-chelsea"];

    [Theory, MemberData(nameof(Names))]
    public void Gradients_of_pixels_equal_the_reference(string name)
    {
        using Fixture f = Fixture.Open(name);
        using Safetensors golden = Open(name);
        Tensor logit = Saliency.Pixels(f.Trace, f.Classes).Channels, probability = Saliency.Pixels(f.Trace, new(f.Classes, ClassScalar.Probability)).Channels;
        for (int c = 0; c < 2; c++) Check(golden, $"gradient/c{c}", Part(logit, c, 2));
        Check(golden, "gradient/prob/c0", Part(probability, 0, 2));
    }

    [Theory, MemberData(nameof(Names))]
    public void Integrated_gradients_equal_the_reference(string name)
    {
        using Fixture f = Fixture.Open(name);
        using Safetensors golden = Open(name);
        IntegratedGradientMaps found = IntegratedGradients.Explain(f.Trace, [f.Classes[0]], golden["baseline"].ToTensor().Reshape(f.Trace.Pixels.Shape),
            steps: 12);
        Check(golden, "integrated_gradients/c0", found.Maps.Channels.Span);
    }

    [Theory, MemberData(nameof(Names))]
    public void SmoothGrad_equals_the_reference_with_the_same_noise(string name)
    {
        using Fixture f = Fixture.Open(name);
        using Safetensors golden = Open(name);
        Check(golden, "smoothgrad/c0", SmoothGrad.Pixels(f.Trace, [f.Classes[0]], samples: 3, noise: 0.15, seed: 7).Channels.Span);
    }

    [Theory, MemberData(nameof(Names))]
    public void LeGrad_equals_the_reference(string name)
    {
        using Fixture f = Fixture.Open(name);
        using Safetensors golden = Open(name);
        foreach (LeGradPooling pooling in Enum.GetValues<LeGradPooling>())
        {
            Tensor blocks = LeGrad.Blocks(f.Trace, f.Classes, pooling); // [L, 2, 1, N]
            for (int c = 0; c < 2; c++)
            {
                float[] found = [.. Enumerable.Range(0, blocks.Shape[0]).SelectMany(b => blocks.Row(2 * b + c).ToArray())];
                Check(golden, $"legrad/{pooling}/c{c}".ToLowerInvariant(), found);
            }
        }
    }

    static Safetensors Open(string name) => Safetensors.Open(Golden.File($"methods/{name.Split('/')[1]}.safetensors"));

    static ReadOnlySpan<float> Part(Tensor t, int index, int parts) => t.Span.Slice(index * t.Length / parts, t.Length / parts);

    static void Check(Safetensors goldens, string name, ReadOnlySpan<float> found)
    {
        Tensor golden = goldens[name].ToTensor();
        Assert.Equal(golden.Length, found.Length);
        float scale = golden.ToArray().Max(MathF.Abs), worst = 0;
        for (int i = 0; i < found.Length; i++) worst = MathF.Max(worst, MathF.Abs(found[i] - golden.Span[i]));
        Assert.True(worst <= Tolerance * scale, $"{name}: off by {worst / scale:e1} of the largest value, tolerance {Tolerance:e1}.");
    }
}
