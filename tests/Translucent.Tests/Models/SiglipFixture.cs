using Translucent.Checkpoints;
using Translucent.Models;
using Translucent.Tensors;

namespace Translucent.Tests.Models;

/// <summary>The small SigLIP of Golden/siglip, its image, and what PyTorch in float64 makes of them.</summary>
sealed class SiglipFixture : IDisposable
{
    public const float Scale = 1.1f;

    readonly GoldenTensors _golden = new("siglip");

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

    public Tensor Input(string name) => _golden.Input(name);

    public int[][] Ids => _golden.Ids;

    /// <summary>All tensors of the model, under their own names.</summary>
    public static List<StoredTensor> Tensors()
    {
        using TensorFile file = TensorFile.Open(Golden.File("siglip/model.safetensors"));
        return [.. file.Tensors.Select(t => StoredTensor.From<float>(t.Name, t.Shape, t.ToTensor().Span))];
    }

    public void Check(string name, Tensor found, double tolerance = 1e-5) => _golden.Check(name, found, tolerance);

    public void Dispose()
    {
        Trace.Dispose();
        Tower.Dispose();
        _golden.Dispose();
    }
}
