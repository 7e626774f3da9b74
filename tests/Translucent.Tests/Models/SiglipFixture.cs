using Translucent.Checkpoints;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Tests.Models;

/// <summary>The small SigLIP of Golden/siglip, its image, and what PyTorch in float64 makes of them.</summary>
sealed class SiglipFixture : IDisposable
{
    public const float Scale = 1.1f;

    readonly Safetensors _golden = Safetensors.Open(Golden.File("siglip/golden.safetensors"));
    readonly Safetensors _input = Safetensors.Open(Golden.File("siglip/input.safetensors"));

    public SiglipFixture(string? folder = null)
    {
        Tower = VisionModels.Open(folder ?? Folder);
        Model = Tower.WithClasses(Input("target_vectors"), Scale);
        Trace = Model.Forward(Input("pixel_values"));
    }

    public static string Folder => Golden.File("siglip");

    public VisionTransformer Tower { get; }

    public VisionTransformer Model { get; }

    public Trace Trace { get; }

    public Tensor Input(string name) => _input[name].ToTensor();

    public int[][] Ids => [.. _input["ids"].ToInt64s().Select(i => (int)i).Chunk(12)];

    /// <summary>All tensors of the model, under their own names.</summary>
    public static List<StoredTensor> Tensors()
    {
        using TensorFile file = TensorFile.Open(Golden.File("siglip/model.safetensors"));
        return [.. file.Tensors.Select(t => StoredTensor.From<float>(t.Name, t.Shape, t.ToTensor().Span))];
    }

    /// <summary>Within 1e-5 of the largest golden value: ten times what float32 may lose in so small a model.</summary>
    public void Check(string name, Tensor found, double tolerance = 1e-5)
    {
        Tensor golden = _golden[name].ToTensor();
        Assert.Equal(golden.Length, found.Length);
        double scale = golden.ToArray().Max(v => Math.Abs((double)v)), worst = 0;
        for (int i = 0; i < golden.Length; i++)
        {
            Assert.True(float.IsFinite(found.Span[i]), $"{name}: {found.Span[i]} at {i}.");
            worst = Math.Max(worst, Math.Abs((double)golden.Span[i] - found.Span[i]));
        }
        Assert.True(worst <= tolerance * scale, $"{name}: off by {worst / scale:e1} of the largest value, tolerance {tolerance:e1}.");
    }

    public void Dispose()
    {
        Trace.Dispose();
        Tower.Dispose();
        _golden.Dispose();
        _input.Dispose();
    }
}
